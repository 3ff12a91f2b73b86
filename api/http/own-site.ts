import type { FastifyRequest } from 'fastify';
import type { Config } from '../../config.ts';
import { ProblemError, problemOf } from './problem.ts';

type Settings = Pick<Config, 'apiPublicUrl'>;

/** Whether the browser talks to us over TLS, be it through a proxy. */
export const isSecure = (request: FastifyRequest, { apiPublicUrl }: Settings): boolean =>
  apiPublicUrl !== null ? apiPublicUrl.startsWith('https:') : request.protocol === 'https';

/** Where the browser thinks we are. */
export const ownOrigin = (request: FastifyRequest, { apiPublicUrl }: Settings): string =>
  apiPublicUrl !== null ? new URL(apiPublicUrl).origin : `${request.protocol}://${request.host}`;

/**
 * Whether a page of our own sends the request, as the browser says, which no page can change: by `Sec-Fetch-Site`, or by
 * `Origin` where the browser does not send that one (HTTP on another host than loopback). Null: it says neither.
 */
function isOwnSite(request: FastifyRequest, { apiPublicUrl }: Settings): boolean | null {
  const { origin, 'sec-fetch-site': site } = request.headers;
  if (site !== undefined) return site === 'same-origin' || site === 'none';
  if (origin === undefined) return null;
  if (!URL.canParse(origin)) return false;
  const { host, origin: told } = new URL(origin);
  return host === request.host || (apiPublicUrl !== null && told === new URL(apiPublicUrl).origin);
}

/**
 * Refuses what another site has a browser send.
 *
 * @param told whether the browser has to say where it comes from: it sends who its visitor is by itself, as a cookie
 * @throws ProblemError 403
 */
export function requireOwnSite(request: FastifyRequest, settings: Settings, told: boolean): void {
  const own = isOwnSite(request, settings);
  if (own === true || (own === null && !told)) return;
  const detail =
    own === null
      ? 'A change by a session needs Sec-Fetch-Site or Origin, as browsers send them. Programs use a token.'
      : 'Another site may not act here.';
  throw new ProblemError(problemOf('not-own-page', 403, detail));
}
