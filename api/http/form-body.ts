import type { FastifyInstance, FastifyRequest } from 'fastify';

/** A name, a password, a choice, an address to go on to. */
const FORM_BYTES = 8_192;

/** Has the routes of a scope take what a form of a page sends, and nothing else. */
export function takeForms(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: FORM_BYTES },
    async (_request: FastifyRequest, body: string) => new URLSearchParams(body),
  );
}

/** What a form sent; nothing when there was no body. */
export const formOf = ({ body }: FastifyRequest): URLSearchParams =>
  body instanceof URLSearchParams ? body : new URLSearchParams();
