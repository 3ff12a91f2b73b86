import type { Queryable } from '../pool.ts';

/** What is known of a change under its key. */
export type KnownChange =
  | { outcome: 'begun' | 'running' | 'other' }
  | { outcome: 'answered'; status: number; answer: string };

/** SHA-256 of the key with who asked and what for, and of what was posted; hexadecimal. */
export interface ChangeHashes {
  keyHash: string;
  requestHash: string;
}

/** Enters a change; only who is told `begun` may do it. */
export async function beginChange(
  client: Queryable,
  { keyHash, requestHash }: ChangeHashes,
): Promise<KnownChange> {
  const { rows } = await client.query<{
    outcome: KnownChange['outcome'];
    known_status: number;
    known_answer: string;
  }>('select * from begin_idempotent($1, $2)', [keyHash, requestHash]);
  const { outcome, known_status: status, known_answer: answer } = rows[0]!;
  return outcome === 'answered' ? { outcome, status, answer } : { outcome };
}

/** Keeps the answer to a change for a day. */
export async function endChange(
  client: Queryable,
  { keyHash, requestHash }: ChangeHashes,
  { status, answer }: { status: number; answer: string },
): Promise<void> {
  await client.query('select end_idempotent($1, $2, $3, $4)', [keyHash, requestHash, status, answer]);
}

/** Takes back a change that could not be done, so that it can be asked for again. */
export async function forgetChange(client: Queryable, { keyHash, requestHash }: ChangeHashes): Promise<void> {
  await client.query('select forget_idempotent($1, $2)', [keyHash, requestHash]);
}
