import { z } from 'zod';
import { INCIDENT_STATES, SEVERITIES } from '../../models/detect/incidents/incident.ts';
import {
  askedInstant,
  count,
  instant,
  jobFields,
  limit,
  pageQuery,
  pageSchema,
  plainText,
} from './fields.ts';
import { runSchema } from './runs.ts';

const hostSchema = z
  .strictObject({
    host: z.string(),
    jobs: count.describe('Jobs that ran there last.'),
    openFindings: count.describe('What is wrong with the server itself, and lasts.'),
    metrics: z
      .array(z.strictObject({ metric: z.string(), at: instant, value: z.number() }))
      .describe('The last sample of each of the last two weeks.'),
  })
  .meta({ id: 'Host' });
export const hostsSchema = pageSchema(hostSchema, 'Hosts');

export const hostParams = z.strictObject({ host: plainText(500).describe('Name of the server.') });
export const hostMetricsQuerySchema = z.strictObject({
  from: askedInstant.optional().describe('Left out, a day before `to`.'),
  to: askedInstant.optional().describe('Left out, now.'),
  metric: plainText(200).optional().describe('Only this one.'),
  points: limit(300, 2_000).describe('How many of each metric at most.'),
});
export const hostMetricsSchema = z
  .strictObject({
    host: z.string(),
    from: instant,
    to: instant,
    stepMs: z.int().describe('What a point stands for.'),
    metrics: z.array(
      z.strictObject({
        metric: z.string(),
        points: z.array(z.strictObject({ at: instant, min: z.number(), max: z.number(), mean: z.number() })),
      }),
    ),
  })
  .meta({ id: 'HostMetrics' });

export const searchQuerySchema = z.strictObject({
  q: plainText(200)
    .regex(/[^ ].*[^ ]/u, 'expected at least two characters')
    .describe('A word of at least two characters.'),
  limit: limit(10, 50).describe('How many of each kind at most.'),
});
export const searchSchema = z
  .strictObject({
    jobs: z.array(z.strictObject({ ...jobFields, host: z.string().nullable() })),
    runs: z.array(runSchema).describe('Runs of the last 92 days with exactly this key.'),
    errors: z.array(runSchema).describe('Of the last 2,000 failures, those whose error holds it.'),
    incidents: z
      .array(
        z.strictObject({
          id: z.int(),
          state: z.enum(INCIDENT_STATES),
          severity: z.enum(SEVERITIES),
          openedAt: instant,
          about: z.array(z.string()),
        }),
      )
      .describe('By number, by what they are about, by their error text.'),
    files: z.array(
      z.strictObject({
        sha256: z.string(),
        name: z.string(),
        source: z.string(),
        state: z.string(),
        receivedAt: instant,
      }),
    ),
  })
  .meta({ id: 'SearchAnswer' });

const quarantinedRowSchema = z
  .strictObject({
    source: z.string(),
    file: z.string(),
    sha256: z.string(),
    receivedAt: instant,
    rowNumber: z.int(),
    byteOffset: z.int(),
    byteLength: z.int(),
    code: z.string(),
    detail: z.string(),
    original: z.string().describe('Its first 2,000 bytes read as UTF-8; what is none stands as U+FFFD.'),
  })
  .meta({ id: 'QuarantinedRow' });
const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'expected 64 hexadecimal digits');
export const quarantineQuerySchema = z.strictObject({
  ...pageQuery(100),
  source: plainText(200).optional(),
  code: plainText(100).optional().describe('Only rows refused for this reason.'),
  sha256: sha256.optional().describe('Only rows of this file.'),
});
export const quarantineSchema = pageSchema(quarantinedRowSchema, 'Quarantine');
export const quarantineCountsQuerySchema = z.strictObject({
  limit: limit(200),
  source: plainText(200).optional(),
  code: plainText(100).optional(),
});
export const quarantineCountsSchema = z
  .strictObject({
    items: z.array(
      z.strictObject({
        source: z.string(),
        code: z.string(),
        file: z.string(),
        sha256: z.string(),
        rows: count,
      }),
    ),
  })
  .meta({ id: 'QuarantineCounts' });

export const fileParams = z.strictObject({ sha256: sha256.describe('Of its bytes.') });

export type Host = z.infer<typeof hostSchema>;
export type Hosts = z.infer<typeof hostsSchema>;
export type HostMetrics = z.infer<typeof hostMetricsSchema>;
export type SearchAnswer = z.infer<typeof searchSchema>;
export type QuarantinedRow = z.infer<typeof quarantinedRowSchema>;
export type Quarantine = z.infer<typeof quarantineSchema>;
