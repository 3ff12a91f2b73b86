import { createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { freePort } from '../stack/ports.ts';
import { type HttpReceiver, startHttpReceiver, toLoopback } from '../tests/receivers.ts';
import { postJson } from './http-post.ts';
import { createTokenSource } from './oauth-token.ts';
import { MessageRefused, ReceiverBusy } from './receiver-answer.ts';
import { sendToTeams } from './teams.ts';
import { sendToWebhook, signWebhook } from './webhook.ts';

const open: HttpReceiver[] = [];
async function receiver(...args: Parameters<typeof startHttpReceiver>): Promise<HttpReceiver> {
  const started = await startHttpReceiver(...args);
  open.push(started);
  return started;
}
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

const SECRET_PATH = '/services/T0001/B0002/verysecret';
const post = (url: string, timeoutMs = 2_000) =>
  postJson(toLoopback, { url: `${url}${SECRET_PATH}`, body: '{}', timeoutMs }).then(
    (answer) => answer,
    (error: Error) => error,
  );
const answering = (status: number, headers: Record<string, string> = {}, body = 'because') =>
  receiver((response) => response.writeHead(status, headers).end(body));

describe('postJson', () => {
  it('posts JSON and tells what was answered', async () => {
    const { url, received } = await receiver();
    expect(await post(url)).toBe('HTTP 200: ok');
    expect(received).toMatchObject([
      { path: SECRET_PATH, body: '{}', headers: { 'content-type': 'application/json' } },
    ]);
  });

  it.each([400, 401, 403, 404, 410, 413])('takes %i for good', async (status) => {
    const error = await post((await answering(status)).url);
    expect(error).toBeInstanceOf(MessageRefused);
    expect((error as Error).message).toBe(`HTTP ${status}: because`);
  });

  it.each([408, 425, 429, 500, 502, 503])('takes %i for passing', async (status) => {
    const error = await post((await answering(status)).url);
    expect(error).toBeInstanceOf(ReceiverBusy);
    expect((error as ReceiverBusy).retryAfterMs).toBe(null);
  });

  it('heeds how long the receiver asks to be left alone, up to an hour', async () => {
    const asked = async (value: string) =>
      ((await post((await answering(429, { 'retry-after': value })).url)) as ReceiverBusy).retryAfterMs;
    expect(await asked('7')).toBe(7_000);
    expect(await asked('999999')).toBe(3_600_000);
    expect(await asked('soon')).toBe(null);
    const inAMinute = await asked(new Date(Date.now() + 60_000).toUTCString());
    expect(inAMinute).toBeGreaterThan(50_000);
    expect(inAMinute).toBeLessThanOrEqual(60_000);
    expect(await asked('Mon, 02 Mar 2020 05:00:00 GMT')).toBe(0);
  });

  it('does not wait for one that hangs, before the answer or within it', async () => {
    const silent = await receiver(() => {});
    const error = await post(silent.url, 200);
    expect(error).toBeInstanceOf(ReceiverBusy);
    expect((error as Error).message).toMatch(/^127\.0\.0\.1:\d+ did not answer in 200 ms$/);
    const trickling = await receiver((response) => response.writeHead(200).write('o'));
    expect(await post(trickling.url, 200)).toBe('HTTP 200: o');
  });

  it('takes one that is not there, or closes early, for passing', async () => {
    const nobody = await post(`http://127.0.0.1:${await freePort()}`);
    expect(nobody).toBeInstanceOf(ReceiverBusy);
    expect((nobody as Error).message).toContain('ECONNREFUSED');
    const closing = createServer((socket) => socket.once('data', () => socket.destroy()));
    await new Promise<void>((resolve) => closing.listen(0, '127.0.0.1', resolve));
    try {
      const { port } = closing.address() as { port: number };
      expect(await post(`http://127.0.0.1:${port}`)).toBeInstanceOf(ReceiverBusy);
    } finally {
      closing.close();
    }
  });

  it('reads only the beginning of an answer', async () => {
    const { url } = await receiver((response) => {
      response.writeHead(200);
      const flood = () => {
        while (!response.destroyed && response.write('x'.repeat(65_536)));
        if (!response.destroyed) response.once('drain', flood);
      };
      flood();
    });
    expect(await post(url)).toHaveLength('HTTP 200: '.length + 300);
  });

  it.each([301, 302, 303, 307, 308])('follows no redirect: %i is for good', async (status) => {
    const other = await receiver();
    const { url, received } = await answering(status, { location: other.url });
    const error = await post(url);
    expect(error).toBeInstanceOf(MessageRefused);
    expect((error as Error).message).toBe(`HTTP ${status}: redirected, which is not followed`);
    const within = await answering(status, { location: '/here' });
    expect(await post(within.url)).toBeInstanceOf(MessageRefused);
    expect([other.received.length, received.length, within.received.length]).toEqual([0, 1, 1]);
  });

  it('never repeats its address, though the receiver does', async () => {
    const echo = await receiver((response, { path }) => response.writeHead(400).end(`no hook at ${path}`));
    const error = (await post(echo.url)) as Error;
    expect(error.message).toBe('HTTP 400: no hook at ***');
    expect(String(error.stack)).not.toContain('verysecret');
  });
});

describe('a Teams workflow', () => {
  it('that accepts and says in the body that it went wrong has not accepted', async () => {
    const said = (status: number) =>
      answering(
        200,
        {},
        `Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error ${status}`,
      );
    await expect(sendToTeams(toLoopback, (await said(429)).url, {})).rejects.toBeInstanceOf(ReceiverBusy);
    await expect(sendToTeams(toLoopback, (await said(413)).url, {})).rejects.toBeInstanceOf(MessageRefused);
    expect(await sendToTeams(toLoopback, (await answering(202, {}, '')).url, {})).toBe('HTTP 202');
  });
});

describe('a webhook', () => {
  const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

  it('is signed as the reference implementations of Standard Webhooks sign', () => {
    const signature = signWebhook(
      secret,
      'msg_p5jXN8AQM9LWM0D4loKWxJek',
      1_614_265_330,
      '{"test": 2432232314}',
    );
    expect(signature).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
  });

  it('has the same id and a time of its own at every try, and the signature is of what was sent', async () => {
    const { url, received } = await receiver();
    for (const nowMs of [1_700_000_000_123, 1_700_000_060_000]) {
      await sendToWebhook(toLoopback, { url, secret }, 'id-1', { type: 'x' }, nowMs);
    }
    expect(received.map(({ headers }) => headers['webhook-id'])).toEqual(['id-1', 'id-1']);
    expect(received.map(({ headers }) => headers['webhook-timestamp'])).toEqual(['1700000000', '1700000060']);
    for (const { headers, body } of received) {
      const expected = signWebhook(secret, 'id-1', Number(headers['webhook-timestamp']), body);
      expect(headers['webhook-signature']).toBe(expected);
    }
  });

  it('keeps its secret, though the receiver repeats it', async () => {
    const { url } = await answering(400, {}, `bad ${secret}`);
    await expect(sendToWebhook(toLoopback, { url, secret }, 'id', {}, 0)).rejects.toThrow(
      'HTTP 400: bad ***',
    );
  });
});

describe('an access token', () => {
  const client = { clientId: 'app', clientSecret: 'hush-hush-hush', scope: 'mail' };

  it('is fetched with the secret of the program and kept until a minute before its end', async () => {
    let nowMs = 0;
    const { url, received } = await receiver((response, _, count) =>
      response.end(JSON.stringify({ access_token: `token-${count}`, expires_in: 600 })),
    );
    const tokens = createTokenSource(toLoopback, { ...client, tokenUrl: url }, () => nowMs);
    expect(await tokens(false)).toEqual({ token: 'token-1', expiresAtMs: 600_000 });
    nowMs = 539_000;
    expect((await tokens(false)).token).toBe('token-1');
    nowMs = 541_000;
    expect((await tokens(false)).token).toBe('token-2');
    expect((await tokens(true)).token).toBe('token-3');
    expect(new URLSearchParams(received[0]!.body).get('grant_type')).toBe('client_credentials');
    expect(new URLSearchParams(received[0]!.body).get('client_secret')).toBe('hush-hush-hush');
  });

  it('that is not given is an outage of ours, told without the secret', async () => {
    const refusing = await answering(401, {}, JSON.stringify({ error: 'invalid_client hush-hush-hush' }));
    const failed = createTokenSource(toLoopback, { ...client, tokenUrl: refusing.url })(false);
    await expect(failed).rejects.toThrow(
      /^no access token from 127\.0\.0\.1:\d+: HTTP 401 invalid_client \*\*\*$/,
    );
    const odd = await answering(200, {}, 'not json');
    await expect(createTokenSource(toLoopback, { ...client, tokenUrl: odd.url })(false)).rejects.toThrow(
      'HTTP 200',
    );
    const away = await answering(302, { location: 'http://127.0.0.1:1' });
    await expect(createTokenSource(toLoopback, { ...client, tokenUrl: away.url })(false)).rejects.toThrow(
      'no access token',
    );
  });
});
