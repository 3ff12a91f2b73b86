import { createHash, timingSafeEqual } from 'node:crypto';
import { isIPv4 } from 'node:net';
import { type Config, ConfigError } from '../../config.ts';
import { ProblemError, problemOf } from '../http/problem.ts';

/** Whether a host name or address can only be reached from this machine. */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase().replace(/^\[(.*)\]$/, '$1');
  return name === 'localhost' || name === '::1' || (isIPv4(name) && name.startsWith('127.'));
}

/**
 * Refuses settings with which the system would listen to a network and nobody could come in: what is closed for ever is
 * opened in a hurry.
 *
 * @param loginExists whether a user or a token was made; null: the database does not answer
 * @throws ConfigError naming the settings.
 */
export function requireSafeHost(
  config: Pick<Config, 'apiHost' | 'apiToken' | 'openId' | 'apiPublicUrl'>,
  loginExists: boolean | null,
): void {
  const { apiHost, apiToken, openId, apiPublicUrl } = config;
  if (isLoopback(apiHost)) return;
  if (openId !== null && apiPublicUrl === null) {
    throw new ConfigError(
      `apiHost is ${apiHost} and openId is set: set apiPublicUrl (SMART_ETL_API_PUBLIC_URL) to the address that people use, where the provider sends them back to`,
    );
  }
  if (apiToken !== null || openId !== null || loginExists !== false) return;
  throw new ConfigError(
    `apiHost is ${apiHost}, which other machines can reach, and nobody could log in: add a user (smart-etl user add), make a token (smart-etl token create), set apiToken (SMART_ETL_API_TOKEN, at least 16 characters), or keep apiHost on 127.0.0.1`,
  );
}

/** What came with a request: the token of `Bearer`, or the password of `Basic` with any user name. */
export function presentedSecret(authorization: string): string | null {
  const [, scheme, value] = /^(bearer|basic) +(\S+)$/i.exec(authorization) ?? [];
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

/** The name in a Host header, without the port. */
export const hostName = (hostHeader: string | undefined): string => (hostHeader ?? '').replace(/:\d+$/, '');

/**
 * Without a login, loopback is the only guard. A page on the internet could have its own name resolve to 127.0.0.1
 * (DNS rebinding) and read us through the visitor's browser: its name in the Host header gives it away.
 *
 * @throws ProblemError 421.
 */
export function requireLoopbackName(hostHeader: string | undefined): void {
  if (isLoopback(hostName(hostHeader))) return;
  throw new ProblemError(
    problemOf('wrong-host', 421, 'Without a login this server answers only to localhost and 127.0.0.1.'),
  );
}
