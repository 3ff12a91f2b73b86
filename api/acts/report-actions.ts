import { setTimeout as pause } from 'node:timers/promises';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Pool } from '../../db/pool.ts';
import { readRecommendations } from '../../db/report/reports.ts';
import { TASK_QUEUES, workflowIds } from '../../workflows/names.ts';
import { whoActs } from '../access/who-acts.ts';
import { periodParamsSchema, recommendationStateSchema } from '../contract/reports.ts';
import { parseBody, parseParams } from '../http/parse-request.ts';
import { notFound, ProblemError, problemOf } from '../http/problem.ts';
import type { LazyTemporal } from '../temporal.ts';
import { type actedSchema, person, text } from './incident-actions.ts';
import { saidTo } from './said.ts';

const DECIDE_PATH = '/v1/reports/:period/recommendations/decide';

export const decideWordSchema = z
  .strictObject({
    ...person,
    key: text(500).describe('Of the recommendation: its rank may be another once the report is built again.'),
    state: recommendationStateSchema,
  })
  .meta({ id: 'DecideRecommendation' });

/** How often it is looked whether it is done. */
const LOOK_MS = 100;
/** Whoever clicked waits no longer. */
const PATIENCE_MS = 20_000;

/** Lets people decide about recommendations. Each decision is a workflow: it is entered when nobody waits for it, too. */
export function addReportActions(
  app: FastifyInstance,
  { pool, temporal }: { pool: Pool; temporal: LazyTemporal },
): void {
  app.post(DECIDE_PATH, { config: { changes: true } }, async (request, reply) => {
    const { period } = parseParams(periodParamsSchema, request.params);
    const { who: told, why, key, state } = parseBody(decideWordSchema, request.body);
    const who = whoActs(request, told);
    const known = (await readRecommendations(pool, period)).find((one) => one.key === key);
    if (known === undefined) throw notFound(`The report ${period} has no such recommendation.`);
    const workflowId = workflowIds.decideRecommendation(period, key);
    const words = saidTo(request);
    const said = words.recommendation(state);
    if (known.state === state && known.who === who && known.why === why) return answer(said);
    await temporal.call(async (client) => {
      try {
        await client.workflow.start('decideRecommendation', {
          workflowId,
          taskQueue: TASK_QUEUES.control,
          args: [{ period, key, state, who, why }],
          staticSummary: `Recommendation of ${period}: ${state}`,
        });
      } catch (error) {
        if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
        throw notDone(words.beingDecided);
      }
    });
    // A call that waits for the end would outlive the request.
    for (let waitedMs = 0; waitedMs < PATIENCE_MS; waitedMs += LOOK_MS) {
      const { status } = await temporal.call((client) => client.workflow.getHandle(workflowId).describe());
      if (status.name === 'COMPLETED') return answer(said);
      if (status.name !== 'RUNNING') throw notDone(words.notEntered(workflowId));
      await pause(LOOK_MS);
    }
    return answer(words.underWay(workflowId));

    function answer(said: string) {
      const acted: z.infer<typeof actedSchema> = { said, workflowId };
      return reply.header('cache-control', 'no-store').send(acted);
    }
  });
}

const notDone = (detail: string): ProblemError => new ProblemError(problemOf('not-done', 409, detail));
