import { z } from 'zod';
import { forecastSchema } from '../contract.ts';
import { askedInstant, count, instant, pageQuery, pageSchema, plainText, probability } from './fields.ts';

export const forecastsQuerySchema = z.strictObject({ ...pageQuery(50) });
export const forecastsSchema = pageSchema(
  z
    .strictObject({
      cutoff: instant.describe('Nothing known later was used.'),
      madeAt: instant,
      model: z.string(),
      modelVersion: z.int(),
      candidates: count,
      workflowId: z.string(),
    })
    .meta({ id: 'ForecastHead' }),
  'Forecasts',
);
export const cutoffParams = z.strictObject({ cutoff: askedInstant.describe('Its cutoff.') });
export const oneForecastSchema = forecastSchema.shape.forecast.unwrap().meta({ id: 'Forecast' });

export const modelParams = z.strictObject({
  model: plainText(200).describe('Name of the model.'),
  version: z.coerce.number().int().min(1).max(2_147_483_647).describe('Its version.'),
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
    features: z
      .null()
      .describe('Drift of what the model looks at: not measured yet, so there is not enough data.'),
  })
  .meta({ id: 'Drift' });

export type Forecasts = z.infer<typeof forecastsSchema>;
export type Drift = z.infer<typeof driftSchema>;
