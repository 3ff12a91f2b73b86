/** Quality of data by day. */
import { z } from 'zod';
import { count, instant, wholeNumber } from './fields.ts';

const share = z.number().min(0).max(1).nullable();

const qualityDaySchema = z
  .strictObject({
    day: z.iso.date().describe('UTC day of the latest instant its files tell of.'),
    files: count,
    volumeRows: count,
    completeness: share.describe('Of the values a run should tell, those told; null for metrics.'),
    uniqueness: share.describe('Of all records, those that were new.'),
    validity: share.describe('Of all rows, those that could be read.'),
    freshnessS: z.number().min(0).nullable().describe('Seconds from that instant to the receipt, median.'),
  })
  .meta({ id: 'QualityDay' });

export const qualityQuerySchema = z.strictObject({
  days: wholeNumber(1, 366).default(30).describe('How many days, the last that have files.'),
});

export const qualitySchema = z
  .strictObject({
    items: z.array(
      z.strictObject({
        source: z.string(),
        kind: z.enum(['runs', 'metrics', 'events']),
        pausedAt: instant.nullable().describe('Since when it is stopped by its limit of refused rows.'),
        days: z.array(qualityDaySchema).describe('Oldest first.'),
      }),
    ),
  })
  .meta({ id: 'Quality' });

export type QualityDay = z.infer<typeof qualityDaySchema>;
export type Quality = z.infer<typeof qualitySchema>;
