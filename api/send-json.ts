import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';

/**
 * Sends an answer as JSON. It may be kept by the browser that asked, and is asked for again each time: with the same
 * tag nothing is sent (https://www.rfc-editor.org/rfc/rfc9110#name-conditional-requests). The tag is weak because a
 * proxy may pack the body.
 */
export function sendJson(request: FastifyRequest, reply: FastifyReply, answer: unknown): FastifyReply {
  const body = Buffer.from(JSON.stringify(answer));
  const etag = `W/"${createHash('sha1').update(body).digest('base64url')}"`;
  reply.headers({ etag, 'cache-control': 'private, no-cache', vary: 'authorization, cookie' });
  if (isKnown(request.headers['if-none-match'], etag)) return reply.code(304).send();
  return reply.header('content-type', 'application/json; charset=utf-8').send(body);
}

/** Whether a caller has what it asks for. Tags are compared weakly; `*` is for changes, which nothing here is. */
export function isKnown(ifNoneMatch: string | undefined, etag: string): boolean {
  const opaque = (tag: string) => tag.trim().replace(/^W\//, '');
  return ifNoneMatch?.split(',').some((tag) => opaque(tag) === opaque(etag)) ?? false;
}
