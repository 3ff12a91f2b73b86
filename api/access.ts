import { createHash, timingSafeEqual } from 'node:crypto';
import { isIPv4 } from 'node:net';
import { ConfigError } from '../config.ts';
import { ProblemError, problemOf } from './problem.ts';

/** Whether a host name or address can only be reached from this machine. */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase().replace(/^\[(.*)\]$/, '$1');
  return name === 'localhost' || name === '::1' || (isIPv4(name) && name.startsWith('127.'));
}

/**
 * Refuses settings that would show the system to a network without asking who is there.
 *
 * @throws ConfigError naming the settings.
 */
export function requireSafeHost(apiHost: string, apiToken: string | null): void {
  if (isLoopback(apiHost) || apiToken !== null) return;
  throw new ConfigError(
    `apiHost is ${apiHost}, which other machines can reach: set apiToken (SMART_ETL_API_TOKEN, at least 16 characters) or keep apiHost on 127.0.0.1`,
  );
}

/** What came with a request: the token of `Bearer`, or the password of `Basic` with any user name. */
function presentedToken(authorization: string | undefined): string | null {
  const [, scheme, value] = /^(bearer|basic) +(\S+)$/i.exec(authorization ?? '') ?? [];
  if (!scheme || !value) return null;
  if (scheme.toLowerCase() === 'bearer') return value;
  const pair = Buffer.from(value, 'base64').toString('utf8');
  const colon = pair.indexOf(':');
  return colon < 0 ? null : pair.slice(colon + 1);
}

const hashOf = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Whether two secrets are the same. Hashes are compared, so that neither time nor a difference in length tells. */
export const isSameSecret = (presented: string, secret: string): boolean =>
  timingSafeEqual(hashOf(presented), hashOf(secret));

/**
 * Lets a request through when it brings one of the tokens.
 *
 * @throws ProblemError 401; `Basic` makes a browser ask for the token.
 */
export function requireToken(authorization: string | undefined, ...tokens: readonly string[]): void {
  const presented = presentedToken(authorization);
  if (presented !== null && tokens.some((token) => isSameSecret(presented, token))) return;
  const detail =
    'Send "Authorization: Bearer <token>", or log in with any user name and the token as password.';
  throw new ProblemError(problemOf('not-authorized', 401, detail), {
    'www-authenticate': 'Basic realm="Smart ETL", charset="UTF-8"',
  });
}

/**
 * Without a token, loopback is the only guard. A page on the internet could have its own name resolve to 127.0.0.1
 * (DNS rebinding) and read us through the visitor's browser: its name in the Host header gives it away.
 *
 * @throws ProblemError 421.
 */
export function requireLoopbackName(hostHeader: string | undefined): void {
  const name = (hostHeader ?? '').replace(/:\d+$/, '');
  if (isLoopback(name)) return;
  throw new ProblemError(
    problemOf('wrong-host', 421, 'Without a token this server answers only to localhost and 127.0.0.1.'),
  );
}
