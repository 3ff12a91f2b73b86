import type { z } from 'zod';
import { TAG_KEY } from '../../models/registry/model-tag.ts';
import { overrideWordSchema, withdrawWordSchema } from '../acts/forecast-actions.ts';
import { actedSchema } from '../acts/incident-actions.ts';
import { promoteWordSchema, rollbackWordSchema, shadowWordSchema } from '../acts/model-actions.ts';
import { decideWordSchema } from '../acts/report-actions.ts';
import { releaseWordSchema, replayWordSchema } from '../acts/source-actions.ts';
import { tagWordSchema, untagWordSchema } from '../acts/tag-actions.ts';
import { IDEMPOTENCY_KEY, type Json, pathParameter, problemResponse, refTo } from './openapi-parts.ts';

const model = pathParameter('model', 'Name of the model.');
const version = pathParameter('version', 'Number of the version.', { type: 'integer', minimum: 1 });
const tag = pathParameter('key', 'Name of the tag.', { type: 'string', pattern: TAG_KEY.source });
const job = pathParameter('jobId', 'Number of the job.', { type: 'integer', minimum: 0 });

function change(
  operationId: string,
  summary: string,
  body: z.ZodType,
  parameters: readonly Json[],
  problems: Json = {},
): Json {
  return {
    post: {
      ...{ operationId, summary, parameters: [...parameters, IDEMPOTENCY_KEY] },
      requestBody: { required: true, content: { 'application/json': { schema: refTo(body) } } },
      responses: {
        200: {
          description: 'It is done, or under way',
          content: { 'application/json': { schema: refTo(actedSchema) } },
        },
        400: problemResponse('What is asked for is not valid'),
        403: problemResponse('The role is not enough, or a page of another site asks'),
        404: problemResponse('There is no such thing'),
        409: problemResponse('The same change is being made'),
        422: problemResponse('The Idempotency-Key stands for another request'),
        ...problems,
        503: problemResponse('Temporal or the database does not answer'),
      },
    },
  };
}

const NOT_DONE = {
  409: problemResponse('It could not be done: somebody was faster, it cannot be, or is being made'),
};

/** What people can change of models, sources and recommendations. */
export const changePaths: Json = {
  '/v1/models/{model}/{version}/promote': change(
    'promoteModelVersion',
    'Make a version the champion, in the name of a person',
    promoteWordSchema,
    [model, version],
    NOT_DONE,
  ),
  '/v1/models/{model}/{version}/reject': change(
    'rejectModelVersion',
    'Say no to a promotion that waits for a decision',
    promoteWordSchema,
    [model, version],
    NOT_DONE,
  ),
  '/v1/models/{model}/{version}/shadow': change(
    'shadowModelVersion',
    'Let a version forecast beside the champion, untold, until a test tells which is better',
    shadowWordSchema,
    [model, version],
    NOT_DONE,
  ),
  '/v1/models/{model}/{version}/tags/{key}': {
    put: change(
      'tagModelVersion',
      'Write a tag on a version; the same written twice is written once',
      tagWordSchema,
      [model, version, tag],
      NOT_DONE,
    ).post,
    delete: change(
      'untagModelVersion',
      'Take a tag off a version; one that is not there is none',
      untagWordSchema,
      [model, version, tag],
      NOT_DONE,
    ).post,
  },
  '/v1/jobs/{jobId}/forecast-override': {
    ...change(
      'overrideForecast',
      'Say something of a job in the forecast, beside what the model says',
      overrideWordSchema,
      [job],
      NOT_DONE,
    ),
    delete: change(
      'withdrawForecastOverride',
      'Take back what is said of a job in the forecast',
      withdrawWordSchema,
      [job],
    ).post,
  },
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
    [pathParameter('source', 'Name of the source.')],
  ),
  '/v1/quarantine/replay': change(
    'replayQuarantine',
    'Read files with refused rows again, after a rule or a contract changed',
    replayWordSchema,
    [],
  ),
  '/v1/reports/{period}/recommendations/decide': change(
    'decideRecommendation',
    'Accept a recommendation, reject it, say that it is done, or open it again',
    decideWordSchema,
    [
      pathParameter('period', 'A month (2026-10), a quarter (2026-Q3) or a year (2026).', {
        ...{ type: 'string', pattern: '^\\d{4}(-(0[1-9]|1[0-2]|Q[1-4]))?$' },
      }),
    ],
    NOT_DONE,
  ),
};
