import { z } from 'zod';
import { count, instant, jobId, probability } from './fields.ts';
import { reasonSchema } from './forecasts.ts';

const asked = z.int().min(0).max(Number.MAX_SAFE_INTEGER).describe('Number of the job.');
export const predictWordSchema = z.strictObject({ jobId: asked }).meta({ id: 'Predict' });

const MOST_JOBS = 1_000;
export const predictBatchWordSchema = z
  .strictObject({ jobIds: z.array(asked).min(1).max(MOST_JOBS) })
  .meta({ id: 'PredictBatch' });

const interval = z
  .tuple([probability, probability])
  .nullable()
  .describe('Lower and upper bound, the probability within; null: not enough data to say.');

const jobPredictionSchema = z
  .strictObject({
    jobId,
    known: z.boolean().describe('false: there is no such job.'),
    prediction: z
      .strictObject({
        probability: probability.describe('Of at least one failed run in the seven days after the cutoff.'),
        interval,
        expectedFailedRuns: z.number().min(0),
        expectedLostMinutes: z.number().min(0).nullable(),
        basis: z
          .enum(['model', 'group-rate'])
          .describe('group-rate: not enough data of the job, the rate of its group stands in.'),
        rank: z.int().min(1).describe('1 is the most likely of all candidates to fail.'),
        reasons: z.array(reasonSchema),
        days: z.array(
          z.strictObject({
            horizonDay: z.int().min(1).max(7),
            from: instant,
            to: instant.describe('Left out of the day.'),
            probability,
            interval,
            reasons: z.array(reasonSchema),
          }),
        ),
      })
      .nullable()
      .describe('null: it did not run in the last seven days and is not expected, so nothing is said of it.'),
  })
  .meta({ id: 'JobPrediction' });

const made = {
  cutoff: instant.describe('The full hour before now; nothing known later was used.'),
  model: z.string(),
  modelVersion: z.int().min(1),
  candidates: count,
};
export const predictedSchema = z
  .strictObject({ ...made, ...jobPredictionSchema.shape })
  .meta({ id: 'Predicted' });
export const predictedBatchSchema = z
  .strictObject({ ...made, items: z.array(jobPredictionSchema) })
  .meta({ id: 'PredictedBatch' });

export type Predicted = z.infer<typeof predictedSchema>;
export type PredictedBatch = z.infer<typeof predictedBatchSchema>;
