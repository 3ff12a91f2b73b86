import { hash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { FastifyReply, FastifyRequest } from 'fastify';

const pack = promisify(gzip);
/** A smaller answer takes longer to pack than to send. */
const LEAST_PACKED_BYTES = 32 * 1024;
/** Of a table as JSON the first level leaves an eighth, the ninth a tenth at six times the work. */
const LEVEL = 1;

/** Whether a caller takes packed bodies (https://www.rfc-editor.org/rfc/rfc9110#name-accept-encoding). */
export const takesGzip = ({ headers }: Pick<FastifyRequest, 'headers'>): boolean =>
  /\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))/i.test(String(headers['accept-encoding'] ?? ''));

/**
 * Sends an answer as JSON. It may be kept by the browser that asked, and is asked for again each time: with the same
 * tag nothing is sent (https://www.rfc-editor.org/rfc/rfc9110#name-conditional-requests). The tag is weak because a
 * large body is packed for those who take it so.
 */
export async function sendJson(
  request: FastifyRequest,
  reply: FastifyReply,
  answer: unknown,
): Promise<FastifyReply> {
  const body = Buffer.from(JSON.stringify(answer));
  const etag = `W/"${hash('sha1', body, 'base64url')}"`;
  const vary = 'accept-encoding, authorization, cookie';
  reply.headers({ etag, 'cache-control': 'private, no-cache', vary });
  if (isKnown(request.headers['if-none-match'], etag)) return reply.code(304).send();
  reply.header('content-type', 'application/json; charset=utf-8');
  if (body.length < LEAST_PACKED_BYTES || !takesGzip(request)) return reply.send(body);
  return reply.header('content-encoding', 'gzip').send(await pack(body, { level: LEVEL }));
}

/** Whether a caller has what it asks for. Tags are compared weakly; `*` is for changes, which nothing here is. */
export function isKnown(ifNoneMatch: string | undefined, etag: string): boolean {
  const opaque = (tag: string) => tag.trim().replace(/^W\//, '');
  return ifNoneMatch?.split(',').some((tag) => opaque(tag) === opaque(etag)) ?? false;
}
