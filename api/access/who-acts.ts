import type { FastifyRequest } from 'fastify';
import { ProblemError, problemOf } from '../http/problem.ts';

/**
 * Who acts, for the audit log: whoever the request is from. What it says of itself counts only where nobody logs in.
 *
 * @param told the name in the body
 * @throws ProblemError 400 when nobody says a name and there is no login to tell it
 */
export function whoActs({ identity }: FastifyRequest, told: string | undefined): string {
  if (identity !== null && identity.kind !== 'local') return identity.who;
  if (told !== undefined) return told;
  const detail = 'who: expected a name, because nobody logs in here';
  throw new ProblemError(
    problemOf('bad-request', 400, detail, [{ parameter: 'who', detail: 'expected a name' }]),
  );
}
