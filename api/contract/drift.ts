import { z } from 'zod';
import { count, instant, probability } from './fields.ts';

const words = z.strictObject({ en: z.string(), fr: z.string() });
const figure = z.number().nullable();

const driftFields = {
  state: z
    .enum(['steady', 'drifted', 'growing', 'not-enough-data'])
    .describe(
      'drifted: by size, beyond what weeks of the training differ, and by test; growing: counts since ever.',
    ),
  rows: count.describe('Jobs now.'),
  referenceRows: count.describe('Weeks of jobs of the reference.'),
  missing: probability.nullable().describe('Share without a value now; null: not enough data.'),
  referenceMissing: probability.nullable(),
  mean: figure,
  referenceMean: figure,
  shift: figure.describe('Difference of the means in standard deviations of the reference.'),
  psi: figure.describe('Population stability index.'),
  usualPsi: figure.describe('The largest one of a week of the reference against its others.'),
  ks: figure.describe('Kolmogorov-Smirnov distance; null of a feature with few values.'),
  wasserstein: figure.describe(
    'Wasserstein distance in standard deviations of the reference; null as above.',
  ),
  cramersV: figure.describe("Cramér's V of a feature with few values, or of missing ones."),
  pAdjusted: figure.describe('p of its test, adjusted for the number of features (Benjamini-Hochberg).'),
};

const featureDriftSchema = z
  .strictObject({
    feature: z.string(),
    meaning: words,
    words: words.describe('How it moved.'),
    ...driftFields,
  })
  .meta({ id: 'FeatureDrift' });

const lookFields = {
  cutoff: instant.describe('The hour of the look.'),
  version: z.int().describe('The champion then.'),
  state: z.enum(['steady', 'watch', 'degraded', 'not-enough-data']),
  features: count.describe('Features that could be compared and do not grow by themselves.'),
  drifted: count.describe('Those of them that moved.'),
};

const modelCheckSchema = z
  .strictObject({
    ...lookFields,
    asOf: instant,
    referenceCutoff: instant.describe('Up to when the champion knew the past.'),
    psiLimit: figure.describe(
      'From this stability index on a feature had moved, as configured then; null: not kept.',
    ),
    signs: z.array(
      z.strictObject({
        kind: z.enum(['data', 'scores', 'labels', 'concept', 'promise', 'quality']),
        found: z.boolean().nullable().describe('null: not enough data to say.'),
        isGrave: z.boolean().describe('Found, it is reason to train anew.'),
        value: figure,
        limit: z.number(),
        rows: count,
        words,
      }),
    ),
    workflowId: z.string(),
  })
  .meta({ id: 'ModelCheck' });

const modelQualitySchema = z
  .strictObject({
    cutoff: instant.describe('The forecast; of an estimate the hour of the look.'),
    version: z.int(),
    basis: z.enum(['realised', 'estimated']).describe('estimated: before the truth is known.'),
    slice: z
      .string()
      .describe('all, onset, recent (the last weeks together), or of these "owner ann" and so on.'),
    metric: z.string(),
    value: figure.describe('null: not enough data.'),
    low: figure.describe('Nine times in ten it is between these.'),
    high: figure,
    baseValue: figure.describe('The best base rate on the same rows.'),
    rows: count,
    positives: z.number().min(0),
  })
  .meta({ id: 'ModelQuality' });

/** What `/v1/drift` tells beside the score card. */
export const driftRecordFields = {
  check: modelCheckSchema
    .nullable()
    .describe('The newest look at the champion; null: nobody has looked yet.'),
  features: z
    .array(featureDriftSchema)
    .nullable()
    .describe('Those that moved first, then the furthest first; null: nobody has looked yet.'),
  scores: z
    .strictObject(driftFields)
    .meta({ id: 'ScoreDrift' })
    .nullable()
    .describe('The probabilities against those of the test.'),
  quality: z.array(modelQualitySchema).describe('The newest forecast first.'),
  looks: z.array(z.strictObject(lookFields)).describe('The last looks, newest first.'),
  episode: z
    .strictObject({
      id: count,
      version: z.int(),
      openedAt: instant,
      resolvedAt: instant.nullable(),
      incidentId: count,
      retrainWorkflowId: z.string().nullable(),
    })
    .nullable()
    .describe('The newest time in which it was no longer what it was.'),
};
