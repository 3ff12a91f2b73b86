/** Versions of a model. */
import { z } from 'zod';
import { instant, pageQuery, pageSchema } from './fields.ts';

export const modelVersionSchema = z
  .strictObject({
    model: z.string(),
    version: z.int().min(1),
    kind: z.string().describe('The learner it was fitted with.'),
    cutoff: instant,
    createdAt: instant,
    codeVersion: z.string(),
    fitMs: z.number(),
    peakMemoryBytes: z.int(),
    artifactSha256: z.string(),
    aliases: z.array(z.string()),
    metrics: z.array(
      z.strictObject({ head: z.enum(['day', 'week']), metric: z.string(), value: z.number().nullable() }),
    ),
    gate: z
      .strictObject({
        verdict: z.enum(['promote', 'keep', 'undecided']),
        championVersion: z.int().describe('0: there was no champion to compare with.'),
        decidedAt: instant,
        checks: z.unknown(),
      })
      .nullable()
      .describe('What the gate said of it last; null when it was never judged.'),
    origin: z
      .strictObject({
        name: z.string(),
        who: z.string().describe('Who brought it.'),
        week: z.string().describe('SHA-256 of the ONNX file of its weeks.'),
        day: z.string().describe('SHA-256 of the ONNX file of its days.'),
        trainedAt: z.string().nullable().describe('Nothing that became known later was learned from.'),
      })
      .nullable()
      .describe('Of a model that was trained elsewhere; null: trained here.'),
    tags: z.record(z.string(), z.string()).describe('What people write on it.'),
    signedBy: z
      .array(z.string())
      .describe('Names of the Ed25519 keys that vouch for it; empty: none does, and it cannot serve.'),
    promotionWorkflowId: z.string(),
  })
  .meta({ id: 'ModelVersion' });

export const modelsSchema = pageSchema(modelVersionSchema, 'Models');

export const modelsQuerySchema = z.strictObject({ ...pageQuery(100) });

export type ModelVersion = z.infer<typeof modelVersionSchema>;
export type Models = z.infer<typeof modelsSchema>;
