import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { beginSession, endSession, passwordOf, refuseLogin } from '../../db/access/door.ts';
import { isPassword } from '../../services/password-hash.ts';
import { randomSecret, secretHash } from '../../services/token-text.ts';
import { ACT_PAGE_POLICY } from '../acts/act-page.ts';
import { cookieName, cookieOf, setCookie } from '../http/cookies.ts';
import { formOf, takeForms } from '../http/form-body.ts';
import { addressKey, createBackoff } from '../http/limits.ts';
import { isSecure, requireOwnSite } from '../http/own-site.ts';
import { isDatabaseUnreachable, ProblemError } from '../http/problem.ts';
import { languageOf } from '../page/page-language.ts';
import { type DoorContext, type Identity, SESSION_COOKIE } from './identity.ts';
import { type LoginNotice, loginPage, ownAddress } from './login-page.ts';

/** However much it is used, a week. */
const SESSION_MS = 7 * 86_400_000;
/** Of one name: whoever mistypes is not hindered, whoever guesses gets some 300 tries a day. */
const OF_NAME = { free: 5, firstMs: 2_000, longestMs: 300_000, forgetMs: 3_600_000, most: 10_000 };
/** Of one address, behind which there may be a whole office. */
const OF_ADDRESS = { free: 30, firstMs: 2_000, longestMs: 900_000, forgetMs: 3_600_000, most: 10_000 };
/** A check takes a third of a second and 64 MB: one at a time, and nobody waits for long. */
const MOST_WAITING = 10;

export interface LoginContext extends DoorContext {
  nowMs: () => number;
}

export interface SessionStarter {
  /** Sends the browser on with a session of its own in place of the one it had. */
  start(request: FastifyRequest, reply: FastifyReply, of: SessionOf, next: string): Promise<FastifyReply>;
  /** The page to log in. */
  page(
    request: FastifyRequest,
    reply: FastifyReply,
    status: number,
    notice: LoginNotice | null,
    next: string,
  ): FastifyReply;
}
export type SessionOf = { userId: number } | { who: string; role: Identity['role']; lastsMs: number };

/** Adds the page on which people log in with a password, and the way out. */
export function addLogin(app: FastifyInstance, context: LoginContext): SessionStarter {
  const { receivePool, config, log, nowMs } = context;
  const ofName = createBackoff(OF_NAME);
  const ofAddress = createBackoff(OF_ADDRESS);
  const checkPassword = oneAtATime(isPassword, MOST_WAITING);

  const starter: SessionStarter = {
    async start(request, reply, of, next) {
      const secure = isSecure(request, config);
      const name = cookieName(SESSION_COOKIE, secure);
      const had = cookieOf(request, name);
      const cookie = randomSecret();
      const lastsMs = 'lastsMs' in of ? of.lastsMs : SESSION_MS;
      await beginSession(receivePool, {
        cookieSha256: secretHash(cookie),
        of,
        lastsMs,
        address: request.ip,
        replacedSha256: had === null ? null : secretHash(had),
      });
      return reply
        .headers({ 'set-cookie': setCookie(name, cookie, lastsMs / 1_000), 'cache-control': 'no-store' })
        .redirect(next, 303);
    },
    page(request, reply, status, notice, next) {
      const language = languageOf(request.headers['accept-language'], config.language);
      return reply
        .code(status)
        .headers({
          'content-type': 'text/html; charset=utf-8',
          'content-security-policy': ACT_PAGE_POLICY,
          'cache-control': 'no-store',
        })
        .send(loginPage(language, { next, notice, hasOpenId: config.openId !== null }));
    },
  };

  app.register(async (scope) => {
    takeForms(scope);
    scope.get('/login', async (request, reply) =>
      starter.page(request, reply, 200, null, ownAddress((request.query as { next?: unknown }).next)),
    );
    scope.post('/login', async (request, reply) => {
      const form = formOf(request);
      const next = ownAddress(form.get('next'));
      try {
        // Another site could log its visitor in as somebody else, and see what they then do.
        requireOwnSite(request, config, true);
        // No name has a zero character, and no text of the database.
        const name = (form.get('name') ?? '').replaceAll('\0', '');
        const found = await passwordLogin(request, name.trim(), form.get('password') ?? '');
        if ('notice' in found) {
          if (found.waitMs > 0) reply.header('retry-after', String(Math.ceil(found.waitMs / 1_000)));
          return starter.page(request, reply, found.waitMs > 0 ? 429 : 401, found.notice, next);
        }
        return await starter.start(request, reply, found, next);
      } catch (error) {
        const notice = noticeOf(error);
        if (notice === null) throw error;
        return starter.page(request, reply, notice === 'other-site' ? 403 : 503, notice, next);
      }
    });
    scope.post('/logout', async (request, reply) => {
      requireOwnSite(request, config, true);
      const name = cookieName(SESSION_COOKIE, isSecure(request, config));
      const cookie = cookieOf(request, name);
      if (cookie !== null) await endSession(receivePool, secretHash(cookie), request.ip);
      return reply
        .headers({ 'set-cookie': setCookie(name, '', 0), 'cache-control': 'no-store' })
        .redirect('/login', 303);
    });
  });
  return starter;

  async function passwordLogin(
    request: FastifyRequest,
    name: string,
    password: string,
  ): Promise<{ userId: number } | { notice: LoginNotice; waitMs: number }> {
    const address = addressKey(request.ip);
    const nameKey = name.slice(0, 200).toLowerCase();
    const at = nowMs();
    const waitMs = ofAddress.attempt(address, at) || ofName.attempt(nameKey, at);
    if (waitMs > 0) {
      log.info({ address, waitMs }, 'a log-in has to wait');
      return { notice: 'later', waitMs };
    }
    const user = await passwordOf(receivePool, name.slice(0, 200));
    const isRight = await checkPassword(password, user?.password ?? null);
    if (!isRight || user === null) {
      await refuseLogin(receivePool, {
        name: name.slice(0, 200),
        address: request.ip,
        why: 'wrong password',
      });
      return { notice: 'wrong', waitMs: 0 };
    }
    ofAddress.undo(address);
    ofName.forget(nameKey);
    return { userId: user.id };
  }
}

function noticeOf(error: unknown): LoginNotice | null {
  if (error instanceof ProblemError && error.problem.status === 403) return 'other-site';
  if (isDatabaseUnreachable(error) || error instanceof Busy) return 'away';
  // The role of the database may not ask: nobody logs in until a person has looked.
  return (error as { code?: unknown }).code === '42501' ? 'away' : null;
}

/** So many log in at once that one more would wait for long. */
class Busy extends Error {
  override name = 'Busy';
}

function oneAtATime<Args extends unknown[], Result>(
  work: (...args: Args) => Promise<Result>,
  mostWaiting: number,
): (...args: Args) => Promise<Result> {
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  return async (...args) => {
    if (waiting >= mostWaiting) throw new Busy(`${waiting} log-ins wait already`);
    waiting++;
    const mine = last.then(() => work(...args)).finally(() => waiting--);
    last = mine.catch(() => {});
    return mine;
  };
}
