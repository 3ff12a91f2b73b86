import { z } from 'zod';
import { SEVERITIES } from '../../models/detect/incidents/incident.ts';
import {
  anyText,
  askedInstant,
  count,
  criticality,
  idParam,
  instant,
  jobFields,
  jobId,
  limit,
  pageQuery,
  pageSchema,
  placedJobFields,
  plainText,
  runStatus,
} from './fields.ts';

export const runSchema = z
  .strictObject({
    ...jobFields,
    runKey: z.string(),
    status: runStatus,
    startedAt: instant,
    endedAt: instant.nullable(),
    durationMs: z.int().nullable(),
    host: z.string().nullable(),
    rowsRead: z.int().nullable(),
    rowsWritten: z.int().nullable(),
    expectedRows: z.int().nullable(),
    error: z.string().nullable(),
    anomalies: z.array(z.string()).describe('Codes of the cleaning rules that changed or doubted a value.'),
  })
  .meta({ id: 'Run' });

export const runsQuerySchema = z.strictObject({
  ...pageQuery(100),
  job: plainText(500).optional().describe('Only runs of jobs with this name.'),
  jobId: idParam('Only runs of this job.').optional(),
  status: runStatus
    .optional()
    .describe('Only runs in this state. Of running ones, without from: those that began in the last week.'),
  host: plainText(500).optional().describe('Only runs on this server.'),
  from: askedInstant.optional().describe('Started then or later.'),
  to: askedInstant.optional().describe('Started before.'),
  q: plainText(200)
    .optional()
    .describe(
      'In the name of the job, the key or the error. With it or with host, and without from or a job: of a week.',
    ),
});

export const runsSchema = pageSchema(runSchema, 'Runs');

export const outcome = z.enum(['met', 'late', 'missing', 'extra', 'waived']);

export const runParams = z.strictObject({
  jobId: idParam('Number of the job.'),
  runKey: anyText(1_000).describe('Key of the run.'),
});

export const runDetailSchema = z
  .strictObject({
    ...runSchema.shape,
    criticality,
    knownAt: instant.describe('When its state was known.'),
    query: z.string().nullable(),
    extra: z
      .record(z.string(), z.unknown())
      .nullable()
      .describe('Columns that no contract names, as they came; null as well where they are long.'),
    states: z
      .array(
        z.strictObject({
          status: runStatus,
          startedAt: instant,
          endedAt: instant.nullable(),
          durationMs: z.int().nullable(),
          knownAt: instant,
          sha256: z.string().nullable().describe('The file that told it first.'),
          file: z.string().nullable(),
          source: z.string().nullable(),
          rowNumber: z.int(),
        }),
      )
      .min(1)
      .describe('What was told of it, the newest first: the first is what it is taken for.'),
    incidents: z.array(
      z.strictObject({ id: z.int(), kind: z.string(), severity: z.enum(SEVERITIES), state: z.string() }),
    ),
    slot: z.strictObject({ dueAt: instant, outcome: outcome.nullable() }).nullable(),
    normal: z
      .strictObject({ lowMs: z.number(), usualMs: z.number(), highMs: z.number() })
      .nullable()
      .describe('Between which durations a run that starts then is normal; null: not enough data to say.'),
  })
  .meta({ id: 'RunDetail' });

const MOST_DRAWN = 2_000;
export const durationsQuerySchema = z.strictObject({
  from: askedInstant.optional().describe('Started then or later; left out, 90 days before `to`.'),
  to: askedInstant.optional().describe('Started before; left out, now.'),
  points: limit(1_000, MOST_DRAWN, 3).describe('How many points at most.'),
});
export const durationsSchema = z
  .strictObject({
    jobId,
    from: instant,
    to: instant,
    runs: count.describe('Runs of the span that ended and tell a duration.'),
    points: z
      .array(
        z.strictObject({
          runKey: z.string(),
          startedAt: instant,
          durationMs: z.int(),
          status: runStatus,
          rowsWritten: z.int().nullable(),
          lowMs: z.number().nullable().describe('The normal band; null: not enough data to say.'),
          usualMs: z.number().nullable(),
          highMs: z.number().nullable(),
        }),
      )
      .describe(
        'Of more runs than points: of each stretch the shortest, the longest and the longest that failed.',
      ),
  })
  .meta({ id: 'Durations' });

export const timelineQuerySchema = z.strictObject({
  from: askedInstant.optional().describe('Left out, 12 hours before now.'),
  to: askedInstant.optional().describe('Left out, 12 hours after now. At most 48 hours after `from`.'),
  host: plainText(500).optional().describe('Only this server.'),
});
export const timelineSchema = z
  .strictObject({
    now: instant.describe('By the clock that the system goes by.'),
    from: instant,
    to: instant,
    complete: z.boolean().describe('false: there is more than is sent, of runs the first are missing.'),
    hosts: z
      .array(z.strictObject({ host: z.string().nullable(), runs: count, slots: count }))
      .describe('By name; null: not told.'),
    jobs: z.array(z.strictObject(placedJobFields)),
    runs: z
      .array(
        z.strictObject({
          jobId,
          runKey: z.string(),
          host: z.string().nullable(),
          status: runStatus,
          startedAt: instant,
          endedAt: instant.nullable(),
          expectedEndAt: instant.nullable().describe('Of one under way: start and what is usual.'),
        }),
      )
      .describe('By start.'),
    slots: z
      .array(
        z.strictObject({
          jobId,
          dueAt: instant,
          deadlineAt: instant.describe('By then its end is known.'),
          outcome: outcome.nullable().describe('null while it is open.'),
          runKey: z.string().nullable(),
        }),
      )
      .describe('By due.'),
    follows: z.array(z.strictObject({ jobId, upstreamId: jobId })).describe('Who waits for whom.'),
  })
  .meta({ id: 'Timeline' });

export type RunDetail = z.infer<typeof runDetailSchema>;
export type Durations = z.infer<typeof durationsSchema>;
export type Timeline = z.infer<typeof timelineSchema>;
export type Run = z.infer<typeof runSchema>;
export type RunStatus = z.infer<typeof runStatus>;
export type Runs = z.infer<typeof runsSchema>;
