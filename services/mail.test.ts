import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import PostalMime from 'postal-mime';
import type { SMTPServerOptions } from 'smtp-server';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type SmtpReceiver, startHttpReceiver, startSmtpReceiver, toLoopback } from '../tests/receivers.ts';
import { createMailer, type MailSettings } from './mail.ts';
import { AddressRefused } from './outgoing.ts';
import { MessageRefused } from './receiver-answer.ts';

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one.close();
});
async function server(...args: Parameters<typeof startSmtpReceiver>): Promise<SmtpReceiver> {
  const started = await startSmtpReceiver(...args);
  open.push(started);
  return started;
}
function mailer(settings: Partial<MailSettings> & { smtpUrl: string }) {
  const created = createMailer(
    { mailFrom: 'etl@example.org', mailTo: ['team@example.org'], ...settings },
    toLoopback,
  );
  open.push(created);
  return created;
}
const MESSAGE = { id: 'id-1', subject: 'Échec : x', text: 'plain', html: '<p>drawn</p>' };
const failure = (sending: Promise<unknown>): Promise<Error> =>
  sending.then(
    () => Promise.reject(new Error('it was accepted')),
    (error: Error) => error,
  );

describe('mail', () => {
  it('has text and HTML, its id, and says that no person wrote it', async () => {
    const { port, received } = await server();
    const answer = await mailer({ smtpUrl: `smtp://127.0.0.1:${port}` }).send(MESSAGE);
    expect(answer).toMatch(/^team@example\.org: 250/);
    const mail = await PostalMime.parse(received[0]!);
    expect(mail).toMatchObject({ subject: 'Échec : x', messageId: '<id-1@smart-etl>' });
    expect(mail.text).toContain('plain');
    expect(mail.html).toContain('<p>drawn</p>');
    expect(received[0]).toContain('Auto-Submitted: auto-generated');
  });

  it('that some recipients get is not sent again to them; the others are named', async () => {
    const { port } = await server({
      onRcptTo: ({ address }, _, done) =>
        done(
          address.startsWith('gone') ? Object.assign(new Error('no such user'), { responseCode: 550 }) : null,
        ),
    });
    const mailTo = ['team@example.org', 'gone@example.org'];
    const answer = await mailer({ smtpUrl: `smtp://127.0.0.1:${port}`, mailTo }).send(MESSAGE);
    expect(answer).toContain('refused for gone@example.org');
  });

  it('that is refused for good is told apart from what passes', async () => {
    const answering = (responseCode: number): SMTPServerOptions => ({
      onMailFrom: (_address, _session, done) => done(Object.assign(new Error('because'), { responseCode })),
    });
    const sent = async (code: number) =>
      failure(mailer({ smtpUrl: `smtp://127.0.0.1:${(await server(answering(code))).port}` }).send(MESSAGE));
    expect(await sent(554)).toBeInstanceOf(MessageRefused);
    for (const code of [421, 451]) expect(await sent(code)).not.toBeInstanceOf(MessageRefused);
  });

  it('waits when our own login is refused, and does not tell the password', async () => {
    const { port } = await server({
      onAuth: ({ password }, _, done) => done(new Error(`wrong password ${password}`)),
    });
    const smtpUrl = `smtp://ann:correct-horse@127.0.0.1:${port}`;
    const error = await failure(mailer({ smtpUrl }).send(MESSAGE));
    expect(error).not.toBeInstanceOf(MessageRefused);
    expect(`${error.stack} ${JSON.stringify(error)}`).not.toContain('correct-horse');
  });

  it('is not taken for accepted when the server closes early', async () => {
    const closing = createServer((socket) => {
      socket.write('220 here\r\n');
      socket.on('data', (data) => {
        if (data.toString().startsWith('DATA')) socket.destroy();
        else socket.write('250 ok\r\n');
      });
      socket.on('error', () => {});
    });
    await new Promise<void>((resolve) => closing.listen(0, '127.0.0.1', resolve));
    open.push(closing);
    const { port } = closing.address() as { port: number };
    const error = await failure(mailer({ smtpUrl: `smtp://127.0.0.1:${port}` }).send(MESSAGE));
    expect(error).not.toBeInstanceOf(MessageRefused);
  });

  it('logs in with a token where that is asked for, and tells it to nobody', async () => {
    const seen: (string | undefined)[] = [];
    const { port, received } = await server({
      authMethods: ['XOAUTH2'],
      authOptional: false,
      allowInsecureAuth: true,
      onAuth: ({ accessToken, username }, _, done) => {
        seen.push(`${username} ${accessToken}`);
        done(null, { user: username });
      },
    });
    const tokens = await startHttpReceiver((response) =>
      response.end(JSON.stringify({ access_token: 'fresh-token', expires_in: 3600 })),
    );
    open.push(tokens);
    const oauth = {
      user: 'etl@example.org',
      clientId: 'app',
      clientSecret: 'hush',
      tokenUrl: tokens.url,
      scope: 's',
    };
    const sending = mailer({ smtpUrl: `smtp://127.0.0.1:${port}`, oauth });
    await sending.send(MESSAGE);
    await sending.send({ ...MESSAGE, id: 'id-2' });
    expect(seen).toEqual(['etl@example.org fresh-token', 'etl@example.org fresh-token']);
    expect(received).toHaveLength(2);
    expect(tokens.received).toHaveLength(1);
    const refused = createMailer({
      smtpUrl: `smtp://127.0.0.1:${port}`,
      mailFrom: 'etl@example.org',
      mailTo: ['team@example.org'],
      oauth,
    });
    open.push(refused);
    expect(await failure(refused.send(MESSAGE))).toBeInstanceOf(AddressRefused);
    expect([tokens.received.length, received.length]).toEqual([1, 2]);
    await tokens.close();
    open.splice(open.indexOf(tokens), 1);
    const without = mailer({ smtpUrl: `smtp://127.0.0.1:${port}`, oauth });
    expect((await failure(without.send(MESSAGE))).message).toContain('no access token');
  });
});

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

