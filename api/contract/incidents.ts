/** Incidents with their findings, and what people thought of them. */
import { z } from 'zod';
import { FINDING_KINDS } from '../../models/detect/finding.ts';
import { CAUSE_KINDS, INCIDENT_STATES, SEVERITIES } from '../../models/detect/incidents/incident.ts';
import {
  askedInstant,
  count,
  idParam,
  instant,
  limit,
  pageQuery,
  pageSchema,
  plainText,
  probability,
} from './fields.ts';

const findingKind = z.enum(FINDING_KINDS);

const causeKind = z.enum(CAUSE_KINDS);

const findingSchema = z
  .strictObject({
    kind: findingKind,
    variant: z.string().nullable().describe('Which of several ways to be of this kind.'),
    role: z.enum(['cause', 'symptom', 'consequence']),
    course: z.enum(['new', 'chronic', 'flapping']),
    jobId: z.int().nullable().describe('null for a server, a source or a model.'),
    name: z.string().describe('Of the job, the server, the source or the model.'),
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

export type Incident = z.infer<typeof incidentSchema>;
export type Incidents = z.infer<typeof incidentsSchema>;
export type FeedbackShares = z.infer<typeof feedbackSchema>;
