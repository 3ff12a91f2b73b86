import { z } from 'zod';
import { pageQuery } from './fields.ts';

export const reportsQuerySchema = z.strictObject(pageQuery(50));

const instant = z.iso.datetime();

export const reportsSchema = z
  .strictObject({
    items: z.array(
      z.strictObject({
        period: z.string().describe('A month (2026-10), a quarter (2026-Q3) or a year (2026).'),
        language: z.enum(['en', 'fr']),
        from: instant,
        to: instant.describe('First instant after the period.'),
        asOf: instant.describe('What became known later is not in it.'),
        timeZone: z.string(),
        pages: z.int(),
        sizeBytes: z.int(),
        sha256: z.string().describe('Of the PDF.'),
        headline: z.strictObject({
          jobs: z.int(),
          runs: z.int(),
          failed: z.int(),
          hours: z.number().describe('Run time.'),
          lostHours: z.number().describe('Run time of failures.'),
          incidents: z.int(),
        }),
        builtAt: instant,
        pdf: z.string().describe('Where its PDF is.'),
      }),
    ),
    next: z.string().nullable().describe('Asks for what follows; null at the end.'),
  })
  .meta({ id: 'Reports' });
