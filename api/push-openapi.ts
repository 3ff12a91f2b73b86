import { z } from 'zod';
import { problemSchema } from './contract.ts';
import { acceptedSchema, samplesSchema } from './push.ts';

type Json = Record<string, unknown>;

const refTo = (schema: z.ZodType): Json => ({
  $ref: `#/components/schemas/${z.globalRegistry.get(schema)!.id!}`,
});
const json = (description: string, schema: z.ZodType): Json => ({
  description,
  content: { 'application/json': { schema: refTo(schema) } },
});
const problem = (description: string): Json => ({
  description,
  content: { 'application/problem+json': { schema: refTo(problemSchema) } },
});
const inPath = (name: string, description: string): Json => ({
  name,
  in: 'path',
  required: true,
  description,
  schema: { type: 'string' },
});

const RESPONSES: Json = {
  202: json('Accepted: it is whole and on disk', acceptedSchema),
  400: problem('The name or the content is not valid'),
  401: problem('A token is set and did not come with the request'),
  404: problem('There is no such source'),
  409: problem('The source takes something else'),
  413: problem('It is too large'),
  503: problem('The folder of the source cannot be written to'),
};

/** What can be pushed, and where to ask what became of it. */
export const pushPaths: Json = {
  '/v1/sources/{source}/files/{name}': {
    put: {
      operationId: 'putFile',
      summary: 'Push a file (CSV, gzip or zip) to a source; the same bytes twice are one file',
      parameters: [inPath('source', 'A configured source.'), inPath('name', 'Name of the file.')],
      requestBody: { required: true, content: { 'application/octet-stream': {} } },
      responses: RESPONSES,
    },
  },
  '/v1/sources/{source}/samples': {
    post: {
      operationId: 'postSamples',
      summary: 'Push samples of server metrics, at most 10,000 at once',
      parameters: [inPath('source', 'A configured source of kind metrics.')],
      requestBody: { required: true, content: { 'application/json': { schema: refTo(samplesSchema) } } },
      responses: RESPONSES,
    },
  },
};
