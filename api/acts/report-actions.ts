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
import { followToEnd } from './follow-to-end.ts';
import { type Acted, person, text } from './incident-actions.ts';
import { saidTo } from './said.ts';

const DECIDE_PATH = '/v1/reports/:period/recommendations/decide';

export const decideWordSchema = z
  .strictObject({
    ...person,
    key: text(500).describe('Of the recommendation: its rank may be another once the report is built again.'),
    state: recommendationStateSchema,
  })
  .meta({ id: 'DecideRecommendation' });

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
    if (known.state === state && known.who === who && known.why === why) return answer({ said, workflowId });
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
    return answer(await followToEnd(temporal, workflowId, words, said));

    function answer(acted: Acted) {
      return reply.header('cache-control', 'no-store').send(acted);
    }
  });
}

const notDone = (detail: string): ProblemError => new ProblemError(problemOf('not-done', 409, detail));
