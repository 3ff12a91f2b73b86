import { z } from 'zod';
import { instantPattern } from '../contract/fields.ts';
import { CHANGE_TOPICS } from '../contract/system.ts';
import { METRICS_PATH } from '../metrics/metrics.ts';
import { LINEAGE_PATH, PING_BODY_BYTES } from '../push/receive.ts';
import { reportPaths } from '../routes/report-routes.ts';
import type { Route } from '../routes/route.ts';
import { ROUTES } from '../routes/routes.ts';
import { accessPaths } from './access-openapi.ts';
import { actPaths } from './act-openapi.ts';
import { changePaths } from './change-openapi.ts';
import { codecPaths } from './codec-openapi.ts';
import { withCommonResponses } from './common-responses.ts';
import { type Json, parametersOf, problemResponse, refTo } from './openapi-parts.ts';
import { pushPaths } from './push-openapi.ts';

/** JSON Schema without the parts that belong to a document of its own. */
function withoutHead(schema: object): Json {
  const { $schema, $id, id, ...rest } = schema as Json;
  return rest;
}

/** Named schemas once each, under `components`, pointing at one another. */
function componentSchemas(): Json {
  const { schemas } = z.toJSONSchema(z.globalRegistry, {
    uri: (id) => `#/components/schemas/${id}`,
    io: 'input',
    unrepresentable: 'any',
  });
  return Object.fromEntries(Object.entries(schemas).map(([id, schema]) => [id, withoutHead(schema)]));
}

/** `/v1/jobs/:jobId/runs` as OpenAPI writes it. */
const templateOf = (path: string): string => path.replace(/:(\w+)/g, '{$1}');

/** `getJobsJobIdRuns`: the same for as long as the address stays. */
const operationIdOf = ({ method, path }: Route): string =>
  method.toLowerCase() +
  path
    .replace(/^\/v1/, '')
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join('');

function operationOf(route: Route): Json {
  const { body, problems } = route;
  return {
    operationId: operationIdOf(route),
    summary: route.summary,
    ...(route.open ? { security: [] } : {}),
    parameters: [...parametersOf(route.params, 'path'), ...parametersOf(route.query, 'query')],
    ...(body && {
      requestBody: { required: true, content: { 'application/json': { schema: refTo(body) } } },
    }),
    responses: {
      200: { description: 'OK', content: { 'application/json': { schema: refTo(route.response) } } },
      ...(route.method === 'GET' && { 304: { description: 'If-None-Match names what would be sent' } }),
      400: problemResponse('The query is not valid'),
      ...Object.fromEntries(
        Object.entries(problems).map(([status, text]) => [status, problemResponse(text)]),
      ),
    },
  };
}

/** What the route table holds, by address and method. */
function tablePaths(): Json {
  const paths: Record<string, Json> = {};
  for (const route of ROUTES) {
    const template = templateOf(route.path);
    paths[template] = { ...paths[template], [route.method.toLowerCase()]: operationOf(route) };
  }
  return paths;
}

const eventSchema: Json = {
  type: 'object',
  properties: {
    event: { enum: ['change', 'database', 'reset'] },
    data: { type: 'string', contentMediaType: 'application/json' },
    id: { type: 'string' },
    retry: { type: 'integer' },
  },
};

const streamOperation: Json = {
  operationId: 'getStream',
  summary: `Changes as they happen, as Server-Sent Events: "change" with one of ${CHANGE_TOPICS.join(', ')}; "database" with reachable or unreachable; "reset": read everything again`,
  parameters: [
    {
      name: 'Last-Event-ID',
      in: 'header',
      required: false,
      description: 'The last event that was seen: what came since is sent, or "reset".',
      schema: { type: 'string' },
    },
  ],
  responses: {
    200: {
      description: 'An endless stream',
      // As OpenAPI 3.2 says it of each event; before, a stream can only be called a text.
      content: { 'text/event-stream': { itemSchema: eventSchema } },
    },
  },
};

const plainText = (description: string): Json => ({
  description,
  content: { 'text/plain': { schema: { type: 'string' } } },
});
const metricsOperation: Json = {
  operationId: 'getMetrics',
  summary: 'How the system itself is, in the text that Prometheus reads',
  parameters: [],
  responses: { 200: plainText('Told without a database as well') },
};
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
      503: problemResponse('The database does not answer'),
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

/** 1990 to 2100: anything else is a broken clock. */
const EVENT_TIME = instantPattern('199\\d|20\\d\\d|2100', '199[26]|20(?:0[048]|[2468][048]|[13579][26])');
/** Neither empty nor a word for that, such as "null". */
const name: Json = { type: 'string', pattern: '[^\\s\\u0000-\\u001f\\u007f-\\u009f\\ufeff]' };
const runEventSchema: Json = {
  title: 'RunEvent',
  required: ['eventTime', 'run', 'job'],
  properties: {
    eventTime: { type: 'string', format: 'date-time', pattern: EVENT_TIME.source },
    eventType: { enum: ['START', 'RUNNING', 'COMPLETE', 'FAIL', 'ABORT', 'OTHER'] },
    run: { type: 'object', required: ['runId'], properties: { runId: name } },
    job: { type: 'object', required: ['namespace', 'name'], properties: { namespace: name, name } },
  },
};
/** Of a job or a dataset alone. */
const staticEventSchema: Json = {
  title: 'JobEvent or DatasetEvent',
  not: { required: ['run'] },
  anyOf: [{ required: ['job'] }, { required: ['dataset'] }],
};

const lineageOperation: Json = {
  operationId: 'postLineage',
  summary: 'An OpenLineage run event; the ping key is taken as token too',
  requestBody: {
    required: true,
    content: {
      'application/json': {
        schema: {
          type: 'object',
          description: 'An event of https://openlineage.io/spec/2-0-2/OpenLineage.json, optionally gzip.',
          anyOf: [runEventSchema, staticEventSchema],
        },
      },
    },
  },
  responses: {
    200: statusAnswer('An event of a job or a dataset alone, which tells of no run', ['ignored']),
    201: statusAnswer('The event is kept, or was before', ['kept', 'known']),
    400: problemResponse('This is no run event; the detail says what is missing'),
    413: problemResponse('The event is too large'),
  },
};

/**
 * The OpenAPI 3.1 document of the route table.
 *
 * @param isOpen nobody has to say who asks: everybody on this machine may do all
 */
export function openApiDocument(version: string, isOpen: boolean): Json {
  const paths = tablePaths();
  paths[METRICS_PATH] = { get: metricsOperation };
  paths['/v1/stream'] = { get: streamOperation };
  paths[LINEAGE_PATH] = { post: lineageOperation };
  Object.assign(paths, pingPaths);
  Object.assign(paths, accessPaths, pushPaths, actPaths, changePaths, reportPaths, codecPaths);
  return {
    openapi: '3.1.0',
    info: {
      title: 'Smart ETL',
      version,
      summary: 'What runs, what failed and what is likely to fail',
      license: { name: 'Apache 2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    security: [{ bearer: [] }, { basic: [] }, { session: [] }, ...(isOpen ? [{}] : [])],
    paths: withCommonResponses(paths as Record<string, Json>),
    components: {
      schemas: componentSchemas(),
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer' },
        basic: { type: 'http', scheme: 'basic', description: 'Any user name, the token as password.' },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: 'setl_session',
          description: 'Over TLS: __Host-setl_session.',
        },
      },
    },
  };
}
