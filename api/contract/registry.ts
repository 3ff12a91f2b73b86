/** Who vouches for versions, which served when, what they came from, why they say what they say. */
import { z } from 'zod';
import { askedInstant, count, idParam, instant, limit, plainText, probability } from './fields.ts';
import { reasonSchema } from './forecasts.ts';
import { modelVersionSchema } from './models.ts';

const name = plainText(200).describe('Name of the model.');
const alias = z.enum(['champion', 'challenger', 'shadow']);
const version = z.int().min(1);
const measure = z.number().nullable();
const sha256 = z.string().describe('SHA-256, the key of the object.');

export const ofModelParams = z.strictObject({ model: name });
export const aliasParams = z.strictObject({
  model: name,
  alias: alias.describe('champion, challenger or shadow.'),
});
export const explainParams = z.strictObject({ model: name, jobId: idParam('Number of the job.') });

export const historyQuerySchema = z.strictObject({
  alias: alias.default('champion'),
  at: askedInstant.optional().describe('Only the version that had the alias at this instant.'),
  limit: limit(50),
});
export const modelHistorySchema = z
  .strictObject({
    items: z.array(
      z.strictObject({
        alias,
        version,
        from: instant,
        until: instant.nullable().describe('null: it has it still.'),
        who: z.string(),
        why: z.string(),
        workflowId: z.string().nullable(),
      }),
    ),
  })
  .meta({ id: 'ModelHistory' });

const metrics = z.strictObject({
  rows: count,
  positives: count,
  averagePrecision: measure,
  rocAuc: measure,
  brier: measure,
  logLoss: measure,
  calibrationError: measure,
});

/** From the files to the forecasts. */
export const modelLineageSchema = z
  .strictObject({
    data: z.strictObject({
      snapshotSha256: sha256,
      cutoff: instant.describe('Nothing known later is in it.'),
      jobs: count.nullable(),
      runs: count.nullable(),
      files: count.describe('Files of runs that were known whole at the cutoff.'),
      lastKnownAt: instant.nullable(),
    }),
    features: z
      .strictObject({ count, sha256: z.string().describe('Of their names as a JSON list.') })
      .nullable(),
    code: z.strictObject({ version: z.string(), seed: z.int() }),
    contestants: z.array(
      z.strictObject({
        kind: z.string(),
        outcome: z.string(),
        artifactSha256: z.string().nullable(),
        fitMs: z.number().nullable(),
        metrics: z.strictObject({ week: metrics, day: metrics }).nullable().describe('On the test windows.'),
        reason: z.string().nullable().describe('Why it was not trained.'),
      }),
    ),
    verdicts: z.array(
      z.strictObject({
        championVersion: z.int().describe('0: there was no champion.'),
        verdict: z.string(),
        decidedAt: instant,
      }),
    ),
    championFrom: z.array(instant).describe('When it became champion.'),
    forecasts: z.strictObject({
      count,
      firstCutoff: instant.nullable(),
      lastCutoff: instant.nullable(),
      lastMadeAt: instant.nullable().describe('When the last one was made; its signature was verified then.'),
      inPlaceOfAnother: count.describe('Made in the place of a champion that could not be used.'),
    }),
    signatures: z
      .array(z.strictObject({ keyId: z.string(), signedAt: instant }))
      .describe('Ed25519, of the bytes of the manifest.'),
    unusable: z
      .strictObject({ incidentId: z.int(), since: instant, text: z.string() })
      .nullable()
      .describe('The open incident about a champion of this model that cannot be used; null: there is none.'),
  })
  .meta({ id: 'ModelLineage' });
export type ModelLineage = z.infer<typeof modelLineageSchema>;

const reference = z
  .string()
  .max(300)
  .regex(
    /^(models:\/[A-Za-z0-9._-]{1,200}(\/(latest|[1-9][0-9]{0,9})|@(champion|challenger|shadow))|latest|champion|challenger|shadow|[1-9][0-9]{0,9})$/,
    'a version such as 3, champion, latest or models:/job-failure@champion',
  )
  .describe('3, champion, latest or models:/job-failure@champion.');
export const compareQuerySchema = z.strictObject({ one: reference, other: reference });
export const modelComparisonSchema = z
  .strictObject({
    one: modelVersionSchema,
    other: modelVersionSchema,
    isSameTest: z
      .boolean()
      .describe('false: tested on different windows, so that only the gate compares them.'),
    metrics: z.array(
      z.strictObject({
        head: z.enum(['week', 'day']),
        metric: z.string(),
        one: measure,
        other: measure,
        difference: measure.describe('other − one.'),
        better: z.enum(['one', 'other']).nullable(),
      }),
    ),
    verdict: z
      .enum(['promote', 'keep', 'undecided'])
      .nullable()
      .describe('Of the gate, of one against the other.'),
  })
  .meta({ id: 'ModelComparison' });

const interval = z.tuple([probability, probability]).nullable();
export const explanationSchema = z
  .strictObject({
    forecast: z
      .strictObject({
        cutoff: instant,
        model: z.string(),
        modelVersion: z.int(),
        insteadOf: z.int().nullable().describe('The champion, where it could not be used.'),
        candidates: count,
        probability,
        interval,
        expectedFailedRuns: measure,
        expectedLostMinutes: measure,
        basis: z.enum(['model', 'group-rate']),
        rank: z.int().min(1),
        reasons: z.array(reasonSchema),
        days: z.array(
          z.strictObject({
            horizonDay: z.int().min(1).max(7),
            probability,
            interval,
            reasons: z.array(reasonSchema),
          }),
        ),
      })
      .nullable()
      .describe('null: no forecast covers the job.'),
  })
  .meta({ id: 'Explanation' });
