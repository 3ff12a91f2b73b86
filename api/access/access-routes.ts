import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { readAudit } from '../../db/access/read-audit.ts';
import type { Pool } from '../../db/pool.ts';
import { auditQuerySchema } from '../contract/access.ts';
import { keysOf, pageOf } from '../http/cursor.ts';
import { parseQuery } from '../http/parse-request.ts';
import { rolesOf } from './roles.ts';

/** Adds who somebody is, and the audit log. */
export function addAccessRoutes(app: FastifyInstance, { pool }: { pool: Pool }): void {
  app.get('/v1/me', async ({ identity }, reply) => {
    const { who, role, kind } = identity!;
    return reply.header('cache-control', 'no-store').send({ who, role, kind, mayDo: rolesOf(role) });
  });
  app.get('/v1/audit', async (request, reply) => {
    const { limit, after, subject, who, since } = parseQuery(auditQuerySchema, request.query);
    const [before] = keysOf(z.tuple([z.int().min(1)]), after) ?? [];
    const found = await readAudit(pool, {
      ...{ subject, who, before },
      since: since === undefined ? undefined : new Date(since),
      limit: limit + 1,
    });
    const page = pageOf(
      found,
      limit,
      ({ id }) => [id],
      (entry) => entry,
    );
    return reply.header('cache-control', 'no-store').send(page);
  });
}
