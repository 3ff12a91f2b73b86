import { AddressRefused, connectionReason, type Outgoing } from './outgoing.ts';
import { withoutSecrets } from './receiver-answer.ts';

export interface OauthClient {
  tokenUrl: string;
  clientId: string;
  clientSecret: string;
  scope: string;
}

export interface AccessToken {
  token: string;
  /** Epoch milliseconds. */
  expiresAtMs: number;
}

const TIMEOUT_MS = 10_000;
const ANSWER_CHARACTERS = 100_000;
/** A token that ends while it is used is refused. */
const RENEW_BEFORE_MS = 60_000;
const LIFETIME_BY_DEFAULT_S = 3_600;

/** No token was to be had: a wrong secret of ours, or the server is down. The message itself is fine and waits. */
export class NoAccessToken extends Error {
  override name = 'NoAccessToken';
}

/** Access tokens for a program by its own secret (client credentials, RFC 6749 section 4.4), kept until they end. AddressRefused when
 * the settings forbid the address. */
export function createTokenSource(outgoing: Outgoing, client: OauthClient, now: () => number = Date.now) {
  let kept: AccessToken | null = null;
  return async (renew: boolean): Promise<AccessToken> => {
    if (!renew && kept !== null && kept.expiresAtMs - RENEW_BEFORE_MS > now()) return kept;
    kept = await fetchToken(outgoing, client, now);
    return kept;
  };
}

async function fetchToken(outgoing: Outgoing, client: OauthClient, now: () => number): Promise<AccessToken> {
  const { host } = new URL(client.tokenUrl);
  const failed = (reason: string): NoAccessToken =>
    new NoAccessToken(withoutSecrets(`no access token from ${host}: ${reason}`, [client.clientSecret]));
  let response: Response;
  let text: string;
  try {
    response = await outgoing(client.tokenUrl, {
      method: 'POST',
      signal: AbortSignal.timeout(TIMEOUT_MS),
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: client.clientId,
        client_secret: client.clientSecret,
        scope: client.scope,
      }),
    });
    text = (await response.text()).slice(0, ANSWER_CHARACTERS);
  } catch (error) {
    if (error instanceof AddressRefused) throw error;
    throw failed(connectionReason(error));
  }
  const answer = jsonOf(text);
  if (!response.ok || typeof answer.access_token !== 'string') {
    throw failed(`HTTP ${response.status} ${String(answer.error ?? '')}`.trim());
  }
  const lifetimeS = Number(answer.expires_in) || LIFETIME_BY_DEFAULT_S;
  return { token: answer.access_token, expiresAtMs: now() + lifetimeS * 1_000 };
}

function jsonOf(text: string): Record<string, unknown> {
  try {
    return (JSON.parse(text) ?? {}) as Record<string, unknown>;
  } catch {
    return {};
  }
}
