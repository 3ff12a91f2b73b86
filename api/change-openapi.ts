import { z } from 'zod';
import { problemSchema } from './contract.ts';
import { actedSchema } from './incident-actions.ts';
import { promoteWordSchema, rollbackWordSchema } from './model-actions.ts';
import { releaseWordSchema, replayWordSchema } from './source-actions.ts';

type Json = Record<string, unknown>;

const refTo = (schema: z.ZodType): Json => ({
  $ref: `#/components/schemas/${z.globalRegistry.get(schema)!.id!}`,
});
const problem = (description: string): Json => ({
  description,
  content: { 'application/problem+json': { schema: refTo(problemSchema) } },
});
const inPath = (name: string, description: string, schema: Json): Json => ({
  ...{ name, in: 'path', required: true, description, schema },
});
const key: Json = {
  ...{ name: 'Idempotency-Key', in: 'header', required: false },
  description: 'Asked again with the same key within 24 hours, it is done once and answered the same.',
  schema: { type: 'string', minLength: 1, maxLength: 200, pattern: '^[!-~]+$' },
};
const model = inPath('model', 'Name of the model.', { type: 'string' });

function change(
  operationId: string,
  summary: string,
  body: z.ZodType,
  parameters: readonly Json[],
  problems: Json = {},
): Json {
  return {
    post: {
      ...{ operationId, summary, parameters: [...parameters, key] },
      requestBody: { required: true, content: { 'application/json': { schema: refTo(body) } } },
      responses: {
        200: {
          description: 'It is done, or under way',
          content: { 'application/json': { schema: refTo(actedSchema) } },
        },
        400: problem('What is asked for is not valid'),
        401: problem('A token is set and did not come with the request'),
        403: problem('A page of another site asks'),
        404: problem('There is no such thing'),
        409: problem('The same change is being made'),
        422: problem('The Idempotency-Key stands for another request'),
        ...problems,
        503: problem('Temporal or the database does not answer'),
      },
    },
  };
}

const NOT_DONE = {
  409: problem('It could not be done: somebody was faster, it cannot be, or is being made'),
};

/** What people can change of models and sources. */
export const changePaths: Json = {
  '/v1/models/{model}/{version}/promote': change(
    'promoteModelVersion',
    'Make a version the champion, in the name of a person',
    promoteWordSchema,
    [model, inPath('version', 'Number of the version.', { type: 'integer', minimum: 1 })],
    NOT_DONE,
  ),
  '/v1/models/{model}/rollback': change(
    'rollbackModel',
    'Give the place of the champion back to the version before it',
    rollbackWordSchema,
    [model],
    NOT_DONE,
  ),
  '/v1/sources/{source}/release': change(
    'releaseSource',
    'Let through what the limit of refused rows holds, and start the source again',
    releaseWordSchema,
    [inPath('source', 'Name of the source.', { type: 'string' })],
  ),
  '/v1/quarantine/replay': change(
    'replayQuarantine',
    'Read files with refused rows again, after a rule or a contract changed',
    replayWordSchema,
    [],
  ),
};
