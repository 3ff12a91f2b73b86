/** Re-runs that people asked for. */
import { z } from 'zod';
import { idParam, instant, pageQuery, pageSchema } from './fields.ts';

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

export type Reruns = z.infer<typeof rerunsSchema>;
