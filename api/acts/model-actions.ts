import { randomUUID } from 'node:crypto';
import {
  WithStartWorkflowOperation,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
} from '@temporalio/client';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { versionOfAlias } from '../../db/forecast/model-aliases.ts';
import { readOpenTrials } from '../../db/forecast/model-trials.ts';
import type { Pool } from '../../db/pool.ts';
import { endedUnheard } from '../../services/ended-unheard.ts';
import { SECOND_PERSON, TASK_QUEUES, workflowIds } from '../../workflows/names.ts';
import { whoActs } from '../access/who-acts.ts';
import { parseBody } from '../http/parse-request.ts';
import { notFound, ProblemError, problemOf } from '../http/problem.ts';
import type { LazyTemporal } from '../temporal.ts';
import { conflict, followToEnd } from './follow-to-end.ts';
import { type Acted, person } from './incident-actions.ts';
import { namedVersion } from './named-version.ts';
import { type Said, saidTo } from './said.ts';

const MODEL_PATHS = {
  promote: '/v1/models/:model/:version/promote',
  reject: '/v1/models/:model/:version/reject',
  shadow: '/v1/models/:model/:version/shadow',
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

export const shadowWordSchema = z
  .strictObject({
    ...person,
    days: z.int().min(1).max(365).describe('So long it forecasts beside the champion at most.'),
  })
  .meta({ id: 'ShadowModel' });

/** Lets people promote a version and roll back a champion; each is a workflow of its own, with an audit line. */
export function addModelActions(
  app: FastifyInstance,
  { pool, temporal }: { pool: Pool; temporal: LazyTemporal },
): void {
  app.post(MODEL_PATHS.promote, { config: { changes: true } }, async (request, reply) => {
    const { model, version } = await namedVersion(pool, request);
    const word = parseBody(promoteWordSchema, request.body);
    const who = whoActs(request, word.who);
    return reply
      .header('cache-control', 'no-store')
      .send(await promote(model, version, { ...word, who }, saidTo(request)));
  });
  app.post(MODEL_PATHS.reject, { config: { changes: true } }, async (request, reply) => {
    const { model, version } = await namedVersion(pool, request);
    const word = parseBody(promoteWordSchema, request.body);
    const who = whoActs(request, word.who);
    const workflowId = workflowIds.promoteModel(model, version);
    const words = saidTo(request);
    await decide(workflowId, { approve: false, who, why: word.why }, words);
    const said = words.rejected(`${model}/${version}`, who);
    return reply.header('cache-control', 'no-store').send({ said, workflowId });
  });
  app.post(MODEL_PATHS.shadow, { config: { changes: true } }, async (request, reply) => {
    const { model, version } = await namedVersion(pool, request);
    const { who: told, why, days } = parseBody(shadowWordSchema, request.body);
    const acted = await shadow(model, version, { who: whoActs(request, told), why, days }, saidTo(request));
    return reply.header('cache-control', 'no-store').send(acted);
  });
  app.post(MODEL_PATHS.rollback, { config: { changes: true } }, async (request, reply) => {
    const { model } = request.params as { model: string };
    const word = parseBody(rollbackWordSchema, request.body);
    const who = whoActs(request, word.who);
    return reply
      .header('cache-control', 'no-store')
      .send(await rollback(model, { ...word, who }, saidTo(request)));
  });

  async function promote(
    model: string,
    version: number,
    { who, why }: { who: string; why: string },
    words: Said,
  ): Promise<Acted> {
    const workflowId = workflowIds.promoteModel(model, version);
    const name = `${model}/${version}`;
    if ((await versionOfAlias(pool, model, 'champion')) === version) {
      return { said: words.championAlready(name), workflowId };
    }
    const decided = await temporal.call(async (client): Promise<string | null> => {
      try {
        return await client.workflow.executeUpdateWithStart('decide', {
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
        if (!(error instanceof WorkflowUpdateFailedError)) throw error;
        if (endedUnheard(error)) return null;
        throw conflict(error, words);
      }
    });
    if (decided?.endsWith(SECOND_PERSON)) return { said: words.secondPerson(name, who), workflowId };
    return followToEnd(
      temporal,
      workflowId,
      words,
      words.champion(name),
      async () => (await versionOfAlias(pool, model, 'champion')) === version,
    );
  }

  /** @throws ProblemError 404 where nothing waits for a decision, 409 where it cannot be taken */
  async function decide(workflowId: string, decision: object, words: Said): Promise<void> {
    await temporal.call(async (client) => {
      try {
        await client.workflow.getHandle(workflowId).executeUpdate('decide', { args: [decision] });
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) throw notFound(words.nothingWaits);
        throw error instanceof WorkflowUpdateFailedError ? conflict(error, words) : error;
      }
    });
  }

  async function shadow(
    model: string,
    version: number,
    { who, why, days }: { who: string; why: string; days: number },
    words: Said,
  ): Promise<Acted> {
    if ((await versionOfAlias(pool, model, 'champion')) === version) {
      throw new ProblemError(problemOf('not-done', 409, words.championAlready(`${model}/${version}`)));
    }
    const taken = (await readOpenTrials(pool, model)).find(({ role }) => role === 'challenger');
    if (taken) {
      const detail = words.trialTaken(taken.version, taken.endsAsOf.toISOString());
      throw new ProblemError(problemOf('not-done', 409, detail));
    }
    const workflowId = workflowIds.trialModel(model, version, 'challenger', randomUUID());
    await temporal.call((client) =>
      client.workflow.start('trialModel', {
        workflowId,
        taskQueue: TASK_QUEUES.control,
        args: [{ model, version, role: 'challenger', days, policy: 'approval', who, why, isAsked: true }],
        staticSummary: `${model}/${version} beside the champion for ${days} days`,
      }),
    );
    return { said: words.onTrial(`${model}/${version}`, days), workflowId };
  }

  async function rollback(
    model: string,
    { who, why, from }: { who: string; why: string; from: number },
    words: Said,
  ): Promise<Acted> {
    const workflowId = workflowIds.rollbackModel(model, from);
    const champion = await versionOfAlias(pool, model, 'champion');
    if (champion === null) throw notFound(`No version of ${model} serves.`);
    if (champion !== from) {
      throw new ProblemError(problemOf('champion-changed', 409, words.championChanged(champion, from)));
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
    return followToEnd(
      temporal,
      workflowId,
      words,
      words.rolledBack(`${model}/${from}`),
      async () => (await versionOfAlias(pool, model, 'champion')) !== from,
    );
  }
}
