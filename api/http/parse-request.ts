import type { z } from 'zod';
import { ProblemError, problemOf } from './problem.ts';

/** A text may hold thousands of wrong values: so many of them are told. */
const MOST_ERRORS = 20;

/**
 * What a request asks for, by a schema. Where a parameter stands twice, and where it is not known, it is refused.
 *
 * @throws ProblemError 400 naming each parameter
 */
export function parseQuery<Schema extends z.ZodObject>(schema: Schema, query: unknown): z.infer<Schema> {
  const result = schema.safeParse(query);
  if (result.success) return result.data;
  const errors = result.error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({ parameter: key, detail: `unknown parameter; ${knownParameters(schema)}` }))
      : [{ parameter: issue.path.join('.'), detail: issue.message }],
  );
  throw new ProblemError(problemOf('bad-query', 400, sentenceOf(errors), errors.slice(0, MOST_ERRORS)));
}

/** What an address names. @throws ProblemError 404: what cannot be a name names nothing */
export function parseParams<Schema extends z.ZodObject>(schema: Schema, params: unknown): z.infer<Schema> {
  const result = schema.safeParse(params);
  if (result.success) return result.data;
  const errors = result.error.issues.map((issue) => ({
    parameter: issue.path.join('.'),
    detail: issue.message,
  }));
  throw new ProblemError(problemOf('not-found', 404, sentenceOf(errors), errors));
}

/** What is posted. @throws ProblemError 400 naming what is wrong in it */
export function parseBody<Schema extends z.ZodType>(schema: Schema, body: unknown): z.infer<Schema> {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const errors = result.error.issues
    .slice(0, MOST_ERRORS)
    .map(({ path, message }) => ({ parameter: path.join('.'), detail: message }));
  throw new ProblemError(problemOf('bad-request', 400, sentenceOf(errors), errors));
}

const sentenceOf = (errors: readonly { parameter: string; detail: string }[]): string =>
  errors
    .slice(0, MOST_ERRORS)
    .map((error) => `${error.parameter || 'the body'}: ${error.detail}`)
    .join('. ');

function knownParameters(schema: z.ZodObject): string {
  const names = Object.keys(schema.shape);
  return names.length === 0 ? 'this address takes none' : `known are ${names.join(', ')}`;
}
