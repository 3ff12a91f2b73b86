import { z } from 'zod';
import { driftRecordFields } from './drift.ts';
import {
  askedInstant,
  count,
  instant,
  jobId,
  pageQuery,
  pageSchema,
  placedJobFields,
  plainText,
  probability,
  wholeNumber,
} from './fields.ts';

const basis = z
  .enum(['model', 'group-rate'])
  .describe('group-rate: not enough data of the job, the rate of its group stands in.');

const interval = z
  .tuple([probability, probability])
  .nullable()
  .describe('Lower and upper bound, the probability within; null: not enough data to say.');

export const reasonSchema = z
  .strictObject({ feature: z.string(), contribution: z.number(), en: z.string(), fr: z.string() })
  .meta({ id: 'Reason' });

export const forecastJobSchema = z
  .strictObject({
    rank: z.int().min(1),
    ...placedJobFields,
    probability: probability.describe('Of at least one failed run in the seven days after the cutoff.'),
    interval,
    expectedFailedRuns: z
      .number()
      .min(0)
      .nullable()
      .describe('Failed runs expected in the week; null in forecasts that did not tell it yet.'),
    expectedLostMinutes: z
      .number()
      .min(0)
      .nullable()
      .describe('Minutes they are expected to cost, until the next run each; null: not enough data to say.'),
    basis,
    reasons: z.array(reasonSchema).describe('What moved the probability most.'),
    days: z.array(probability).max(7).describe('Day by day; day 1 is the 24 hours after the cutoff.'),
    dayIntervals: z.array(interval).max(7).describe('Of the days, in their order.'),
  })
  .meta({ id: 'ForecastJob' });

const insteadOf = z
  .int()
  .nullable()
  .describe(
    'The champion, where it could not be used and modelVersion served in its place; null: that was it.',
  );

const headFields = {
  cutoff: instant.describe('Nothing known later was used.'),
  madeAt: instant,
  model: z.string(),
  modelVersion: z.int(),
  insteadOf,
  candidates: count,
  workflowId: z.string(),
};

/** The few job-days that hold most of the failures that a forecast expects. */
const watchSchema = z
  .strictObject({
    expected: z.number().min(0).describe('Failed job-days expected in the week.'),
    share: probability.describe('What those of the list hold of them.'),
    items: z.array(
      z.strictObject({
        jobId,
        job: z.string(),
        day: z.int().min(1).max(7).describe('Day 1 is the 24 hours after the cutoff.'),
        probability,
        share: probability.describe('Of all failed job-days expected, what this one holds.'),
        act: z
          .strictObject({ name: z.string(), en: z.string(), fr: z.string() })
          .describe('What is suggested.'),
      }),
    ),
  })
  .meta({ id: 'WatchList' });

/** What a person says of a job in the forecast. The model's own stays, and is what is scored. */
const forecastOverrideSchema = z
  .strictObject({
    jobId,
    probability: probability
      .nullable()
      .describe('Of at least one failed run in the week; null: the forecast of the job is to be ignored.'),
    who: z.string(),
    why: z.string(),
    until: instant.describe('It ends by itself.'),
  })
  .meta({ id: 'ForecastOverride' });

export const forecastSchema = z
  .strictObject({
    forecast: z
      .strictObject({
        ...headFields,
        jobs: z.array(forecastJobSchema),
        watch: watchSchema
          .nullable()
          .describe('Where to look first; null in forecasts of before there was such a list.'),
        overrides: z
          .array(forecastOverrideSchema)
          .describe(
            'What people say of jobs, beside what the model says: as it is now, or was when the week ended.',
          ),
      })
      .nullable()
      .describe('null before the first forecast.'),
  })
  .meta({ id: 'LatestForecast' });

export const forecastsQuerySchema = z.strictObject({ ...pageQuery(50) });
export const forecastsSchema = pageSchema(
  z.strictObject(headFields).meta({ id: 'ForecastHead' }),
  'Forecasts',
);
export const cutoffParams = z.strictObject({ cutoff: askedInstant.describe('Its cutoff.') });
export const oneForecastSchema = forecastSchema.shape.forecast.unwrap().meta({ id: 'Forecast' });

export const modelParams = z.strictObject({
  model: plainText(200).describe('Name of the model.'),
  version: wholeNumber(1, 2_147_483_647).describe('Its version.'),
});

export const driftSchema = z
  .strictObject({
    asOf: instant,
    scoreCard: z
      .strictObject({
        cutoff: instant,
        modelVersion: z.int(),
        jobs: count.describe('Jobs that were forecast.'),
        failed: count.describe('Those of them that failed.'),
        expected: z.number().min(0).describe('Sum of their probabilities.'),
        checked: count.describe('The most likely ones, which a team looks at.'),
        hits: z.number().min(0).describe('Those of them that failed.'),
        recall: z.number().min(0).max(1).nullable().describe('Hits of all that failed; null: none did.'),
        falseAlarms: z.number().min(0).describe('Those of the checked that did not fail.'),
        baseHits: z
          .number()
          .min(0)
          .nullable()
          .describe('Hits among as many with the highest share of failing weeks; null: not known.'),
        brier: z
          .number()
          .nullable()
          .describe('Mean squared distance of the probabilities from what happened.'),
        brierOfShare: z
          .number()
          .nullable()
          .describe('The same had every job been given the share that failed.'),
        calibration: z
          .array(
            z.strictObject({
              jobs: count,
              meanProbability: probability,
              failedShare: probability,
            }),
          )
          .describe('Jobs in ten groups by probability, empty ones left out.'),
      })
      .nullable()
      .describe('Of the newest forecast whose week is over; null: there is not enough data.'),
    championCreatedAt: instant.nullable(),
    ...driftRecordFields,
  })
  .meta({ id: 'Drift' });

export type Forecasts = z.infer<typeof forecastsSchema>;
export type Drift = z.infer<typeof driftSchema>;
export type Reason = z.infer<typeof reasonSchema>;
export type ForecastOverride = z.infer<typeof forecastOverrideSchema>;
export type WatchList = z.infer<typeof watchSchema>;
export type ForecastJob = z.infer<typeof forecastJobSchema>;
export type Forecast = NonNullable<z.infer<typeof forecastSchema>['forecast']>;
export type LatestForecast = z.infer<typeof forecastSchema>;
