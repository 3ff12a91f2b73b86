import { z } from 'zod';

const instant = z.iso.datetime();
const count = z.int().min(0);

/** What people were told of an incident, what they did about it, and who may suffer next. */
export const incidentRecordSchema = z
  .strictObject({
    workflowId: z.string().describe('The workflow that lives its life.'),
    acknowledgedBy: z.string().nullable(),
    acknowledgedAt: instant.nullable(),
    escalatedAt: instant.nullable(),
    silencedUntil: instant.nullable().describe('Nobody is reminded before; may be in the past.'),
    messages: z
      .array(
        z.strictObject({
          id: z.string(),
          event: z.string().describe('What happened to the incident.'),
          channel: z.string(),
          channelKind: z.string(),
          subject: z.string(),
          state: z.enum(['pending', 'sent', 'dead', 'withdrawn']),
          createdAt: instant,
          sentAt: instant.nullable(),
          answer: z
            .string()
            .nullable()
            .describe(
              'What the receiver said: of mail with the addresses that took it, of what was not taken why not.',
            ),
        }),
      )
      .describe('The newest first, at most 100.'),
    acts: z
      .array(
        z.strictObject({
          at: instant,
          who: z.string(),
          action: z.string(),
          why: z.string(),
          workflowId: z.string().nullable(),
        }),
      )
      .describe('What people did, from the audit log; the newest first, at most 100.'),
    useful: count.describe('Answers that it was useful to be told.'),
    notUseful: count,
    threatened: z
      .array(
        z.strictObject({
          jobId: z.int(),
          namespace: z.string(),
          job: z.string(),
          owner: z.string().nullable(),
          criticality: z.int().min(1).max(4),
        }),
      )
      .describe('Jobs that follow what is wrong and are well so far; the most critical first, at most 100.'),
    threatenedTotal: count,
  })
  .meta({ id: 'IncidentRecord' });
export type IncidentRecord = z.infer<typeof incidentRecordSchema>;
