/**
 * What the API answers, as schemas: the OpenAPI document, the tests and the page's types all come from here.
 *
 * Instants are ISO 8601 in UTC, durations milliseconds, probabilities 0 to 1. `null` means "not told" or "not known",
 * never zero.
 */
import { z } from 'zod';
import { FINDING_KINDS } from '../models/detect/finding.ts';
import { CAUSE_KINDS, INCIDENT_STATES, SEVERITIES } from '../models/detect/incidents/incident.ts';
import {
  askedInstant,
  count,
  idParam,
  instant,
  jobFields,
  limit,
  pageQuery,
  pageSchema,
  placedJobFields,
  plainText,
  probability,
  runStatus,
} from './contract/fields.ts';

export const healthSchema = z.strictObject({ status: z.enum(['alive', 'ready']) }).meta({ id: 'Health' });

export const overviewSchema = z
  .strictObject({
    asOf: instant.describe('Now, or the last arrival when the system runs on the time of its data.'),
    time: z.enum(['wall', 'data']),
    lastArrival: instant.nullable().describe('The latest instant any loaded run log tells of.'),
    jobs: count,
    runsLoaded: count.describe('Run records loaded, by the ledger of files.'),
    failedLast24h: count.describe('Runs that started in the 24 hours before asOf and failed.'),
    openIncidents: count,
    quarantinedRows: count,
    files: count,
    refusedFilesLast24h: count.describe('Files nobody could read; 24 hours by the clock of the database.'),
    deadNotificationsLast24h: count.describe('Messages their receiver refused for good.'),
    championVersion: z.int().nullable(),
    lastForecastCutoff: instant.nullable(),
    temporal: z.strictObject({ uiUrl: z.string(), namespace: z.string() }),
    dropFolders: z.array(z.string()).describe('Where run logs are dropped.'),
  })
  .meta({ id: 'Overview' });

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

export const jobSchema = z
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
  criticality: z.coerce.number().int().min(1).max(4).optional().describe('Only jobs of this criticality.'),
});
export const jobsSchema = pageSchema(jobSchema, 'Jobs');

const findingKind = z.enum(FINDING_KINDS);
const causeKind = z.enum(CAUSE_KINDS);
const findingSchema = z
  .strictObject({
    kind: findingKind,
    variant: z.string().nullable().describe('Which of several ways to be of this kind.'),
    role: z.enum(['cause', 'symptom', 'consequence']),
    course: z.enum(['new', 'chronic', 'flapping']),
    jobId: z.int().nullable().describe('null for a server or a source.'),
    name: z.string().describe('Of the job, the server or the source.'),
    namespace: z.string().nullable(),
    owner: z.string().nullable(),
    host: z.string().nullable(),
    source: z.string().nullable().describe('Set where it is about a source.'),
    criticality: z.int().min(1).max(4).nullable(),
    runKey: z.string().nullable(),
    dueAt: instant.nullable().describe('Of the slot it is about.'),
    since: instant,
    foundAt: instant,
    endedAt: instant.nullable().describe('null while it lasts.'),
    evidence: z.strictObject({
      observed: z.number().nullable(),
      expected: z.number().nullable().describe('What is normal.'),
      limit: z.number().nullable().describe('Beyond it, it is found.'),
      unit: z.enum(['ms', 'rows', 'files', 'percent', 'share', 'days', 'count']).nullable(),
      text: z.string().nullable().describe('The error message, the name of a metric, of a file.'),
    }),
    lastSuccessAt: instant.nullable().describe('End of the last success of the job.'),
  })
  .meta({ id: 'Finding' });
export const incidentSchema = z
  .strictObject({
    id: z.int(),
    state: z.enum(INCIDENT_STATES),
    severity: z.enum(SEVERITIES).describe('The worst it ever had.'),
    openedAt: instant,
    resolvedAt: instant.nullable(),
    since: instant.describe('Since when something is wrong.'),
    acknowledgedBy: z.string().nullable(),
    causes: z
      .array(z.strictObject({ kind: causeKind, name: z.string(), weight: probability }))
      .min(1)
      .describe('Probable causes, the likeliest first.'),
    findingsTotal: count,
    findingsOpen: count.describe('Those that last.'),
    jobs: count.describe('Different jobs they are about.'),
    findings: z.array(findingSchema).describe('Causes first; at most as many as asked for.'),
    notificationsSent: count.describe('Messages about it that were accepted by their receiver.'),
  })
  .meta({ id: 'Incident' });
