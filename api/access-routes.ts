import type { FastifyInstance } from 'fastify';
import type { Pool } from '../db/pool.ts';
import { readAudit } from '../db/read-audit.ts';
import { auditQuerySchema } from './contract/access.ts';
import { parseQuery } from './parse-request.ts';
import { ProblemError, problemOf } from './problem.ts';
import { rolesOf } from './roles.ts';

/** Adds who somebody is, and the audit log. */
export function addAccessRoutes(app: FastifyInstance, { pool }: { pool: Pool }): void {
  app.get('/v1/me', async ({ identity }, reply) => {
    const { who, role, kind } = identity!;
    return reply.header('cache-control', 'no-store').send({ who, role, kind, mayDo: rolesOf(role) });
  });
  app.get('/v1/audit', async (request, reply) => {
    const { limit, after, subject, who, since } = parseQuery(auditQuerySchema, request.query);
    const before = after === undefined ? undefined : idOf(after);
    const found = await readAudit(pool, {
      ...{ subject, who, before },
      since: since === undefined ? undefined : new Date(since),
      limit: limit + 1,
    });
    const items = found.slice(0, limit);
    const next = found.length > limit ? cursorOf(items.at(-1)!.id) : null;
    return reply.header('cache-control', 'no-store').send({ items, next });
  });
}

const cursorOf = (id: number): string => Buffer.from(`audit ${id}`).toString('base64url');

function idOf(cursor: string): number {
  const [, id] = /^audit (\d{1,15})$/.exec(Buffer.from(cursor, 'base64url').toString('utf8')) ?? [];
  if (id !== undefined) return Number(id);
  const detail = 'after: expected what "next" of the page before said';
  throw new ProblemError(problemOf('bad-query', 400, detail, [{ parameter: 'after', detail }]));
}
