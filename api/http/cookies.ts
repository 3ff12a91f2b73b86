import type { FastifyRequest } from 'fastify';

/** The value of a cookie; null when it did not come, or came twice, which only an attacker has happen. */
export function cookieOf(request: FastifyRequest, name: string): string | null {
  const values = (request.headers.cookie ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1));
  return values.length === 1 && values[0] !== '' ? values[0]! : null;
}

/**
 * A cookie that no script reads and no other site has sent along with a change. Over TLS its name says that nobody
 * but this host may set it (https://www.rfc-editor.org/rfc/rfc6265bis: `__Host-`).
 */
export const setCookie = (name: string, value: string, maxAgeS: number): string =>
  `${name}=${value}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${maxAgeS}${name.startsWith('__Host-') ? '; Secure' : ''}`;

/** The name of a cookie of ours, for this way of being reached. */
export const cookieName = (name: string, isSecure: boolean): string =>
  isSecure ? `__Host-setl_${name}` : `setl_${name}`;
