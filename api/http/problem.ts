import type { Problem } from '../contract/system.ts';

/** An error that is meant for the caller, answered as RFC 9457 problem details. */
export class ProblemError extends Error {
  override name = 'ProblemError';
  readonly problem: Problem;
  readonly headers: Record<string, string>;

  constructor(problem: Problem, headers: Record<string, string> = {}) {
    super(problem.detail);
    this.problem = problem;
    this.headers = headers;
  }
}

const TITLES: Record<string, string> = {
  'bad-request': 'The request cannot be read',
  'bad-query': 'The query is not valid',
  'bad-event': 'This is no OpenLineage run event',
  'not-authorized': 'A token or a log-in is needed',
  'not-allowed': 'Your role may not do this',
  'too-many-requests': 'Too many requests',
  'no-door': 'Nobody can be recognised',
  'not-found': 'There is nothing here',
  'method-not-allowed': 'This method is not possible here',
  'wrong-source': 'This source takes something else',
  'source-not-writable': 'The folder of the source cannot be written to',
  'wrong-host': 'This server has another name',
  'too-large': 'The request is too large',
  'too-many-streams': 'Too many live connections',
  'incident-over': 'The incident is over',
  'champion-changed': 'Another version serves by now',
  'not-done': 'It could not be done',
  'still-running': 'The same change is being made',
  'key-used': 'The key stands for another request',
  'no-champion': 'No model serves yet',
  'still-computing': 'There are no predictions of this hour yet',
  'not-own-page': 'Another site may not do this',
  'temporal-unreachable': 'Temporal does not answer',
  'temporal-distrusted': 'Temporal cannot be used with these settings',
  'not-decodable': 'A payload cannot be decoded',
  'database-unreachable': 'The database does not answer',
  'store-unreachable': 'The object store does not answer',
  'internal-error': 'Something went wrong on our side',
};

/** Problem details of a kind; `detail` says what to do about it. */
export function problemOf(
  kind: keyof typeof TITLES & string,
  status: number,
  detail: string,
  errors?: Problem['errors'],
): Problem {
  const problem = { type: `urn:smart-etl:problem:${kind}`, title: TITLES[kind]!, status, detail };
  return errors ? { ...problem, errors } : problem;
}

/** @returns 404 with what does not exist. */
export const notFound = (detail: string): ProblemError =>
  new ProblemError(problemOf('not-found', 404, detail));

/** @returns 400 with what is wrong with a parameter of the query. */
export const badQuery = (parameter: string, detail: string): ProblemError =>
  new ProblemError(problemOf('bad-query', 400, `${parameter}: ${detail}`, [{ parameter, detail }]));

/** Codes by which Node says that nobody answers at the other end. */
const NETWORK_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EPIPE',
  'ETIMEDOUT',
]);

/**
 * SQLSTATE classes and codes by which a server says "not now": connection, authorization, shutdown, too many clients,
 * a database, table or function that is not made yet, a statement over its time.
 * https://www.postgresql.org/docs/18/errcodes-appendix.html
 */
const SQLSTATE_NOT_NOW = /^(08...|28...|53...|57P..|57014|3D000|42P01|42703|42883)$/;

/** pg reports lost and late connections as plain errors; these are their words. */
const PG_WORDS =
  /^(Connection terminated|timeout exceeded when trying to connect|Query read timeout|timeout expired|The server does not support SSL)/;

/** Whether an error means that the database is away or not set up yet, which trying again may cure. */
export function isDatabaseUnreachable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof AggregateError) return error.errors.some(isDatabaseUnreachable);
  const { code, syscall } = error as NodeJS.ErrnoException;
  // A Unix socket that is not there: ENOENT, as for a missing file, but of `connect`.
  if (syscall === 'connect') return true;
  if (code !== undefined && (NETWORK_CODES.has(code) || SQLSTATE_NOT_NOW.test(code))) return true;
  return PG_WORDS.test(error.message);
}

/** PostgreSQL knows no text with a zero: character_not_in_repertoire. */
const UNKNOWN_CHARACTER = '22021';

/** The answer to any error. What it says of an unexpected one is nothing: the details are in the log. */
export function problemFrom(error: unknown): { problem: Problem; headers: Record<string, string> } {
  if (error instanceof ProblemError) return { problem: error.problem, headers: error.headers };
  if (isDatabaseUnreachable(error)) {
    const detail = 'The database is not reachable or not set up yet. Trying again in a few seconds may help.';
    return { problem: problemOf('database-unreachable', 503, detail), headers: { 'retry-after': '5' } };
  }
  const { statusCode: status, code } = (error ?? {}) as { statusCode?: unknown; code?: unknown };
  if (code === UNKNOWN_CHARACTER) {
    const detail = 'A text holds a character that no text here can hold, such as U+0000.';
    return { problem: problemOf('bad-request', 400, detail), headers: {} };
  }
  if (status === 413) {
    return { problem: problemOf('too-large', 413, 'The request has more bytes than are read.'), headers: {} };
  }
  if (typeof status === 'number' && status >= 400 && status < 500) {
    const detail = error instanceof Error ? error.message : 'The request cannot be read.';
    return { problem: problemOf('bad-request', status, detail), headers: {} };
  }
  const detail = 'The error was logged. Trying again may help.';
  return { problem: problemOf('internal-error', 500, detail), headers: {} };
}
