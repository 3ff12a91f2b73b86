import { type Json, problemResponse } from './openapi-parts.ts';

/** An answer that says in a header what to do. */
const withHeader = (response: Json, name: string, description: string): Json => ({
  ...response,
  headers: { [name]: { required: true, description, schema: { type: 'string' } } },
});

const NOT_AUTHORIZED = withHeader(
  problemResponse('Nobody said who asks'),
  'WWW-Authenticate',
  'How to say who asks.',
);
const TOO_MANY = withHeader(
  problemResponse('Too many requests; Retry-After says when'),
  'Retry-After',
  'Seconds to wait.',
);

/** What an address answers whatever it is for: before anybody looks at what it is asked. */
function commonResponses(address: string, method: string, isGuarded: boolean): Json {
  const isSent = method === 'post' || method === 'put';
  return {
    400: problemResponse('The request cannot be read'),
    ...(isGuarded && { 401: NOT_AUTHORIZED, 403: problemResponse('The role is not enough') }),
    ...(isSent && {
      413: problemResponse('The body is too large'),
      415: problemResponse('The body is of another type'),
    }),
    ...(address.includes('{') && { 414: problemResponse('A part of the address is too long') }),
    421: problemResponse('Without a login only requests to localhost and 127.0.0.1 are answered'),
    ...(isSent && isGuarded && { 429: TOO_MANY }),
    431: problemResponse('The request line and headers have more than 16 KB'),
    ...(isGuarded && { 503: problemResponse('The database does not answer') }),
  };
}

/** Adds to each operation what every address may answer. What an operation says itself goes first. */
export function withCommonResponses(paths: Readonly<Record<string, Json>>): Json {
  const completed = Object.entries(paths).map(([address, methods]) => [
    address,
    Object.fromEntries(
      Object.entries(methods as Record<string, Json>).map(([method, operation]) => {
        const { security, responses } = operation as {
          security?: unknown[];
          responses: Record<string, Json>;
        };
        const common = commonResponses(address, method, security === undefined) as Record<string, Json>;
        return [method, { ...operation, responses: joined(common, responses) }];
      }),
    ),
  ]);
  return Object.fromEntries(completed);
}

/** Both: an address that answers in HTML or plain text has the problems of all besides. */
function joined(common: Readonly<Record<string, Json>>, own: Readonly<Record<string, Json>>): Json {
  const all = { ...common, ...own };
  return Object.fromEntries(
    Object.entries(all).map(([status, response]) => {
      const said = common[status];
      if (said === undefined || response === said) return [status, response];
      const content = { ...(said.content as Json), ...(response.content as Json) };
      return [status, { ...said, ...response, content }];
    }),
  );
}