export const incidentsQuerySchema = z.strictObject({
  ...pageQuery(100),
  state: z.enum(['open', 'resolved']).optional().describe('Only those that last, or that are over.'),
  severity: z.enum(SEVERITIES).optional(),
  jobId: idParam('Only those about this job.').optional(),
  from: askedInstant.optional().describe('Opened then or later.'),
  to: askedInstant.optional().describe('Opened before.'),
  kind: findingKind.optional().describe('Only those with such a finding.'),
  owner: plainText(200).optional().describe('Only those about jobs of this owner; case does not matter.'),
  host: plainText(200)
    .optional()
    .describe('Only those about this server or jobs on it; case does not matter.'),
  q: plainText(200).optional().describe('Only those with this in a name or in the error text.'),
  id: idParam('Only this one.').optional(),
  findings: limit(5).describe('How many findings of each at most.'),
});
export const incidentsSchema = pageSchema(incidentSchema, 'Incidents');

export const feedbackSchema = z
  .strictObject({
    items: z.array(
      z.strictObject({
        kind: z.string().describe('Of what the incidents began with.'),
        variant: z.string().nullable(),
        answers: count,
        useful: count,
        usefulShare: probability,
      }),
    ),
  })
  .meta({ id: 'FeedbackShares' });

export const rerunSchema = z
  .strictObject({
    id: z.string(),
    workflowId: z.string(),
    incidentId: z.int().nullable(),
    who: z.string(),
    why: z.string(),
    askedAt: instant,
    finishedAt: instant.nullable(),
    victims: z.array(
      z.strictObject({
        jobId: z.int(),
        namespace: z.string(),
        job: z.string(),
        position: z.int().min(1),
        state: z.enum(['waiting', 'asking', 'asked', 'started', 'by-hand', 'done']),
        outcome: z.enum(['succeeded', 'failed', 'not-started', 'no-way', 'skipped']).nullable(),
        newRunKey: z.string().nullable().describe('The run that is the proof.'),
        detail: z.string().nullable(),
        doneBy: z.string().nullable().describe('Who did it by hand, and said so.'),
      }),
    ),
  })
  .meta({ id: 'Rerun' });
export const rerunsQuerySchema = z.strictObject({
  ...pageQuery(20),
  incident: idParam('Only those of this incident.').optional(),
});
export const rerunsSchema = pageSchema(rerunSchema, 'Reruns');

export const fileSchema = z
  .strictObject({
    sha256: z.string(),
    source: z.string(),
    name: z.string(),
    sizeBytes: count,
    receivedAt: instant,
    state: z.enum(['stored', 'loaded', 'refused', 'held', 'unpacked']),
    rowsIn: count.nullable().describe('Always rowsLoaded + rowsDuplicate + rowsQuarantined.'),
    rowsLoaded: count.nullable(),
    rowsDuplicate: count.nullable(),
    rowsQuarantined: count.nullable(),
    refusalCode: z.string().nullable(),
    refusalDetail: z.string().nullable(),
    loadedAt: instant.nullable(),
  })
  .meta({ id: 'File' });
export const filesSchema = z
  .strictObject({
    totals: z.strictObject({
      files: count,
      waiting: count,
      refused: count,
      rowsIn: count,
      rowsLoaded: count,
      rowsDuplicate: count,
      rowsQuarantined: count,
    }),
    items: z.array(fileSchema),
    next: z.string().nullable().describe('Goes into "after" to read on; null: that was all.'),
  })
  .meta({ id: 'Files' });

const share = z.number().min(0).max(1).nullable();
export const qualityDaySchema = z
  .strictObject({
    day: z.iso.date().describe('UTC day of the latest instant its files tell of.'),
    files: count,
    volumeRows: count,
    completeness: share.describe('Of the values a run should tell, those told; null for metrics.'),
    uniqueness: share.describe('Of all records, those that were new.'),
    validity: share.describe('Of all rows, those that could be read.'),
    freshnessS: z.number().min(0).nullable().describe('Seconds from that instant to the receipt, median.'),
  })
  .meta({ id: 'QualityDay' });
export const qualityQuerySchema = z.strictObject({
  days: z.coerce
    .number()
    .int()
    .min(1)
    .max(366)
    .default(30)
    .describe('How many days, the last that have files.'),
});
export const qualitySchema = z
  .strictObject({
    items: z.array(
      z.strictObject({
        source: z.string(),
        kind: z.enum(['runs', 'metrics', 'events']),
        pausedAt: instant.nullable().describe('Since when it is stopped by its limit of refused rows.'),
        days: z.array(qualityDaySchema).describe('Oldest first.'),
      }),
    ),
  })
  .meta({ id: 'Quality' });

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
export const forecastSchema = z
  .strictObject({
    forecast: z
      .strictObject({
        cutoff: instant.describe('Nothing known later was used.'),
        madeAt: instant,
        model: z.string(),
        modelVersion: z.int(),
        candidates: count,
        workflowId: z.string(),
        jobs: z.array(forecastJobSchema),
      })
      .nullable()
      .describe('null before the first forecast.'),
  })
  .meta({ id: 'LatestForecast' });

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
    promotionWorkflowId: z.string(),
  })
  .meta({ id: 'ModelVersion' });
