import { createHash, randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { receiveEvent } from '../../db/load/received-events.ts';
import type { Pool } from '../../db/pool.ts';
import { canonicalUuid } from '../../models/events/canonical-uuid.ts';
import { isStaticEvent } from '../../models/events/read-openlineage.ts';
import { isSlug, type Ping, signalOf } from '../../models/events/read-ping.ts';
import { readMessage } from '../../models/events/received-event.ts';
import type { EventWay } from '../../models/events/run-event.ts';
import { isSameSecret } from '../access/access.ts';
import { ProblemError, problemOf } from '../http/problem.ts';

export const LINEAGE_PATH = '/api/v1/lineage';
const PING_PATHS = ['/ping/:key/:slug', '/ping/:key/:slug/:signal'] as const;

/** Kept of what is posted with a ping; the rest is read and dropped, up to the second limit. */
export const PING_BODY_BYTES = 100_000;
const PING_UPLOAD_BYTES = 5_000_000;
/** Of one OpenLineage event, unpacked: with plan and schemas of a large job a few hundred kilobytes. */
export const LINEAGE_BYTES = 1024 * 1024;

export interface ReceiveContext {
  /** May hand in events: see `createReceivePool`. */
  pool: Pool;
  pingKey: string | null;
}

/** Adds the addresses at which jobs tell of their runs. They answer when the event is kept durably, not before. */
export function addReceiveRoutes(app: FastifyInstance, context: ReceiveContext): void {
  app.register(async (scope) => addPings(scope, context));
  app.register(async (scope) => addLineage(scope, context));
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Keeps a message; false when the same was kept before. */
function keep({ pool }: ReceiveContext, via: EventWay, message: string, identity = ''): Promise<boolean> {
  return receiveEvent(pool, { id: sha256(`${via}\n${identity}\n${message}`), via, message });
}

/**
 * Pings as healthchecks.io takes them by ping key and slug (https://healthchecks.io/docs/http_api/): GET, HEAD or
 * POST, answered in plain text. A slug nobody knows is a new job, as with `create=1` there.
 */
function addPings(scope: FastifyInstance, context: ReceiveContext): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', (_request: FastifyRequest, payload: AsyncIterable<Buffer>) =>
    firstBytes(payload),
  );
  for (const url of PING_PATHS) {
    scope.route({
      method: ['GET', 'HEAD', 'POST'],
      url,
      exposeHeadRoute: false,
      handler: (request, reply) => answerPing(request, reply, context),
    });
  }
}

async function answerPing(
  request: FastifyRequest,
  reply: FastifyReply,
  context: ReceiveContext,
): Promise<FastifyReply> {
  const { key, slug, signal: word } = request.params as { key: string; slug: string; signal?: string };
  reply.headers({
    'cache-control': 'no-store',
    'content-type': 'text/plain; charset=utf-8',
    'ping-body-limit': String(PING_BODY_BYTES),
  });
  if (context.pingKey === null || !isSameSecret(key, context.pingKey))
    return reply.code(404).send('not found');
  const signal = word === undefined ? 'success' : signalOf(word);
  if (signal === null || !isSlug(slug)) return reply.code(400).send('invalid url format');
  const told = (request.query as { rid?: unknown }).rid;
  const rid = typeof told === 'string' ? canonicalUuid(told) : null;
  if (told !== undefined && rid === null) return reply.code(400).send('invalid uuid format');

  const body = Buffer.isBuffer(request.body) ? request.body.toString('utf8') : '';
  const ping: Ping = { slug, signal, rid, body };
  // The same ping of a named run is the same event, sent again after an answer was lost. Without a name two equal
  // pings are two.
  await keep(context, 'ping', JSON.stringify(ping), rid === null ? randomUUID() : '');
  return reply.send('OK');
}

async function firstBytes(payload: AsyncIterable<Buffer>): Promise<Buffer> {
  const kept: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of payload) {
    if (bytes < PING_BODY_BYTES) kept.push(chunk.subarray(0, PING_BODY_BYTES - bytes));
    bytes += chunk.length;
    if (bytes > PING_UPLOAD_BYTES) {
      throw new ProblemError(
        problemOf('too-large', 413, `More than ${PING_UPLOAD_BYTES} bytes were posted.`),
      );
    }
  }
  return Buffer.concat(kept);
}

/** OpenLineage over HTTP (https://openlineage.io/docs/client/python#http): one event a request, 201 when it is kept. */
function addLineage(scope: FastifyInstance, context: ReceiveContext): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer', bodyLimit: LINEAGE_BYTES },
    async (request: FastifyRequest, body: Buffer) => utf8(await unpacked(request, body)),
  );
  scope.post(LINEAGE_PATH, async (request, reply) => {
    const message = typeof request.body === 'string' ? request.body : '';
    const event = parseJson(message);
    reply.header('cache-control', 'no-store');
    if (isStaticEvent(event)) {
      return reply.send({ status: 'ignored', detail: 'An event without a run tells nothing of runs.' });
    }
    if (Array.isArray(event)) throw badEvent('expected one event, found a list');
    const read = readMessage('openlineage', message, '');
    if ('code' in read) throw badEvent(read.detail);
    const isNew = await keep(context, 'openlineage', message);
    return reply.code(201).send({ status: isNew ? 'kept' : 'known' });
  });
}

const badEvent = (detail: string): ProblemError => new ProblemError(problemOf('bad-event', 400, detail));

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw badEvent('the body is not JSON');
  }
}

async function unpacked(request: FastifyRequest, body: Buffer): Promise<Buffer> {
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (encoding === 'identity') return body;
  if (encoding !== 'gzip') {
    throw new ProblemError(problemOf('bad-request', 415, 'content-encoding may be gzip or left out.'));
  }
  try {
    return await promisify(gunzip)(body, { maxOutputLength: LINEAGE_BYTES });
  } catch (error) {
    const tooLarge = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
    throw tooLarge
      ? new ProblemError(problemOf('too-large', 413, `An event may have ${LINEAGE_BYTES} bytes unpacked.`))
      : badEvent('the body is not gzip');
  }
}

function utf8(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw badEvent('the body is not UTF-8');
  }
}

/** The path of a request as it may be logged: the key of a ping is a secret, and so is the signature of a link. */
export function loggablePath(path: string, pingKey: string | null): string {
  const masked = path
    .replace(/^(\/+ping\/+)[^/]+/i, '$1***')
    .replace(/^(\/+act\/+[^/]*\/+[^/]*\/+[^/]*\/+)[^/]+/i, '$1***');
  return pingKey === null ? masked : masked.replaceAll(pingKey, '***');
}
