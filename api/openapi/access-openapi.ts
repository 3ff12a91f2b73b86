import type { z } from 'zod';
import { auditQuerySchema, auditSchema, meSchema } from '../contract/access.ts';
import { type Json, parametersOf, problemResponse, refTo } from './openapi-parts.ts';

const page = (description: string): Json => ({ description, content: { 'text/html': {} } });
const sentOn = (description: string): Json => ({
  description,
  headers: { location: { schema: { type: 'string' } } },
});

const RESPONSES: Json = {
  503: problemResponse('The database does not answer'),
};

const parameters = parametersOf(auditQuerySchema, 'query');
const next: Json = { name: 'next', in: 'query', required: false, schema: { type: 'string' } };
const answer = (schema: z.ZodType): Json => ({
  description: 'OK',
  content: { 'application/json': { schema: refTo(schema) } },
});

/** Who somebody is, the audit log, and how browsers log in. */
export const accessPaths: Json = {
  '/v1/me': {
    get: {
      operationId: 'getMe',
      summary: 'Who asks, and what they may do',
      parameters: [],
      responses: { 200: answer(meSchema), ...RESPONSES },
    },
  },
  '/v1/audit': {
    get: {
      operationId: 'getAudit',
      summary: 'Every change made by or for a person, newest first',
      parameters,
      responses: { 200: answer(auditSchema), 400: problemResponse('The query is not valid'), ...RESPONSES },
    },
  },
  '/login': {
    get: {
      operationId: 'getLogin',
      summary: 'The page to log in',
      security: [],
      parameters: [next],
      responses: { 200: page('A form') },
    },
    post: {
      operationId: 'postLogin',
      summary: 'Log a browser in',
      security: [],
      requestBody: {
        required: true,
        content: {
          'application/x-www-form-urlencoded': {
            schema: {
              type: 'object',
              required: ['name', 'password'],
              properties: {
                name: { type: 'string' },
                password: { type: 'string', format: 'password', writeOnly: true },
                next: { type: 'string' },
              },
            },
          },
        },
      },
      responses: {
        303: sentOn('Logged in, with a cookie'),
        401: page('Name or password is not right'),
        403: page('Another site sent the form'),
        415: problemResponse('This is no form'),
        429: page('Too many attempts'),
        503: page('Nobody can log in just now'),
      },
    },
  },
  '/logout': {
    post: {
      operationId: 'postLogout',
      summary: 'End the session of a browser',
      security: [],
      responses: {
        303: sentOn('Logged out'),
        403: problemResponse('Another site sent the form'),
        503: problemResponse('The database does not answer'),
      },
    },
  },
  '/login/openid': {
    get: {
      operationId: 'getOpenId',
      summary: 'Log in by the OpenID provider',
      security: [],
      parameters: [next],
      responses: {
        303: sentOn('To the provider'),
        404: problemResponse('No provider is configured'),
        503: page('The provider does not answer'),
      },
    },
  },
  '/login/openid/back': {
    get: {
      operationId: 'getOpenIdBack',
      summary: 'Where the OpenID provider sends a browser back to',
      security: [],
      parameters: ['code', 'state'].map((name) => ({ ...next, name })),
      responses: {
        303: sentOn('Logged in, with a cookie'),
        400: page('This browser did not ask'),
        401: page('The provider says no'),
        403: page('No role is given to this person'),
        404: problemResponse('No provider is configured'),
      },
    },
  },
};