export const modelsSchema = pageSchema(modelVersionSchema, 'Models');

export const notificationSchema = z
  .strictObject({
    id: z.string(),
    kind: z.string(),
    channel: z.string().describe('Name of the configured channel.'),
    channelKind: z.string(),
    event: z.string().nullable().describe('What happened to its incidents; null of other messages.'),
    subject: z.string(),
    state: z
      .enum(['pending', 'sent', 'dead', 'withdrawn'])
      .describe('dead: given up; `smart-etl alerts retry`.'),
    attempts: count,
    lastError: z.string().nullable(),
    answer: z.string().nullable().describe('What the receiver said when it accepted it.'),
    createdAt: instant,
    notBefore: instant.nullable().describe('It waits for this instant: quiet hours or maintenance.'),
    nextAttemptAt: instant.nullable(),
    sentAt: instant.nullable(),
  })
  .meta({ id: 'Notification' });
export const notificationsSchema = pageSchema(notificationSchema, 'Notifications');

export const mailSchema = z
  .strictObject({
    id: z.string(),
    subject: z.string(),
    from: z.string(),
    to: z.array(z.string()),
    date: instant.nullable(),
    text: z.string(),
  })
  .meta({ id: 'Mail' });
export const mailboxSchema = z
  .strictObject({
    available: z.boolean().describe('false when mail goes to a real server and is not kept here.'),
    items: z.array(mailSchema),
  })
  .meta({ id: 'Mailbox' });

export const filesQuerySchema = z.strictObject({
  ...pageQuery(100),
  source: plainText(200).optional(),
  state: z.enum(['stored', 'loaded', 'refused', 'held', 'unpacked']).optional(),
  q: plainText(200).optional().describe('In the name.'),
});
export const mailboxQuerySchema = z.strictObject({ limit: limit(100) });
export const modelsQuerySchema = z.strictObject({ ...pageQuery(100) });
export const notificationsQuerySchema = z.strictObject({
  ...pageQuery(100),
  state: z.enum(['pending', 'sent', 'dead', 'withdrawn']).optional().describe('Only messages in this state.'),
  channel: z.string().min(1).max(63).optional().describe('Only messages of this channel.'),
});

export const problemSchema = z
  .strictObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    errors: z.array(z.strictObject({ parameter: z.string(), detail: z.string() })).optional(),
  })
  .describe('RFC 9457 problem details.')
  .meta({ id: 'Problem' });

export const CHANGE_TOPICS = [
  'runs',
  'expectations',
  'incidents',
  'forecast',
  'models',
  'notifications',
] as const;

export type ChangeTopic = (typeof CHANGE_TOPICS)[number];
export type Overview = z.infer<typeof overviewSchema>;
export type Run = z.infer<typeof runSchema>;
export type RunStatus = z.infer<typeof runStatus>;
export type Runs = z.infer<typeof runsSchema>;
export type Jobs = z.infer<typeof jobsSchema>;
export type Incident = z.infer<typeof incidentSchema>;
export type Incidents = z.infer<typeof incidentsSchema>;
export type IngestedFile = z.infer<typeof fileSchema>;
export type FeedbackShares = z.infer<typeof feedbackSchema>;
export type Reruns = z.infer<typeof rerunsSchema>;
export type Files = z.infer<typeof filesSchema>;
export type QualityDay = z.infer<typeof qualityDaySchema>;
export type Quality = z.infer<typeof qualitySchema>;
export type Reason = z.infer<typeof reasonSchema>;
export type ForecastJob = z.infer<typeof forecastJobSchema>;
export type Forecast = NonNullable<z.infer<typeof forecastSchema>['forecast']>;
export type LatestForecast = z.infer<typeof forecastSchema>;
export type ModelVersion = z.infer<typeof modelVersionSchema>;
export type Models = z.infer<typeof modelsSchema>;
export type Notification = z.infer<typeof notificationSchema>;
export type Notifications = z.infer<typeof notificationsSchema>;
export type Mail = z.infer<typeof mailSchema>;
export type Mailbox = z.infer<typeof mailboxSchema>;
export type Problem = z.infer<typeof problemSchema>;
