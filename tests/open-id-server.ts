import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface OpenIdServer {
  issuer: string;
  close(): Promise<void>;
}

/** What is used of `oidc-provider`, which has no types of its own. */
interface Provider {
  callback(): (request: unknown, response: unknown) => void;
  interactionDetails(request: unknown, response: unknown): Promise<{ prompt: { name: string } }>;
  interactionFinished(request: unknown, response: unknown, result: object): Promise<void>;
  Grant: new (options: object) => { addOIDCScope(scope: string): void; save(): Promise<string> };
}
const PACKAGE: string = 'oidc-provider';

/**
 * An OpenID provider on loopback (a certified one) with one client, `etl`, whose secret is `secret`. Who logs in is
 * not asked for a password: `account` tells whose claims are given, at the moment when the browser comes.
 */
export async function startOpenIdServer(
  redirectUris: string[],
  account: () => { sub: string; [claim: string]: unknown },
): Promise<OpenIdServer> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { default: Provider } = (await import(PACKAGE)) as {
    default: new (issuer: string, options: object) => Provider;
  };
  const provider = new Provider(issuer, {
    clients: [{ client_id: 'etl', client_secret: 'secret', redirect_uris: redirectUris }],
    claims: { openid: ['sub'], profile: ['preferred_username', 'groups'], email: ['email'] },
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false } },
    interactions: { url: () => '/interaction' },
    cookies: { keys: ['of this test'] },
    ttl: { AccessToken: 60, AuthorizationCode: 60, Grant: 60, IdToken: 60, Interaction: 60, Session: 60 },
    findAccount: async (_: unknown, sub: string) => ({
      accountId: sub,
      claims: async () => ({ ...account(), sub }),
    }),
  });
  const answer = provider.callback();
  server.on('request', async (request, response) => {
    if (request.url !== '/interaction') return answer(request, response);
    const { sub } = account();
    const { prompt } = await provider.interactionDetails(request, response);
    const grant = new provider.Grant({ accountId: sub, clientId: 'etl' });
    grant.addOIDCScope('openid profile email');
    const result =
      prompt.name === 'login' ? { login: { accountId: sub } } : { consent: { grantId: await grant.save() } };
    await provider.interactionFinished(request, response, result);
  });
  return { issuer, close: () => closed(server) };
}

function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}
