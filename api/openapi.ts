import { z } from 'zod';
import { CHANGE_TOPICS, problemSchema } from './contract.ts';
import { ROUTES, type Route } from './routes.ts';

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

function parametersOf(query: z.ZodObject): Json[] {
  const schema = z.toJSONSchema(query, { io: 'input' });
  return Object.entries(schema.properties ?? {}).map(([name, property]) => {
    const { description, ...rest } = property as Json;
    return {
      name,
      in: 'query',
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
    parameters: parametersOf(route.query),
    responses: {
      200: { description: 'OK', content: { 'application/json': { schema: refTo(route.response) } } },
      400: problemResponse('The query is not valid'),
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

/** The OpenAPI 3.1 document of the route table. */
export function openApiDocument(version: string): Json {
  const paths: Json = Object.fromEntries(ROUTES.map((route) => [route.path, { get: operationOf(route) }]));
  paths['/v1/stream'] = { get: streamOperation };
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
