import { z } from 'zod';
import { INCIDENT_ACTIONS, type IncidentAction } from '../workflows/names.ts';
import { problemSchema } from './contract.ts';
import { actedSchema, feedbackWordSchema, wordSchemas } from './incident-actions.ts';

type Json = Record<string, unknown>;

const refTo = (schema: z.ZodType): Json => ({
  $ref: `#/components/schemas/${z.globalRegistry.get(schema)!.id!}`,
});
const body = (schema: z.ZodType): Json => ({
  required: true,
  content: { 'application/json': { schema: refTo(schema) } },
});
const problem = (description: string): Json => ({
  description,
  content: { 'application/problem+json': { schema: refTo(problemSchema) } },
});
const incident: Json = {
  name: 'id',
  in: 'path',
  required: true,
  description: 'Number of the incident.',
  schema: { type: 'integer', minimum: 0 },
};

const key: Json = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description: 'Asked again with the same key within 24 hours, it is done once and answered the same.',
  schema: { type: 'string', minLength: 1, maxLength: 200, pattern: '^[!-~]+$' },
};

const RESPONSES: Json = {
  422: problem('The Idempotency-Key stands for another request'),
  400: problem('What is asked for is not valid'),
  401: problem('A token is set and did not come with the request'),
  403: problem('A page of another site asks'),
  404: problem('There is no such incident'),
  503: problem('Temporal, the worker or the database does not answer'),
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
      parameters: [incident, key],
      requestBody: body(wordSchemas[action]),
      responses: {
        200: { description: 'OK', content: { 'application/json': { schema: refTo(actedSchema) } } },
        409: problem('The incident is over, or the same change is being made'),
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
const linkOperation = (method: string, summary: string): Json => ({
  operationId: `${method}ActLink`,
  summary,
  security: [],
  parameters: [...link, { name: 'to', in: 'query', required: true, schema: { type: 'string' } }],
  responses: {
    200: page('A page to read'),
    404: page('The link is not valid'),
    410: page('The link is too old'),
  },
});

/** What people can do about incidents. */
export const actPaths: Json = {
  ...Object.fromEntries(actions),
  '/v1/incidents/{id}/feedback': {
    post: {
      operationId: 'postFeedback',
      summary: 'Say whether it was useful to be told of an incident; the last answer of a person counts',
      parameters: [incident, key],
      requestBody: body(feedbackWordSchema),
      responses: {
        204: { description: 'It is kept' },
        409: problem('The same change is being made'),
        ...RESPONSES,
      },
    },
  },
  '/act/{action}/{incident}/{expiry}/{signature}': {
    get: linkOperation('get', 'A link in a message: tells what its button will do, and does nothing'),
    post: linkOperation('post', 'The button of a link in a message'),
  },
};
