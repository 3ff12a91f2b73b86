import type { FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { Config } from '../../config.ts';
import {
  type FoundIdentity,
  identityOfSession,
  identityOfToken,
  loginExists,
  noteUse,
} from '../../db/access/door.ts';
import type { Pool } from '../../db/pool.ts';
import { isTokenText, secretHash } from '../../services/token-text.ts';
import { cookieName, cookieOf } from '../http/cookies.ts';
import { isSecure } from '../http/own-site.ts';
import { ProblemError, problemOf } from '../http/problem.ts';
import { hostName, isLoopback, isSameSecret, presentedSecret, requireLoopbackName } from './access.ts';
import type { Role } from './roles.ts';

/** Who sends a request. */
export interface Identity {
  /** What the audit log calls them. */
  who: string;
  role: Role;
  /** `local`: somebody on this machine, where nobody has to log in. */
  kind: 'local' | 'api-token' | 'token' | 'session' | 'ping-key';
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Null on open routes. */
    identity: Identity | null;
  }
}

export const SESSION_COOKIE = 'session';
/** A working day at the desk does not log in twice; a browser left alone overnight does. */
const SESSION_IDLE_MS = 12 * 3_600_000;

export interface DoorContext {
  pool: Pool;
  /** May note and change what the door's functions let it. */
  receivePool: Pool;
  config: Config;
  log: Logger;
}

export interface Door {
  /** Null: nobody, and somebody is needed. @throws ProblemError for one who says what is not so; database errors */
  identify(request: FastifyRequest, pingKey: string | null): Promise<Identity | null>;
  /** Whether who sent a request would be let in now. Asking is no use of a session: it ends when nobody uses it. */
  wouldLetIn(request: FastifyRequest): Promise<boolean>;
  /** Refuses a foreign Host name where loopback is the only guard. @throws ProblemError 421 */
  requireOwnHost(request: FastifyRequest): Promise<void>;
  /** Whether nobody has to say who asks, as far as is known. */
  isOpen(): Promise<boolean>;
  /** Whether people log in on a page here, as far as is known. */
  hasLoginPage(): boolean;
}

/** Finds out who sends a request: by a token, a session, or because nobody has to say it. */
export function createDoor({ pool, receivePool, config, log }: DoorContext): Door {
  const { apiToken, apiLogin, apiHost, openId } = config;
  const isClosed = apiLogin === 'required' || apiToken !== null || openId !== null || !isLoopback(apiHost);
  /** Once there is a login there always is one. */
  let known: boolean | null = null;

  async function isLoginKnown(): Promise<boolean> {
    if (known === true) return true;
    try {
      known = await loginExists(pool);
    } catch (error) {
      // Nobody comes in because the database went away, and nobody is thrown out.
      if (known === null) throw error;
    }
    return known;
  }

  async function requireOwnHost({ headers: { host } }: FastifyRequest): Promise<void> {
    if (isClosed || isLoopback(hostName(host))) return;
    // What is open to everybody is also served while the database is away.
    if (!(await isLoginKnown().catch(() => true))) requireLoopbackName(host);
  }

  function note(kind: 'token' | 'session', { id, stale }: FoundIdentity, isUse: boolean): void {
    if (!stale || !isUse) return;
    noteUse(receivePool, kind, id).catch((error: Error) =>
      log.warn({ reason: error.message }, `the use of a ${kind} was not noted`),
    );
  }

  async function byToken(secret: string, pingKey: string | null, isUse: boolean): Promise<Identity> {
    if (apiToken !== null && isSameSecret(secret, apiToken))
      return { who: 'api-token', role: 'admin', kind: 'api-token' };
    if (pingKey !== null && isSameSecret(secret, pingKey))
      return { who: 'ping-key', role: 'operator', kind: 'ping-key' };
    if (!isTokenText(secret)) throw notKnown('This token is not known.');
    const found = await asked(() => identityOfToken(pool, secretHash(secret)));
    if (found === null) throw notKnown('This token is not known.');
    if (found.state !== 'valid') throw notKnown(`This token is ${found.state}.`);
    note('token', found, isUse);
    return { who: `token:${found.name}`, role: found.role, kind: 'token' };
  }

  async function bySession(cookie: string, isUse: boolean): Promise<Identity | null> {
    const found = await asked(() => identityOfSession(pool, secretHash(cookie), SESSION_IDLE_MS));
    if (found?.state !== 'valid') return null;
    note('session', found, isUse);
    return { who: found.name, role: found.role, kind: 'session' };
  }

  async function identify(
    request: FastifyRequest,
    pingKey: string | null,
    isUse: boolean,
  ): Promise<Identity | null> {
    const { authorization } = request.headers;
    if (!isClosed && !(await isLoginKnown())) {
      requireLoopbackName(request.headers.host);
      return { who: 'local', role: 'admin', kind: 'local' };
    }
    if (authorization !== undefined) {
      const secret = presentedSecret(authorization);
      if (secret === null) throw notKnown('Authorization is not "Bearer <token>".');
      return byToken(secret, pingKey, isUse);
    }
    const cookie = cookieOf(request, cookieName(SESSION_COOKIE, isSecure(request, config)));
    const identity = cookie === null ? null : await bySession(cookie, isUse);
    // Whether to show a page to log in, or to have the browser ask for the token.
    if (identity === null && apiToken !== null) await isLoginKnown().catch(() => null);
    return identity;
  }

  return {
    hasLoginPage: () => openId !== null || known === true || apiToken === null,
    requireOwnHost,
    // What is not known is closed.
    isOpen: async () => !isClosed && !(await isLoginKnown().catch(() => true)),
    identify: (request, pingKey) => identify(request, pingKey, true),
    async wouldLetIn(request) {
      try {
        return (await identify(request, null, false)) !== null;
      } catch (error) {
        // While the database is away nobody can tell, and nobody is thrown out.
        return !(error instanceof ProblemError && error.problem.status === 401);
      }
    },
  };
}

/** What is wrong with what was brought; what was brought is not in the answer. */
const notKnown = (detail: string): ProblemError => new ProblemError(problemOf('not-authorized', 401, detail));

/** Runs a question to the door, and says so when the role of the database may not ask it. */
async function asked<Answer>(question: () => Promise<Answer>): Promise<Answer> {
  try {
    return await question();
  } catch (error) {
    if ((error as { code?: unknown }).code !== '42501') throw error;
    const detail =
      'The role by which the API reads the database may not ask who comes in: use smart_etl_api (docs/access.md).';
    throw new ProblemError(problemOf('no-door', 503, detail), { 'retry-after': '60' });
  }
}
