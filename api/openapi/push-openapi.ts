import type { z } from 'zod';
import { acceptedSchema, samplesSchema } from '../push/push.ts';
import { type Json, jsonContent, pathParameter, problemResponse, refTo } from './openapi-parts.ts';

const json = (description: string, schema: z.ZodType): Json => ({
  description,
  ...jsonContent(schema),
});

const RESPONSES: Json = {
  202: json('Accepted: it is whole and on disk', acceptedSchema),
  400: problemResponse('The name or the content is not valid'),
  404: problemResponse('There is no such source'),
  409: problemResponse('The source takes something else'),
  413: problemResponse('It is too large'),
  503: problemResponse('The folder of the source cannot be written to'),
};

/** What can be pushed, and where to ask what became of it. */
export const pushPaths: Json = {
  '/v1/sources/{source}/files/{name}': {
    put: {
      operationId: 'putFile',
      summary: 'Push a file (CSV, gzip or zip) to a source; the same bytes twice are one file',
      parameters: [
        pathParameter('source', 'A configured source.'),
        pathParameter('name', 'Name of the file.'),
      ],
      requestBody: { required: false, content: { 'application/octet-stream': {} } },
      responses: RESPONSES,
    },
  },
  '/v1/sources/{source}/samples': {
    post: {
      operationId: 'postSamples',
      summary: 'Push samples of server metrics, at most 10,000 at once',
      parameters: [pathParameter('source', 'A configured source of kind metrics.')],
      requestBody: { required: true, content: { 'application/json': { schema: refTo(samplesSchema) } } },
      responses: RESPONSES,
    },
  },
};
