import { z } from 'zod';
import {
  askedInstant,
  count,
  instant,
  jobId,
  limit,
  placedJobFields,
  plainText,
  runStatus,
} from './fields.ts';

export const outcome = z.enum(['met', 'late', 'missing', 'extra', 'waived']);

const MOST_DRAWN = 2_000;
export const durationsQuerySchema = z.strictObject({
  from: askedInstant.optional().describe('Started then or later; left out, 90 days before `to`.'),
  to: askedInstant.optional().describe('Started before; left out, now.'),
  points: limit(1_000, MOST_DRAWN).pipe(z.number().min(3)).describe('How many points at most.'),
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

export type Durations = z.infer<typeof durationsSchema>;
export type Timeline = z.infer<typeof timelineSchema>;
