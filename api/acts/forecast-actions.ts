import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { findNamedJob, type NamedJob } from '../../db/find-job.ts';
import { overrideRefusal } from '../../models/promotion/override-refusal.ts';
import { TASK_QUEUES, workflowIds } from '../../workflows/names.ts';
import { whoActs } from '../access/who-acts.ts';
import { parseBody } from '../http/parse-request.ts';
import { notFound, ProblemError, problemOf } from '../http/problem.ts';
import { momentOf, type RouteContext } from '../routes/route.ts';
import { type Acted, person } from './incident-actions.ts';
import { saidTo } from './said.ts';

const FORECAST_OVERRIDE_PATH = '/v1/jobs/:jobId/forecast-override';

export const overrideWordSchema = z
  .strictObject({
    ...person,
    probability: z
      .number()
      .min(0)
      .max(1)
      .nullable()
      .describe('Of at least one failed run in the week; null: the forecast of the job is to be ignored.'),
    until: z.iso.datetime({ offset: true }).describe('It ends by itself; at most 92 days from now.'),
  })
  .meta({ id: 'OverrideForecast' });
export const withdrawWordSchema = z.strictObject(person).meta({ id: 'WithdrawForecastOverride' });

/** Lets people say something of a job in the forecast, beside what the model says, and take it back. */
export function addForecastActions(app: FastifyInstance, context: RouteContext): void {
  const { pool, temporal } = context;
  app.post(FORECAST_OVERRIDE_PATH, { config: { changes: true } }, async (request, reply) => {
    const job = await namedJob(request);
    const { who: told, why, probability, until } = parseBody(overrideWordSchema, request.body);
    const who = whoActs(request, told);
    const words = saidTo(request);
    const refused = overrideRefusal({ probability, until }, (await momentOf(context)).getTime());
    if (refused !== null) throw new ProblemError(problemOf('not-done', 409, words.notDone(refused)));
    const word = { override: { probability, until }, who, why };
    const acted = await started(job, word, words.override(job.job, until));
    return reply.header('cache-control', 'no-store').send(acted);
  });
  app.delete(FORECAST_OVERRIDE_PATH, { config: { changes: true } }, async (request, reply) => {
    const job = await namedJob(request);
    const { who: told, why } = parseBody(withdrawWordSchema, request.body);
    const word = { override: null, who: whoActs(request, told), why };
    const acted = await started(job, word, saidTo(request).overrideWithdrawn(job.job));
    return reply.header('cache-control', 'no-store').send(acted);
  });

  async function started(
    job: NamedJob,
    word: { override: { probability: number | null; until: string } | null; who: string; why: string },
    said: string,
  ): Promise<Acted> {
    const hash = createHash('sha256').update(JSON.stringify(word)).digest('hex');
    const workflowId = workflowIds.overrideForecast(job.jobId, hash.slice(0, 12));
    await temporal.call((client) =>
      client.workflow.start('overrideForecast', {
        workflowId,
        taskQueue: TASK_QUEUES.control,
        args: [{ jobId: job.jobId, ...word }],
        // Asked twice it is done once.
        workflowIdConflictPolicy: 'USE_EXISTING',
        staticSummary: `Override of the forecast of ${job.job}: ${word.why}`.slice(0, 200),
      }),
    );
    return { said, workflowId };
  }

  async function namedJob(request: FastifyRequest): Promise<NamedJob> {
    const { jobId } = request.params as { jobId: string };
    const job = /^\d{1,15}$/.test(jobId) ? await findNamedJob(pool, Number(jobId)) : null;
    if (job === null) throw notFound('There is no such job.');
    return job;
  }
}
