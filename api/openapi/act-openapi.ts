import type { z } from 'zod';
import { INCIDENT_ACTIONS, type IncidentAction } from '../../workflows/names.ts';
import { actedSchema, feedbackWordSchema, wordSchemas } from '../acts/incident-actions.ts';
import {
  IDEMPOTENCY_KEY,
  type Json,
  jsonContent,
  pathParameter,
  problemResponse,
  refTo,
} from './openapi-parts.ts';

const body = (schema: z.ZodType): Json => ({ required: true, ...jsonContent(schema) });
const incident = pathParameter('id', 'Number of the incident.', { type: 'integer', minimum: 0 });

const RESPONSES: Json = {
  422: problemResponse('The Idempotency-Key stands for another request'),
  400: problemResponse('What is asked for is not valid'),
  403: problemResponse('The role is not enough, or a page of another site asks'),
  404: problemResponse('There is no such incident'),
  503: problemResponse('Temporal, the worker or the database does not answer'),
};

const SUMMARIES: Record<IncidentAction, string> = {
  acknowledge: 'Take an incident on: no more reminders, no escalation',
  silence: 'No reminders and no escalation until an instant; the end is told all the same',
  waive: 'Live with what lasts of an incident; what begins anew is told again',
  rerun: 'Run all victims of an incident again, those that others follow first',
};

const actions = INCIDENT_ACTIONS.map((action) => [
  `/v1/incidents/{id}/${action}`,
  {
    post: {
      operationId: `${action}Incident`,
      summary: SUMMARIES[action],
      parameters: [incident, IDEMPOTENCY_KEY],
      requestBody: body(wordSchemas[action]),
      responses: {
        200: { description: 'OK', content: { 'application/json': { schema: refTo(actedSchema) } } },
        409: problemResponse('The incident is over, or the same change is being made'),
        ...RESPONSES,
      },
    },
  },
]);

const link: Json[] = ['action', 'incident', 'expiry', 'signature'].map((name) => ({
  name,
  in: 'path',
  required: true,
  schema: { type: 'string' },
}));
const page = (description: string): Json => ({ description, content: { 'text/html': {} } });
const pageOrProblem = (description: string): Json => ({
  description,
  content: { 'text/html': {}, ...(problemResponse(description).content as Json) },
});
const linkOperation = (method: string, summary: string): Json => ({
  operationId: `${method}ActLink`,
  summary,
  security: [],
  parameters: [...link, { name: 'to', in: 'query', required: true, schema: { type: 'string' } }],
  responses: {
    200: page('A page to read'),
    404: page('The link is not valid'),
    410: page('The link is too old'),
    ...(method === 'post' && {
      400: page('It cannot be done'),
      409: page('The incident is over'),
      503: pageOrProblem('Temporal, the worker or the database does not answer'),
    }),
  },
});

/** What people can do about incidents. */
export const actPaths: Json = {
  ...Object.fromEntries(actions),
  '/v1/incidents/{id}/feedback': {
    post: {
      operationId: 'postFeedback',
      summary: 'Say whether it was useful to be told of an incident; the last answer of a person counts',
      parameters: [incident, IDEMPOTENCY_KEY],
      requestBody: body(feedbackWordSchema),
      responses: {
        204: { description: 'It is kept' },
        409: problemResponse('The same change is being made'),
        ...RESPONSES,
      },
    },
  },
  '/act/{action}/{incident}/{expiry}/{signature}': {
    get: linkOperation('get', 'A link in a message: tells what its button will do, and does nothing'),
    post: linkOperation('post', 'The button of a link in a message'),
  },
};
