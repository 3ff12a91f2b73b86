import type { z } from 'zod';
import { ProblemError, problemOf } from './problem.ts';

/**
 * The parameters of a query as their schema reads them.
 *
 * @throws ProblemError 400 that names every parameter that is wrong or not known
 */
export function parseQuery<Schema extends z.ZodObject>(schema: Schema, query: unknown): z.infer<Schema> {
  const result = schema.safeParse(query);
  if (result.success) return result.data as z.infer<Schema>;
  const errors = result.error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({ parameter: key, detail: `unknown parameter; ${knownParameters(schema)}` }))
      : [{ parameter: issue.path.join('.'), detail: issue.message }],
  );
  const detail = errors.map((error) => `${error.parameter}: ${error.detail}`).join('. ');
  throw new ProblemError(problemOf('bad-query', 400, detail, errors));
}

function knownParameters(schema: z.ZodObject): string {
  const names = Object.keys(schema.shape);
  return names.length === 0 ? 'this address takes none' : `known are ${names.join(', ')}`;
}
