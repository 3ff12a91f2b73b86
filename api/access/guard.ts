import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Config } from '../../config.ts';
import { isFromTemporalUi } from '../codec/temporal-ui-origin.ts';
import { addressKey, createRateLimit } from '../http/limits.ts';
import type { MethodsOf } from '../http/methods.ts';
import { requireOwnSite } from '../http/own-site.ts';
import { isDatabaseUnreachable, ProblemError, problemOf } from '../http/problem.ts';
import { LINEAGE_PATH } from '../push/receive.ts';
import type { Door, Identity } from './identity.ts';
import { INTAKE_ROUTES, mayDo, type Need, ROUTE_ROLES } from './roles.ts';

export interface GuardContext {
  door: Door;
  config: Config;
  methodsOf: MethodsOf;
  /** Addresses of the files of the page. */
  pageFiles: readonly string[];
  /** Milliseconds that only go forward. */
  nowMs: () => number;
}

/** People change by hand, scripts by the dozen. */
const CHANGES = { burst: 120, perMinute: 120, most: 10_000 };
/** Many may sit behind one address. */
const CHANGES_OF_ADDRESS = { burst: 600, perMinute: 600, most: 10_000 };
/** A thousand jobs that tell of start and end, and files by the thousand. */
const INTAKE = { burst: 60_000, perMinute: 60_000, most: 10_000 };

/**
 * Asks every request who sends it and whether they may, by the table of roles. Belongs before all routes.
 *
 * @returns every route that is added from now on, as `GET /v1/runs`; HEAD is not listed
 */
export function addGuard(
  app: FastifyInstance,
  { door, config, methodsOf, pageFiles, nowMs }: GuardContext,
): string[] {
  const needs: Record<string, Need> = {
    ...ROUTE_ROLES,
    ...Object.fromEntries(pageFiles.map((address) => [`GET ${address}`, 'page' as const])),
  };
  const limits = {
    changes: createRateLimit(CHANGES),
    changesOfAddress: createRateLimit(CHANGES_OF_ADDRESS),
    intake: createRateLimit(INTAKE),
  };
  const routes: string[] = [];
  app.decorateRequest('identity', null);
  app.addHook('onRoute', ({ method, url }) => {
    for (const one of [method].flat()) if (one !== 'HEAD') routes.push(`${one} ${url}`);
  });
  app.addHook('onRequest', async (request, reply) => {
    const key = routeKey(request);
    const need = key === null ? needOfUnknown(request) : needs[key];
    if (need === 'open') return door.requireOwnHost(request);
    if (need === undefined) {
      request.log.error({ route: key }, 'this route has no line in the table of roles');
      throw notAllowed('Nobody has said who may do this.');
    }
    const identity = await identified(request, need);
    if (identity === 'nobody-can-tell') return;
    if (identity === null) return refuse(request, reply);
    request.identity = identity;
    requireRole(identity, need === 'page' ? 'viewer' : need);
    if (request.method === 'GET' || request.method === 'HEAD') return;
    if (!isFromTemporalUi(request, config)) requireOwnSite(request, config, identity.kind === 'session');
    requirePatience(request, key, identity);
  });
  return routes;

  /** That there is nothing at an address is told to those who may look; which methods an open one takes, to all. */
  function needOfUnknown(request: FastifyRequest): Need {
    const known = methodsOf(request.url.split('?', 1)[0]!);
    const isOpen = known?.methods.some((method) => needs[`${method} ${known.url}`] === 'open');
    return isOpen ? 'open' : 'viewer';
  }

  async function identified(
    request: FastifyRequest,
    need: Need,
  ): Promise<Identity | null | 'nobody-can-tell'> {
    try {
      // Who may ping may tell of runs in OpenLineage's words too, and read nothing.
      const takesPingKey = request.routeOptions.url === LINEAGE_PATH;
      return await door.identify(request, takesPingKey ? config.pingKey : null);
    } catch (error) {
      if (error instanceof ProblemError && error.problem.status === 401) throw withChallenge(error);
      if (need === 'page' && isDatabaseUnreachable(error)) return 'nobody-can-tell';
      throw error;
    }
  }

  function refuse(request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const wantsPage = request.method === 'GET' && /\btext\/html\b/.test(request.headers.accept ?? '');
    if (wantsPage && door.hasLoginPage()) {
      return reply
        .header('cache-control', 'no-store')
        .redirect(`/login?next=${encodeURIComponent(request.url)}`, 303);
    }
    const detail = 'Log in at /login, or send "Authorization: Bearer <token>".';
    throw withChallenge(new ProblemError(problemOf('not-authorized', 401, detail)));
  }

  /** Where there is no page to log in, `Basic` makes a browser ask for the token: any name, the token as password. */
  function withChallenge({ problem }: ProblemError): ProblemError {
    const scheme = door.hasLoginPage() ? 'Bearer' : 'Basic';
    const charset = scheme === 'Basic' ? ', charset="UTF-8"' : '';
    return new ProblemError(problem, { 'www-authenticate': `${scheme} realm="Smart ETL"${charset}` });
  }

  /** @throws ProblemError 429 */
  function requirePatience(request: FastifyRequest, key: string | null, identity: Identity): void {
    if (key === null) return;
    const who = `${identity.kind} ${identity.who}`;
    const at = nowMs();
    const waitMs = INTAKE_ROUTES.has(key)
      ? limits.intake.take(who, at)
      : Math.max(limits.changes.take(who, at), limits.changesOfAddress.take(addressKey(request.ip), at));
    if (waitMs > 0) throw tooMany(waitMs);
  }
}

function routeKey(request: FastifyRequest): string | null {
  const { url } = request.routeOptions;
  if (url === undefined) return null;
  return `${request.method === 'HEAD' ? 'GET' : request.method} ${url}`;
}

/** @throws ProblemError 403 */
function requireRole(identity: Identity, need: Exclude<Need, 'open' | 'page'>): void {
  if (mayDo(identity.role, need)) return;
  const needed = need === 'acting' ? 'operator or ml-engineer' : need;
  throw notAllowed(`${identity.who} is ${identity.role}; this needs ${needed}.`);
}

const notAllowed = (detail: string): ProblemError => new ProblemError(problemOf('not-allowed', 403, detail));

/** The answer to who asks too often. */
export function tooMany(waitMs: number): ProblemError {
  const seconds = Math.max(1, Math.ceil(waitMs / 1_000));
  return new ProblemError(problemOf('too-many-requests', 429, `Try again in ${seconds} s.`), {
    'retry-after': String(seconds),
  });
}
