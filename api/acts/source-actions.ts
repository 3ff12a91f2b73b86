import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { readFile } from '../../db/load/read-files.ts';
import { findSource } from '../../db/load/sources.ts';
import type { Pool } from '../../db/pool.ts';
import { TASK_QUEUES, workflowIds } from '../../workflows/names.ts';
import { whoActs } from '../access/who-acts.ts';
import { plainText } from '../contract/fields.ts';
import { parseBody } from '../http/parse-request.ts';
import { notFound } from '../http/problem.ts';
import type { LazyTemporal } from '../temporal.ts';
import { type actedSchema, person } from './incident-actions.ts';
import { saidTo } from './said.ts';

const SOURCE_PATHS = {
  release: '/v1/sources/:source/release',
  replay: '/v1/quarantine/replay',
} as const;

export const releaseWordSchema = z.strictObject(person).meta({ id: 'ReleaseSource' });
export const replayWordSchema = z
  .strictObject({
    ...person,
    source: plainText(200).optional().describe('Only files of this source.'),
    sha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .optional()
      .describe('Only the file with this hash.'),
  })
  .refine(({ source, sha256 }) => source === undefined || sha256 === undefined, 'either source or sha256')
  .meta({ id: 'ReplayQuarantine', not: { required: ['source', 'sha256'] } });

type Acted = z.infer<typeof actedSchema>;

/** Lets people release what is held, and have refused rows read again. Both go on when nobody waits for them. */
export function addSourceActions(
  app: FastifyInstance,
  { pool, temporal }: { pool: Pool; temporal: LazyTemporal },
): void {
  app.post(SOURCE_PATHS.release, { config: { changes: true } }, async (request, reply) => {
    const { source } = request.params as { source: string };
    const { who: told, why } = parseBody(releaseWordSchema, request.body);
    const who = whoActs(request, told);
    await requireSource(source);
    const workflowId = workflowIds.releaseSource(source);
    const acted = await started('releaseSource', {
      workflowId,
      input: { source, who, why },
      summary: `Release ${source}: ${why}`,
      said: saidTo(request).released(source, workflowId),
    });
    return reply.header('cache-control', 'no-store').send(acted);
  });
  app.post(SOURCE_PATHS.replay, { config: { changes: true } }, async (request, reply) => {
    const { source, sha256, who: told, why } = parseBody(replayWordSchema, request.body);
    const who = whoActs(request, told);
    if (source !== undefined) await requireSource(source);
    if (sha256 !== undefined && (await readFile(pool, sha256)) === null) {
      throw notFound('No file has this hash.');
    }
    const workflowId = workflowIds.replayQuarantine(source ?? sha256?.slice(0, 16) ?? 'all');
    const acted = await started('replayQuarantine', {
      workflowId,
      input: { ...(source && { source }), ...(sha256 && { sha256 }), who, why },
      summary: `Read refused rows again: ${why}`,
      said: saidTo(request).replayed(workflowId),
    });
    return reply.header('cache-control', 'no-store').send(acted);
  });

  async function started(
    type: 'releaseSource' | 'replayQuarantine',
    asked: { workflowId: string; input: object; summary: string; said: string },
  ): Promise<Acted> {
    const { workflowId, input, summary, said } = asked;
    await temporal.call((client) =>
      client.workflow.start(type, {
        workflowId,
        taskQueue: TASK_QUEUES.control,
        args: [input],
        // Asked twice it is done once.
        workflowIdConflictPolicy: 'USE_EXISTING',
        staticSummary: summary.slice(0, 200),
      }),
    );
    return { said, workflowId };
  }

  async function requireSource(name: string): Promise<void> {
    if ((await findSource(pool, name)) === null) throw notFound(`There is no source ${name.slice(0, 200)}.`);
  }
}
