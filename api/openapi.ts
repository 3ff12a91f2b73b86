import { z } from 'zod';
import { actPaths } from './act-openapi.ts';
import { CHANGE_TOPICS, problemSchema } from './contract.ts';
import { pushPaths } from './push-openapi.ts';
import { LINEAGE_PATH, PING_BODY_BYTES } from './receive.ts';
import type { Route } from './route.ts';
import { ROUTES } from './routes.ts';

type Json = Record<string, unknown>;

/** JSON Schema without the parts that belong to a document of its own. */
function withoutHead(schema: object): Json {
  const { $schema, $id, id, ...rest } = schema as Json;
  return rest;
}

/** Named schemas once each, under `components`, pointing at one another. */
function componentSchemas(): Json {
  const { schemas } = z.toJSONSchema(z.globalRegistry, { uri: (id) => `#/components/schemas/${id}` });
  return Object.fromEntries(Object.entries(schemas).map(([id, schema]) => [id, withoutHead(schema)]));
}

const nameOf = (schema: z.ZodType): string => z.globalRegistry.get(schema)!.id!;
const refTo = (schema: z.ZodType): Json => ({ $ref: `#/components/schemas/${nameOf(schema)}` });

const problemResponse = (description: string): Json => ({
  description,
  content: { 'application/problem+json': { schema: refTo(problemSchema) } },
});

const COMMON_RESPONSES: Json = {
  401: problemResponse('A token is set and did not come with the request'),
  503: problemResponse('The database does not answer'),
};

function parametersOf(asked: z.ZodObject, place: 'query' | 'path'): Json[] {
  const schema = z.toJSONSchema(asked, { io: 'input' });
  return Object.entries(schema.properties ?? {}).map(([name, property]) => {
    const { description, ...rest } = property as Json;
    return {
      name,
      in: place,
      required: schema.required?.includes(name) ?? false,
      description,
      schema: rest,
    };
  });
}

function operationOf(route: Route): Json {
  return {
    operationId: `get${nameOf(route.response)}${route.open ? route.path.replace('/', '_') : ''}`,
    summary: route.summary,
    ...(route.open ? { security: [] } : {}),
    parameters: [...parametersOf(route.params, 'path'), ...parametersOf(route.query, 'query')],
    responses: {
      200: { description: 'OK', content: { 'application/json': { schema: refTo(route.response) } } },
      400: problemResponse('The query is not valid'),
      ...(route.path.includes(':') && { 404: problemResponse('There is no such thing') }),
      ...COMMON_RESPONSES,
    },
  };
}

const streamOperation: Json = {
  operationId: 'getStream',
  summary: `Changes as they happen, as Server-Sent Events: "change" with one of ${CHANGE_TOPICS.join(', ')}; "database" with reachable or unreachable`,
  parameters: [],
  responses: {
    200: {
      description: 'An endless stream',
      content: { 'text/event-stream': { schema: { type: 'string' } } },
    },
    ...COMMON_RESPONSES,
  },
};

const plainText = (description: string): Json => ({
  description,
  content: { 'text/plain': { schema: { type: 'string' } } },
});
const inPath = (name: string, description: string, schema: Json): Json => ({
  name,
  in: 'path',
  required: true,
  description,
  schema,
});

/** GET, HEAD and POST of one ping address: all three do the same. */
function pingOperations(name: string, signal: Json[]): Json {
  const operation = (method: string): Json => ({
    operationId: `${method}${name}`,
    summary: 'A job tells of a run, as with the pinging API of healthchecks.io',
    security: [],
    parameters: [
      inPath('key', 'The ping key.', { type: 'string' }),
      inPath('slug', 'The name of the job.', { type: 'string', pattern: '^[A-Za-z0-9_.-]{1,128}$' }),
      ...signal,
      {
        name: 'rid',
        in: 'query',
        required: false,
        description: 'The id of the run: pings with the same one belong together.',
        schema: { type: 'string', format: 'uuid' },
      },
    ],
    ...(method === 'post' && {
      requestBody: {
        description: `Output of the job; the first ${PING_BODY_BYTES} bytes are kept.`,
        content: { 'text/plain': { schema: { type: 'string' } } },
      },
    }),
    responses: {
      200: plainText('OK: the ping is kept'),
      400: plainText('The address or the run id is not valid'),
      404: plainText('Nobody has this key'),
      503: COMMON_RESPONSES[503],
    },
  });
  return Object.fromEntries(['get', 'head', 'post'].map((method) => [method, operation(method)]));
}

const pingPaths: Json = {
  '/ping/{key}/{slug}': pingOperations('PingSuccess', []),
  '/ping/{key}/{slug}/{signal}': pingOperations('Ping', [
    inPath('signal', 'What happened: a word, or an exit status, of which 0 is a success.', {
      oneOf: [{ enum: ['start', 'fail', 'log'] }, { type: 'integer', minimum: 0, maximum: 255 }],
    }),
  ]),
};

const statusAnswer = (description: string, statuses: string[]): Json => ({
  description,
  content: {
    'application/json': {
      schema: { type: 'object', required: ['status'], properties: { status: { enum: statuses } } },
    },
  },
});

const lineageOperation: Json = {
  operationId: 'postLineage',
  summary: 'An OpenLineage run event; the ping key is taken as token too',
  requestBody: {
    required: true,
    content: {
      'application/json': {
        schema: {
          type: 'object',
          description: 'RunEvent of https://openlineage.io/spec/2-0-2/OpenLineage.json, optionally gzip.',
          required: ['eventTime', 'run', 'job'],
        },
      },
    },
  },
  responses: {
    200: statusAnswer('An event of a job or a dataset alone, which tells of no run', ['ignored']),
    201: statusAnswer('The event is kept, or was before', ['kept', 'known']),
    400: problemResponse('This is no run event; the detail says what is missing'),
    413: problemResponse('The event is too large'),
    ...COMMON_RESPONSES,
  },
};

/** The OpenAPI 3.1 document of the route table. */
export function openApiDocument(version: string): Json {
  const paths: Json = Object.fromEntries(
    ROUTES.map((route) => [route.path.replaceAll(/:(\w+)/g, '{$1}'), { get: operationOf(route) }]),
  );
  paths['/v1/stream'] = { get: streamOperation };
  paths[LINEAGE_PATH] = { post: lineageOperation };
  Object.assign(paths, pingPaths);
  Object.assign(paths, pushPaths, actPaths);
  return {
    openapi: '3.1.0',
    info: {
      title: 'Smart ETL',
      version,
      summary: 'What runs, what failed and what is likely to fail',
      license: { name: 'Apache 2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    security: [{ bearer: [] }, { basic: [] }, {}],
    paths,
    components: {
      schemas: componentSchemas(),
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer' },
        basic: { type: 'http', scheme: 'basic', description: 'Any user name, the token as password.' },
      },
    },
  };
}
