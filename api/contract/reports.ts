import { z } from 'zod';
import { RECOMMENDATION_STATES } from '../../models/report/recommendation.ts';
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

export const periodParamsSchema = z.strictObject({
  period: z
    .string()
    .regex(/^\d{4}(-(0[1-9]|1[0-2]|Q[1-4]))?$/)
    .describe('A month (2026-10), a quarter (2026-Q3) or a year (2026).'),
});

export const recommendationStateSchema = z.enum(RECOMMENDATION_STATES);
const toldSchema = z.strictObject({
  action: z.string(),
  evidence: z.string(),
  gain: z.string(),
  effort: z.string(),
});

export const recommendationsSchema = z
  .strictObject({
    period: z.string(),
    items: z.array(
      z.strictObject({
        key: z.string().describe('The same in every period.'),
        rank: z.int().describe('1 is the most worthwhile.'),
        kind: z.string(),
        subject: z.string(),
        en: toldSchema,
        fr: toldSchema,
        priority: z.int().describe('Frequency x severity x non-detection, 1 to 1,000 (IEC 60812).'),
        state: recommendationStateSchema,
        who: z.string().nullable().describe('Who decided.'),
        why: z.string().nullable(),
      }),
    ),
  })
  .meta({ id: 'Recommendations' });
export type Recommendations = z.infer<typeof recommendationsSchema>;
export type RecommendationItem = Recommendations['items'][number];
export type Reports = z.infer<typeof reportsSchema>;
