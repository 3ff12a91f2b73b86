import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import * as openId from 'openid-client';
import { type Config, ConfigError, type OpenIdConfig } from '../../config.ts';
import { refuseLogin } from '../../db/access/door.ts';
import { createOutgoing, type Outgoing } from '../../services/outgoing.ts';
import { cookieName, cookieOf, setCookie } from '../http/cookies.ts';
import { isSecure, ownOrigin } from '../http/own-site.ts';
import { ProblemError, problemOf } from '../http/problem.ts';
import { isLoopback } from './access.ts';
import type { LoginContext, SessionStarter } from './login.ts';
import { ownAddress } from './login-page.ts';
import type { Role } from './roles.ts';

const BACK_PATH = '/login/openid/back';
const ATTEMPT_COOKIE = 'openid';
/** Somebody looks for their phone in between. */
const ATTEMPT_S = 600;
/** The provider may take a role away; we hear of it at the next log-in. */
const OPENID_SESSION_MS = 12 * 3_600_000;
const PROVIDER_TIMEOUT_S = 10;

/** What has to come back as it was sent; the browser keeps it meanwhile. */
interface Attempt {
  state: string;
  nonce: string;
  verifier: string;
  next: string;
}

/**
 * Adds the log-in by an OpenID provider: authorization code with PKCE, state and nonce
 * (https://openid.net/specs/openid-connect-core-1_0.html, RFC 7636). Where none is configured the addresses answer 404.
 *
 * @throws ConfigError when the file of the client secret cannot be read
 */
export function addOpenId(app: FastifyInstance, context: LoginContext, starter: SessionStarter): void {
  const { config, log, receivePool } = context;
  const settings = config.openId;
  const outgoing = settings === null ? undefined : providerOutgoing(settings, config);
  const secret = settings === null ? undefined : clientSecret(settings, config.home);
  let discovered: Promise<openId.Configuration> | undefined;

  app.get('/login/openid', async (request, reply) => {
    const asked = required(settings);
    const next = ownAddress((request.query as { next?: unknown }).next);
    const attempt: Attempt = {
      state: openId.randomState(),
      nonce: openId.randomNonce(),
      verifier: openId.randomPKCECodeVerifier(),
      next,
    };
    try {
      const address = openId.buildAuthorizationUrl(await provider(asked), {
        redirect_uri: backAddress(request),
        scope: ['openid', ...(asked.scopes ?? ['profile', 'email'])].join(' '),
        state: attempt.state,
        nonce: attempt.nonce,
        code_challenge: await openId.calculatePKCECodeChallenge(attempt.verifier),
        code_challenge_method: 'S256',
      });
      const value = Buffer.from(JSON.stringify(attempt)).toString('base64url');
      return reply
        .headers({
          'set-cookie': setCookie(attemptCookie(request), value, ATTEMPT_S),
          'cache-control': 'no-store',
        })
        .redirect(address.href, 303);
    } catch (error) {
      log.warn({ reason: reasonOf(error) }, 'the OpenID provider cannot be asked');
      return starter.page(request, reply, 503, 'open-id-failed', next);
    }
  });

  app.get(BACK_PATH, async (request, reply) => {
    const asked = required(settings);
    const attempt = attemptOf(cookieOf(request, attemptCookie(request)));
    reply.header('set-cookie', setCookie(attemptCookie(request), '', 0));
    const refuse = async (why: string, notice: 'open-id-failed' | 'no-role', status: number) => {
      log.warn({ reason: why }, 'a log-in by OpenID was refused');
      await refuseLogin(receivePool, { name: '', address: request.ip, why: 'OpenID' });
      return starter.page(request, reply, status, notice, attempt?.next ?? '/');
    };
    if (attempt === null) return refuse('no attempt of this browser', 'open-id-failed', 400);
    let claims: Record<string, unknown>;
    try {
      claims = await claimsOf(asked, request, attempt);
    } catch (error) {
      return refuse(reasonOf(error), 'open-id-failed', 401);
    }
    const who = nameOf(asked, claims);
    const role = roleOf(asked, claims);
    if (who === null) return refuse(`no claim ${asked.nameClaim ?? NAME_CLAIM}`, 'open-id-failed', 403);
    if (role === null) return refuse('no group with a role', 'no-role', 403);
    return starter.start(request, reply, { who, role, lastsMs: OPENID_SESSION_MS }, attempt.next);
  });

  function provider(asked: OpenIdConfig): Promise<openId.Configuration> {
    discovered ??= openId
      .discovery(
        new URL(asked.issuer),
        asked.clientId,
        secret,
        secret === undefined ? openId.None() : undefined,
        {
          timeout: PROVIDER_TIMEOUT_S,
          // Its document names further addresses: those too are only what the settings allow.
          [openId.customFetch]: (url, init) => outgoing!(url, init as RequestInit),
          // The settings allow it on loopback alone.
          execute: asked.issuer.startsWith('http:') ? [openId.allowInsecureRequests] : [],
        },
      )
      .catch((error: unknown) => {
        // The next one tries again.
        discovered = undefined;
        throw error;
      });
    return discovered;
  }

  async function claimsOf(
    asked: OpenIdConfig,
    request: FastifyRequest,
    { state, nonce, verifier }: Attempt,
  ): Promise<Record<string, unknown>> {
    const known = await provider(asked);
    const answer = new URL(request.url, backAddress(request));
    const tokens = await openId.authorizationCodeGrant(known, answer, {
      expectedState: state,
      expectedNonce: nonce,
      pkceCodeVerifier: verifier,
      idTokenExpected: true,
    });
    const claims = tokens.claims()!;
    // Providers differ in what they write into the token itself.
    const rest =
      known.serverMetadata().userinfo_endpoint === undefined
        ? {}
        : await openId.fetchUserInfo(known, tokens.access_token, claims.sub);
    return { ...rest, ...claims };
  }

  function backAddress(request: FastifyRequest): string {
    const origin = ownOrigin(request, config);
    // Whoever sends a request says what host it is for; only here nobody but ourselves can be meant.
    if (config.apiPublicUrl === null && !isLoopback(new URL(origin).hostname)) {
      throw new ProblemError(problemOf('wrong-host', 421, 'apiPublicUrl is not set: log in on loopback.'));
    }
    return origin + BACK_PATH;
  }

  const attemptCookie = (request: FastifyRequest): string =>
    cookieName(ATTEMPT_COOKIE, isSecure(request, config));
}

