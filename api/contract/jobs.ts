import { z } from 'zod';
import { SEVERITIES } from '../../models/detect/incidents/incident.ts';
import {
  askedInstant,
  count,
  idParam,
  instant,
  jobId,
  pageQuery,
  pageSchema,
  placedJobFields,
  plainText,
  probability,
  runStatus,
  wholeNumber,
} from './fields.ts';
import { forecastJobSchema } from './forecasts.ts';
import { outcome } from './runs.ts';

const jobSchema = z
  .strictObject({
    ...placedJobFields,
    lastStartedAt: instant.nullable(),
    recentStatuses: z.array(runStatus).describe('States of its last 14 runs, oldest first.'),
  })
  .meta({ id: 'Job' });

export const jobsQuerySchema = z.strictObject({
  ...pageQuery(500),
  q: plainText(200).optional().describe('In the name.'),
  host: plainText(500).optional().describe('Only jobs of this server.'),
  owner: plainText(500).optional().describe('Only jobs of this owner.'),
  criticality: wholeNumber(1, 4).optional().describe('Only jobs of this criticality.'),
});

export const jobsSchema = pageSchema(jobSchema, 'Jobs');

export const jobParams = z.strictObject({ jobId: idParam('Number of the job.') });

const neighbours = z.array(z.strictObject({ jobId, namespace: z.string(), job: z.string() }));
const band = z
  .strictObject({ low: z.number(), usual: z.number(), high: z.number() })
  .nullable()
  .describe('For a run that starts now; null: not enough data to say.');

export const jobDetailSchema = z
  .strictObject({
    ...placedJobFields,
    asOf: instant,
    schedule: z
      .strictObject({
        en: z.string(),
        fr: z.string(),
        declared: z.boolean().describe('Somebody said so; else it was learned.'),
        runs: count.describe('What it was learned from.'),
        explained: probability.describe('Share of the runs that it explains.'),
        filled: probability.describe('Share of its instants at which a run came.'),
      })
      .nullable()
      .describe('null: it keeps none, or none was learned yet: see learnedAt.'),
    learnedAt: instant.nullable(),
    nextDueAt: instant.nullable(),
    month: z
      .strictObject({ runs: count, failed: count, medianDurationMs: z.number().nullable() })
      .describe('Runs of the last 30 days; the median of those that succeeded.'),
    slots: z
      .strictObject({ met: count, late: count, missing: count, extra: count, waived: count })
      .describe('Slots of the last 30 days.'),
    lastSuccessAt: instant.nullable(),
    lastFailureAt: instant.nullable(),
    normal: z
      .strictObject({
        asOf: instant.describe('When it was learned.'),
        timeZone: z.string(),
        runs: count.describe('Finished runs it was learned from.'),
        durationMs: band,
        rows: band,
        failedShare: probability.nullable(),
        longestMs: z.number().nullable(),
      })
      .nullable()
      .describe('What is normal; null: not enough data to say.'),
    override: z
      .strictObject({
        rules: z.record(z.string(), z.unknown()),
        who: z.string(),
        why: z.string(),
        at: instant,
      })
      .nullable()
      .describe('What a person decided instead.'),
    upstreams: neighbours.describe('Jobs that it follows.'),
    downstreams: neighbours.describe('Jobs that follow it.'),
    openIncidents: z.array(z.strictObject({ id: z.int(), severity: z.enum(SEVERITIES), openedAt: instant })),
    forecast: z
      .strictObject({ cutoff: instant, modelVersion: z.int(), candidates: count, job: forecastJobSchema })
      .nullable()
      .describe('Of the newest forecast; null: the job is not in it.'),
  })
  .meta({ id: 'JobDetail' });

const slotSchema = z
  .strictObject({
    id: z.int(),
    ...placedJobFields,
    dueAt: instant,
    earliestAt: instant.describe('A run that starts before belongs to the slot before.'),
    startDeadlineAt: instant.nullable().describe('By then its start is known; null: only ends are told.'),
    deadlineAt: instant.describe('By then its end is known.'),
    closesAt: instant,
    outcome: outcome.nullable().describe('null while it is open.'),
    runKey: z.string().nullable(),
    endedAt: instant.nullable().describe('When its outcome was known.'),
    correctedFrom: outcome.nullable(),
    waivedBy: z.string().nullable(),
    waivedWhy: z.string().nullable(),
  })
  .meta({ id: 'Slot' });
export const slotsQuerySchema = z.strictObject({
  ...pageQuery(200),
  from: askedInstant.optional().describe('Due then or later; left out, a day before now.'),
  to: askedInstant.optional().describe('Due before; left out, a day after now.'),
  job: plainText(500).optional().describe('Only jobs with this name.'),
  jobId: idParam('Only this job.').optional(),
  host: plainText(500).optional().describe('Only jobs of this server.'),
  outcome: z.enum([...outcome.options, 'open']).optional(),
});
export const slotsSchema = pageSchema(slotSchema, 'Slots');

export type JobDetail = z.infer<typeof jobDetailSchema>;
export type Slot = z.infer<typeof slotSchema>;
export type Slots = z.infer<typeof slotsSchema>;
export type Jobs = z.infer<typeof jobsSchema>;