describe.skipIf(!hasOpenssl)('an encrypted connection', () => {
  let folder: string;
  let tls: { key: Buffer; cert: Buffer };
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'smart-etl-tls-'));
    const [key, cert] = [path.join(folder, 'key.pem'), path.join(folder, 'cert.pem')];
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'];
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
    execFileSync(
      'openssl',
      ['req', '-x509', ...curve, '-keyout', key, '-out', cert, '-days', '2', ...subject],
      {
        stdio: 'ignore',
      },
    );
    tls = { key: readFileSync(key), cert: readFileSync(cert) };
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('is made with STARTTLS or from the beginning, to a server whose authority is known', async () => {
    const ca = tls.cert.toString();
    const starttls = await server({ ...tls, disabledCommands: [] });
    await mailer({ smtpUrl: `smtp://127.0.0.1:${starttls.port}`, requireTls: true, ca }).send(MESSAGE);
    const smtps = await server({ ...tls, secure: true });
    await mailer({ smtpUrl: `smtps://127.0.0.1:${smtps.port}`, ca }).send(MESSAGE);
    expect([starttls.received.length, smtps.received.length]).toEqual([1, 1]);
  });

  it('that cannot be made, or to somebody else, carries nothing where it is required', async () => {
    const plain = await server();
    const stranger = await server({ ...tls, disabledCommands: [] });
    for (const { port } of [plain, stranger]) {
      const error = await failure(
        mailer({ smtpUrl: `smtp://127.0.0.1:${port}`, requireTls: true }).send(MESSAGE),
      );
      expect(error).not.toBeInstanceOf(MessageRefused);
    }
    expect([...plain.received, ...stranger.received]).toEqual([]);
  });
});