/** How the provider is asked: one whose address is on loopback was allowed there by that address. */
function providerOutgoing({ issuer }: OpenIdConfig, { outgoing }: Pick<Config, 'outgoing'>): Outgoing {
  if (!isLoopback(new URL(issuer).hostname)) return createOutgoing(outgoing);
  return createOutgoing({ ...outgoing, local: [...outgoing.local, '127.0.0.0/8', '::1'] });
}

const NAME_CLAIM = 'preferred_username';
const ROLE_CLAIM = 'groups';

/** The name of a person; null when the provider tells none that can be one. */
export function nameOf(
  { nameClaim = NAME_CLAIM }: OpenIdConfig,
  claims: Record<string, unknown>,
): string | null {
  const name = claims[nameClaim];
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused.
  return typeof name === 'string' && /^[^\u0000-\u001f\u007f]{1,200}$/.test(name) ? name : null;
}

/** The role of the first line of the settings that names one of their groups; null: none does. */
export function roleOf(
  { roleClaim = ROLE_CLAIM, roles }: OpenIdConfig,
  claims: Record<string, unknown>,
): Role | null {
  const groups = [claims[roleClaim]].flat();
  return roles.find(({ group }) => groups.includes(group))?.role ?? null;
}

function attemptOf(cookie: string | null): Attempt | null {
  try {
    const attempt = JSON.parse(Buffer.from(cookie ?? '', 'base64url').toString('utf8')) as Attempt;
    const isWhole = [attempt.state, attempt.nonce, attempt.verifier].every(
      (text) => typeof text === 'string' && text.length > 20,
    );
    return isWhole ? { ...attempt, next: ownAddress(attempt.next) } : null;
  } catch {
    return null;
  }
}

function required(settings: Config['openId']): OpenIdConfig {
  if (settings !== null) return settings;
  throw new ProblemError(problemOf('not-found', 404, 'No OpenID provider is configured.'));
}

function clientSecret({ clientSecret: secret }: OpenIdConfig, home: string): string | undefined {
  if (secret === undefined || typeof secret === 'string') return secret;
  const file = path.resolve(home, secret.file);
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new ConfigError(`openId.clientSecret: cannot read ${file}: ${(error as Error).message}`);
  }
}

/** What went wrong, without the code or the tokens that an error may carry. */
const reasonOf = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${(error as { code?: string }).code ?? error.message}` : 'unknown';
