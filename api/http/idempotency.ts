import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import {
  beginChange,
  type ChangeHashes,
  endChange,
  forgetChange,
} from '../../db/access/idempotent-requests.ts';
import type { Pool } from '../../db/pool.ts';
import { ProblemError, problemOf } from './problem.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** It changes something: an Idempotency-Key is heeded. */
    changes?: boolean;
  }
}

const MOST_KEY_CHARACTERS = 200;
const begun = new WeakMap<FastifyRequest, ChangeHashes>();

/**
 * Lets a change be asked for again after its answer was lost: with the same Idempotency-Key it is done once, and
 * answered the same for 24 hours (https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/).
 *
 * What failed on our side (5xx) is not kept: it may be asked for again. A key belongs to who asks, the address and the
 * method. Holds for routes with `config: { changes: true }` that are added from now on.
 */
export function addIdempotency(app: FastifyInstance, { pool, log }: { pool: Pool; log: Logger }): void {
  app.addHook('preHandler', async (request, reply) => {
    const hashes = hashesOf(request);
    if (hashes === null) return;
    const known = await beginChange(pool, hashes);
    switch (known.outcome) {
      case 'begun':
        begun.set(request, hashes);
        return;
      case 'running':
        throw new ProblemError(
          problemOf('still-running', 409, 'This change is being made. Ask again in a moment.'),
          { 'retry-after': '2' },
        );
      case 'other':
        throw new ProblemError(
          problemOf('key-used', 422, 'This Idempotency-Key stands for another request: use a new one.'),
        );
      case 'answered':
        return answerAgain(reply, known);
    }
  });
  app.addHook('onSend', async (request, reply, payload) => {
    const hashes = begun.get(request);
    if (hashes === undefined) return payload;
    begun.delete(request);
    const text = Buffer.isBuffer(payload)
      ? payload.toString('utf8')
      : typeof payload === 'string'
        ? payload
        : '';
    const keeping =
      reply.statusCode >= 500
        ? forgetChange(pool, hashes)
        : endChange(pool, hashes, { status: reply.statusCode, answer: text });
    // The change is made: that its answer could not be kept is no reason to say it was not.
    await keeping.catch((error: unknown) => log.warn({ err: error }, 'the answer to a change was not kept'));
    return payload;
  });
}

function answerAgain(
  reply: FastifyReply,
  { status, answer }: { status: number; answer: string },
): FastifyReply {
  const type = status >= 400 ? 'application/problem+json' : 'application/json; charset=utf-8';
  reply.code(status).headers({ 'cache-control': 'no-store', 'idempotency-replayed': 'true' });
  return answer === '' ? reply.send() : reply.header('content-type', type).send(answer);
}

/** null: nothing is asked to be done once. */
function hashesOf(request: FastifyRequest): ChangeHashes | null {
  const key = request.headers['idempotency-key'];
  if (key === undefined || request.routeOptions.config.changes !== true) return null;
  if (typeof key !== 'string' || !/^[\x21-\x7e]+$/.test(key) || key.length > MOST_KEY_CHARACTERS) {
    const detail = `Idempotency-Key: expected 1 to ${MOST_KEY_CHARACTERS} printable characters without spaces.`;
    throw new ProblemError(problemOf('bad-request', 400, detail));
  }
  // Not by token or cookie: these are renewed between a request and its repetition.
  const { kind = 'nobody', who = '' } = request.identity ?? {};
  const address = request.url.split('?', 1)[0]!;
  return {
    keyHash: sha256(JSON.stringify([kind, who, request.method, address, key])),
    requestHash: sha256(JSON.stringify(request.body ?? null)),
  };
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
