import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Pool } from '../../db/pool.ts';
import { MOST_TAG_CHARACTERS, tagRefusal } from '../../models/registry/model-tag.ts';
import { TASK_QUEUES, workflowIds } from '../../workflows/names.ts';
import { whoActs } from '../access/who-acts.ts';
import { plainText } from '../contract/fields.ts';
import { parseBody } from '../http/parse-request.ts';
import { ProblemError, problemOf } from '../http/problem.ts';
import type { LazyTemporal } from '../temporal.ts';
import { followToEnd } from './follow-to-end.ts';
import { type Acted, person } from './incident-actions.ts';
import { namedVersion } from './named-version.ts';
import { saidTo } from './said.ts';

export const TAG_PATH = '/v1/models/:model/:version/tags/:key';

export const tagWordSchema = z
  .strictObject({
    ...person,
    value: plainText(MOST_TAG_CHARACTERS).describe('What is written on the version.'),
  })
  .meta({ id: 'TagModel' });
export const untagWordSchema = z.strictObject(person).meta({ id: 'UntagModel' });

/** Lets people write tags on versions and take them off: the same done twice is done once, with one audit line. */
export function addTagActions(
  app: FastifyInstance,
  { pool, temporal }: { pool: Pool; temporal: LazyTemporal },
): void {
  app.put(TAG_PATH, { config: { changes: true } }, async (request, reply) => {
    const { who: told, why, value } = parseBody(tagWordSchema, request.body);
    const acted = await change(request, { value, who: whoActs(request, told), why });
    return reply.header('cache-control', 'no-store').send(acted);
  });
  app.delete(TAG_PATH, { config: { changes: true } }, async (request, reply) => {
    const { who: told, why } = parseBody(untagWordSchema, request.body);
    const acted = await change(request, { value: null, who: whoActs(request, told), why });
    return reply.header('cache-control', 'no-store').send(acted);
  });

  async function change(
    request: FastifyRequest,
    word: { value: string | null; who: string; why: string },
  ): Promise<Acted> {
    const { model, version } = await namedVersion(pool, request);
    const { key } = request.params as { key: string };
    const refused = tagRefusal(key, word.value);
    if (refused !== null)
      throw new ProblemError(problemOf('bad-request', 400, saidTo(request).notDone(refused)));
    const hash = createHash('sha256').update(JSON.stringify([key, word]));
    const workflowId = workflowIds.tagModel(model, version, hash.digest('hex').slice(0, 12));
    await temporal.call((client) =>
      client.workflow.start('tagModel', {
        workflowId,
        taskQueue: TASK_QUEUES.control,
        args: [{ model, version, key, ...word }],
        // Asked twice it is done once.
        workflowIdConflictPolicy: 'USE_EXISTING',
        staticSummary: `Tag ${key} of ${model}/${version}: ${word.why}`.slice(0, 200),
      }),
    );
    const words = saidTo(request);
    const said = (word.value === null ? words.untagged : words.tagged)(key, `${model}/${version}`);
    return followToEnd(temporal, workflowId, words, said);
  }
}
