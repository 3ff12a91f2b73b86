import { WithStartWorkflowOperation, WorkflowUpdateFailedError } from '@temporalio/client';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { giveFeedback } from '../../db/detect/incident-life.ts';
import type { Pool } from '../../db/pool.ts';
import { INCIDENT_ACTIONS, type IncidentAction, TASK_QUEUES, workflowIds } from '../../workflows/names.ts';
import { whoActs } from '../access/who-acts.ts';
import { anyText } from '../contract/fields.ts';
import { parseBody } from '../http/parse-request.ts';
import { ProblemError, problemOf } from '../http/problem.ts';
import type { Language } from '../page/page-language.ts';
import type { LazyTemporal } from '../temporal.ts';
import { askedLanguage, saidIn } from './said.ts';

export interface ActContext {
  pool: Pool;
  /** May hand in answers, by the rights of the API's role. */
  receivePool: Pool;
  temporal: LazyTemporal;
}

export const text = (most: number) => anyText(most).regex(/\S/, 'expected more than blanks').trim();
/** `who` counts only where nobody logs in: see `whoActs`. */
const who = text(200).optional();
/** Who asks for a change, and why. */
export const person = { who, why: text(500) };

const MOST_SILENCE_HOURS = 720;

/** What is posted to act on an incident. */
export const wordSchemas = {
  acknowledge: z.strictObject(person).meta({ id: 'Acknowledge' }),
  silence: z
    .strictObject({
      ...person,
      hours: z
        .number()
        .min(1 / 60)
        .max(MOST_SILENCE_HOURS)
        .optional(),
      until: z.iso.datetime({ offset: true }).optional(),
    })
    .refine(({ hours, until }) => (hours === undefined) !== (until === undefined), 'either hours or until')
    .meta({ id: 'Silence', oneOf: [{ required: ['hours'] }, { required: ['until'] }] }),
  waive: z
    .strictObject({ ...person, findings: z.array(text(500)).min(1).max(200).optional() })
    .meta({ id: 'Waive' }),
  rerun: z.strictObject(person).meta({ id: 'RerunVictims' }),
} satisfies Record<IncidentAction, z.ZodType>;
export const feedbackWordSchema = z.strictObject({ who, useful: z.boolean() }).meta({ id: 'Feedback' });
export const actedSchema = z
  .strictObject({
    said: z
      .string()
      .describe('What came of it, in a sentence: in French where `Accept-Language` asks for it.'),
    workflowId: z.string().describe('The workflow that did it.'),
  })
  .meta({ id: 'Acted' });
export type Acted = z.infer<typeof actedSchema>;

const ACTION_PATH = '/v1/incidents/:id';

/** Lets people act on incidents. Each act is an update of the workflow of the incident, which answers with a sentence. */
export function addIncidentActions(app: FastifyInstance, context: ActContext): void {
  for (const action of INCIDENT_ACTIONS) {
    app.post(`${ACTION_PATH}/${action}`, { config: { changes: true } }, async (request, reply) => {
      const id = idOf(request);
      const word = parseBody(wordSchemas[action], request.body);
      if ('until' in word) requireSoon(word.until);
      const who = whoActs(request, word.who);
      const answer = await actOnIncident(context, id, action, { ...word, who }, askedLanguage(request));
      return reply.header('cache-control', 'no-store').send(answer);
    });
  }
  app.post(`${ACTION_PATH}/feedback`, { config: { changes: true } }, async (request, reply) => {
    const id = idOf(request);
    const { who: told, useful } = parseBody(feedbackWordSchema, request.body);
    await keepFeedback(context, { incidentId: id, channel: 'page', who: whoActs(request, told), useful });
    return reply.code(204).header('cache-control', 'no-store').send();
  });
}

/** @throws ProblemError 400 for a silence that would be over already, or too long */
function requireSoon(until: string | undefined): void {
  if (until === undefined) return;
  const leftMs = Date.parse(until) - Date.now();
  if (leftMs > 0 && leftMs <= MOST_SILENCE_HOURS * 3_600_000) return;
  const detail = `expected an instant within ${MOST_SILENCE_HOURS} hours from now`;
  throw new ProblemError(problemOf('bad-request', 400, `until: ${detail}`, [{ parameter: 'until', detail }]));
}

function idOf(request: FastifyRequest): number {
  const { id } = request.params as { id: string };
  if (/^\d{1,15}$/.test(id)) return Number(id);
  throw new ProblemError(problemOf('not-found', 404, 'An incident is named by its number.'));
}

/**
 * Has the workflow of an incident do something, and starts it where it does not run.
 *
 * @throws ProblemError 404, 409 when the incident is over, 400 when the workflow refuses, 503 when nobody answers
 */
export async function actOnIncident(
  { pool, temporal }: Pick<ActContext, 'pool' | 'temporal'>,
  id: number,
  action: IncidentAction,
  word: object,
  language: Language,
): Promise<z.infer<typeof actedSchema>> {
  const { rows } = await pool.query<{ state: string }>('select state from incident where id = $1', [id]);
  if (rows[0] === undefined)
    throw new ProblemError(problemOf('not-found', 404, `There is no incident ${id}.`));
  if (rows[0].state === 'resolved') {
    throw new ProblemError(problemOf('incident-over', 409, saidIn(language).incidentOver(id)));
  }
  const workflowId = workflowIds.incident(id);
  return temporal.call(async (client) => {
    try {
      const said = (await client.workflow.executeUpdateWithStart(action, {
        args: [{ ...word, language }],
        startWorkflowOperation: new WithStartWorkflowOperation('incident', {
          workflowId,
          taskQueue: TASK_QUEUES.control,
          args: [{ id }],
          workflowIdConflictPolicy: 'USE_EXISTING',
          staticSummary: `Life of incident ${id}`,
        }),
      })) as string;
      return { said, workflowId };
    } catch (error) {
      if (!(error instanceof WorkflowUpdateFailedError)) throw error;
      const detail = error.cause instanceof Error ? error.cause.message : error.message;
      throw new ProblemError(problemOf('bad-request', 400, saidIn(language).notDone(detail)));
    }
  });
}

/** @throws ProblemError 404 */
export async function keepFeedback(
  { receivePool }: Pick<ActContext, 'receivePool'>,
  feedback: { incidentId: number; channel: string; who: string; useful: boolean },
): Promise<void> {
  if (await giveFeedback(receivePool, feedback)) return;
  throw new ProblemError(problemOf('not-found', 404, `There is no incident ${feedback.incidentId}.`));
}
