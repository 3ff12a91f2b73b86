import { setTimeout as pause } from 'node:timers/promises';
import {
  WithStartWorkflowOperation,
  WorkflowFailedError,
  WorkflowUpdateFailedError,
} from '@temporalio/client';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { versionOfAlias } from '../db/model-aliases.ts';
import { findModelVersion } from '../db/model-versions.ts';
import type { Pool } from '../db/pool.ts';
import { TASK_QUEUES, workflowIds } from '../workflows/names.ts';
import { type actedSchema, parsed, person } from './incident-actions.ts';
import { ProblemError, problemOf } from './problem.ts';
import type { LazyTemporal } from './temporal.ts';
import { whoActs } from './who-acts.ts';

export const MODEL_PATHS = {
  promote: '/v1/models/:model/:version/promote',
  rollback: '/v1/models/:model/rollback',
} as const;

export const promoteWordSchema = z.strictObject(person).meta({ id: 'PromoteModel' });
export const rollbackWordSchema = z
  .strictObject({
    ...person,
    from: z
      .int()
      .min(1)
      .describe('The champion that is to go: nothing is done when another one serves by now.'),
  })
  .meta({ id: 'RollbackModel' });

/** How often it is looked whether it is done. */
const LOOK_MS = 200;
/** Whoever clicked waits no longer. */
const PATIENCE_MS = 20_000;

type Acted = z.infer<typeof actedSchema>;

/** Lets people promote a version and roll back a champion; each is a workflow of its own, with an audit line. */
export function addModelActions(
  app: FastifyInstance,
  { pool, temporal }: { pool: Pool; temporal: LazyTemporal },
): void {
  app.post(MODEL_PATHS.promote, { config: { changes: true } }, async (request, reply) => {
    const { model, version } = await namedVersion(pool, request);
    const word = parsed(promoteWordSchema, request);
    const who = whoActs(request, word.who);
    return reply.header('cache-control', 'no-store').send(await promote(model, version, { ...word, who }));
  });
  app.post(MODEL_PATHS.rollback, { config: { changes: true } }, async (request, reply) => {
    const { model } = request.params as { model: string };
    const word = parsed(rollbackWordSchema, request);
    const who = whoActs(request, word.who);
    return reply.header('cache-control', 'no-store').send(await rollback(model, { ...word, who }));
  });

  async function promote(
    model: string,
    version: number,
    { who, why }: { who: string; why: string },
  ): Promise<Acted> {
    const workflowId = workflowIds.promoteModel(model, version);
    if ((await versionOfAlias(pool, model, 'champion')) === version) {
      return { said: `${model}/${version} is the champion already`, workflowId };
    }
    await temporal.call(async (client) => {
      try {
        await client.workflow.executeUpdateWithStart('decide', {
          args: [{ approve: true, who, why }],
          startWorkflowOperation: new WithStartWorkflowOperation('promoteModel', {
            workflowId,
            taskQueue: TASK_QUEUES.control,
            args: [{ model, version, policy: 'approval' }],
            workflowIdConflictPolicy: 'USE_EXISTING',
            staticSummary: `Promote ${model}/${version}`,
          }),
        });
      } catch (error) {
        throw error instanceof WorkflowUpdateFailedError ? conflict(error) : error;
      }
    });
    return endOf(
      workflowId,
      `${model}/${version} is the champion`,
      async () => (await versionOfAlias(pool, model, 'champion')) === version,
    );
  }

  async function rollback(
    model: string,
    { who, why, from }: { who: string; why: string; from: number },
  ): Promise<Acted> {
    const workflowId = workflowIds.rollbackModel(model, from);
    const champion = await versionOfAlias(pool, model, 'champion');
    if (champion === null) throw notFound(`No version of ${model} serves.`);
    if (champion !== from) {
      const detail = `The champion is version ${champion} by now, not ${from}: nothing was done.`;
      throw new ProblemError(problemOf('champion-changed', 409, detail));
    }
    await temporal.call((client) =>
      client.workflow.start('rollbackModel', {
        workflowId,
        taskQueue: TASK_QUEUES.control,
        args: [{ model, fromVersion: from, who, why }],
        workflowIdConflictPolicy: 'USE_EXISTING',
        staticSummary: `Roll back ${model}/${from}`,
      }),
    );
    return endOf(
      workflowId,
      `${model}/${from} is rolled back`,
      async () => (await versionOfAlias(pool, model, 'champion')) !== from,
    );
  }

  /**
   * What came of a workflow: that the champion is another now, or why not. People are told by mail afterwards, which may
   * take long; nobody waits for that here. It is asked again and again: a call that waits for the end would outlive the
   * request.
   */
  async function endOf(workflowId: string, said: string, isDone: () => Promise<boolean>): Promise<Acted> {
    for (let waitedMs = 0; waitedMs < PATIENCE_MS; waitedMs += LOOK_MS) {
      if (await isDone()) return { said, workflowId };
      const failure = await temporal.call(async (client) => {
        const handle = client.workflow.getHandle(workflowId);
        const { status } = await handle.describe();
        if (status.name === 'RUNNING') return 'none yet';
        return handle.result().then(
          () => null,
          (error: unknown) => error,
        );
      });
      if (failure === null) return { said, workflowId };
      if (failure instanceof WorkflowFailedError) throw conflict(failure);
      if (failure !== 'none yet') throw failure;
      await pause(LOOK_MS);
    }
    return { said: `It is under way: see workflow ${workflowId}`, workflowId };
  }
}

async function namedVersion(
  pool: Pool,
  request: FastifyRequest,
): Promise<{ model: string; version: number }> {
  const { model, version } = request.params as { model: string; version: string };
  const isNumber = /^[1-9]\d{0,8}$/.test(version);
  if (isNumber && (await findModelVersion(pool, model, Number(version))) !== null) {
    return { model, version: Number(version) };
  }
  throw notFound(`${model} has no version ${version.slice(0, 20)}.`);
}

const notFound = (detail: string): ProblemError => new ProblemError(problemOf('not-found', 404, detail));

/** The sentence of the innermost cause: somebody was faster, or it cannot be. */
function conflict(error: Error): ProblemError {
  let cause = error;
  while (cause.cause instanceof Error) cause = cause.cause;
  return new ProblemError(problemOf('not-done', 409, cause.message));
}
