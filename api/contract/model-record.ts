import { z } from 'zod';
import { wholeNumber } from './fields.ts';

const instant = z.iso.datetime();
const count = z.int().min(0);
const probability = z.number().min(0).max(1);

/** Who moved which alias of a model. */
export const modelChangesSchema = z
  .strictObject({
    items: z.array(
      z.strictObject({
        alias: z.enum(['champion', 'challenger', 'shadow']),
        fromVersion: z.int().nullable(),
        toVersion: z.int().nullable().describe('null: the alias was taken away.'),
        at: instant,
        who: z.string(),
        why: z.string(),
        workflowId: z.string().nullable(),
        note: z
          .strictObject({ en: z.string(), fr: z.string() })
          .nullable()
          .describe('The release note that people were told; null: nobody was told.'),
      }),
    ),
    rollbackTo: z
      .int()
      .nullable()
      .describe('The version that serves again after a rollback; null: none served before the champion.'),
    trials: z
      .array(
        z.strictObject({
          workflowId: z.string(),
          version: z.int(),
          against: z.int().describe('The champion it forecasts beside.'),
          role: z
            .enum(['challenger', 'predecessor'])
            .describe('challenger: promoted where it proves better; predecessor: serves again then.'),
          who: z.string(),
          why: z.string(),
          beganAsOf: instant,
          endsAsOf: instant,
          endedAsOf: instant.nullable(),
          outcome: z
            .enum(['better', 'worse', 'undecided', 'overtaken'])
            .nullable()
            .describe('null: it lasts.'),
          eValue: z.number().nullable().describe('Evidence of the sequential test; null: not looked yet.'),
          blocks: count.nullable(),
          said: z.strictObject({ en: z.string(), fr: z.string() }).nullable(),
        }),
      )
      .describe('Versions that forecast beside the champion, the newest first.'),
    approvals: z
      .array(
        z.strictObject({
          workflowId: z.string(),
          version: z.int(),
          against: z.int().nullable().describe('The champion it is to replace; null: none.'),
          twoPeople: z.boolean().describe('Two different people have to approve.'),
          approvals: z.array(z.strictObject({ who: z.string(), why: z.string() })).describe('So far.'),
          askedAt: instant,
          decideBy: instant.describe('Undecided by then, the champion stays.'),
        }),
      )
      .describe('Versions that wait for people to decide, the newest first.'),
  })
  .meta({ id: 'ModelChanges' });
export type ModelChanges = z.infer<typeof modelChangesSchema>;

const scoreSchema = z
  .strictObject({
    cutoff: instant,
    modelVersion: z.int(),
    jobs: count,
    failed: count.describe('Of these jobs, in the week after the cutoff.'),
    expected: z.number().min(0).describe('Sum of the probabilities.'),
    hits: z.number().min(0).describe('Of the `checked` most likely ones, those that failed.'),
    recall: z.number().min(0).max(1).nullable().describe('Hits of all that failed; null: none did.'),
    falseAlarms: z.number().min(0).describe('Those of the `checked` that did not fail.'),
    baseHits: z
      .number()
      .min(0)
      .nullable()
      .describe('Hits among as many with the highest share of failing weeks; null: not known.'),
    checked: count,
    brier: z.number().nullable(),
    brierOfShare: z
      .number()
      .nullable()
      .describe(
        'The same if every job had been given the share that failed: worse than this is no forecast.',
      ),
  })
  .meta({ id: 'Score' });

/** Forecasts of about the same probability, and how many came true. */
const calibrationBinSchema = z
  .strictObject({
    from: probability.describe('Lower bound of the probabilities in it; bins are a tenth wide.'),
    rows: z.int().min(1),
    forecast: probability.describe('Mean probability.'),
    failed: probability.describe('Share that failed.'),
    low: probability.describe('Wilson interval of that share, 95 %.'),
    high: probability,
  })
  .meta({ id: 'CalibrationBin' });
export type CalibrationBin = z.infer<typeof calibrationBinSchema>;

/** How often came true what a version said in its test. */
export const modelCalibrationSchema = z
  .strictObject({
    week: z.array(calibrationBinSchema).describe('Lowest probability first; empty: it was not kept.'),
    day: z.array(calibrationBinSchema),
  })
  .meta({ id: 'ModelCalibration' });
export type ModelCalibration = z.infer<typeof modelCalibrationSchema>;

/** How the last forecasts did whose week is over. */
export const forecastScoresSchema = z
  .strictObject({
    asOf: instant,
    items: z.array(scoreSchema).describe('The newest first; empty before a week of forecast is over.'),
    calibration: z
      .array(calibrationBinSchema)
      .describe('Weeks of jobs of these forecasts by probability; bins without any are left out.'),
    calibrationError: probability
      .nullable()
      .describe('Mean gap of the bins, weighted; null: not enough data.'),
  })
  .meta({ id: 'ForecastScores' });
export type ForecastScores = z.infer<typeof forecastScoresSchema>;
export const forecastScoresQuerySchema = z.strictObject({
  forecasts: wholeNumber(1, 52).default(12).describe('How many of the last.'),
});
