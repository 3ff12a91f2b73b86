import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLazyTemporal } from '../api/temporal.ts';
import { BadTemporalSetting } from '../services/bad-temporal-setting.ts';
import { connectionOptionsOf, connectTemporal, type TemporalLink } from '../services/temporal-link.ts';
import { TASK_QUEUES } from '../workflows/names.ts';
import { type Certificate, makeAuthority, makeCertificate, openTlsProxy } from './tls-proxy.ts';
import { openWorkflowStage, type WorkflowStage } from './workflow-stage.ts';

const NAME = 'temporal.example.org';

let folder: string;
let authority: Certificate;
let stranger: Certificate;
let proxy: Awaited<ReturnType<typeof openTlsProxy>>;
let stage: WorkflowStage;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'smart-etl-tls-'));
  authority = makeAuthority(folder, 'authority');
  stranger = makeAuthority(folder, 'stranger');
  const server = makeCertificate(folder, NAME, authority);
  const client = makeCertificate(folder, 'smart-etl', authority);
  stage = await openWorkflowStage(async (address) => {
    proxy = await openTlsProxy(address, { server, clients: authority });
    return {
      temporalAddress: proxy.address,
      temporalTlsCaFile: authority.cert,
      temporalTlsCertFile: client.cert,
      temporalTlsKeyFile: client.key,
      temporalTlsServerName: NAME,
    };
  });
}, 120_000);
afterAll(async () => {
  await stage?.close();
  await proxy?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Why a connection is not made, and that it is told within the time of one attempt. */
async function refusal(change: Partial<TemporalLink>): Promise<Error> {
  const { connection } = await connectTemporal({ ...stage.link, ...change }, 5_000).catch((error: Error) => {
    expect(error.message).not.toMatch(/PRIVATE KEY|BEGIN/);
    for (const line of readFileSync(path.join(folder, 'smart-etl.key'), 'utf8').split('\n').slice(1, 3)) {
      expect(error.message).not.toContain(line);
    }
    return { connection: error };
  });
  if (connection instanceof Error) return connection;
  await connection.close();
  throw new Error('the connection was made');
}

const plainAddress = () => ({ temporalAddress: stage.address });

it('client and workers speak TLS, both sides known: a workflow runs', async () => {
  const input = { model: 'failure', version: 3, key: 'note', value: 'x', who: 'ann', why: 'tested' };
  await stage.withActivities({ tagModel: () => ({ changed: true }) }, async (client) => {
    const task = { taskQueue: TASK_QUEUES.control, args: [input] };
    expect(await client.workflow.execute('tagModel', { workflowId: 'tag/over-tls', ...task })).toEqual({
      changed: true,
    });
  });
}, 60_000);

describe('what stays wrong is told at once, with the setting', () => {
  it.each([
    [
      'without a certificate of ours',
      () => ({ temporalTlsCertFile: null, temporalTlsKeyFile: null }),
      /it refuses our certificate: see temporalTlsCertFile/,
    ],
    [
      'to a server of another authority',
      () => ({ temporalTlsCaFile: stranger.cert }),
      /not vouched for by an authority of temporalTlsCaFile/,
    ],
    [
      'with the authorities of the system',
      () => ({ temporalTlsCaFile: null }),
      /not vouched for by an authority of temporalTlsCaFile/,
    ],
    [
      'to another name',
      () => ({ temporalTlsServerName: 'other.example.org' }),
      /its certificate is not for other\.example\.org: see temporalTlsServerName/,
    ],
    [
      'to an address that the certificate does not name',
      () => ({ temporalTlsServerName: null }),
      /its certificate is not for 127\.0\.0\.1: see temporalTlsServerName/,
    ],
    ['to a server without TLS', plainAddress, /it does not speak TLS/],
  ])('%s', async (_, change, said) => {
    const before = performance.now();
    const error = await refusal(change());
    expect(error).toBeInstanceOf(BadTemporalSetting);
    expect(error.message).toMatch(said);
    expect(error.message).toMatch(/^Temporal at 127\.0\.0\.1:\d+: /);
    expect(performance.now() - before).toBeLessThan(4_000);
    await expect(connectionOptionsOf({ ...stage.link, ...change() })).rejects.toThrow(said);
  });

  it('with one of a stranger, by the alert of a server that says why it refuses', async () => {
    const server = path.join(folder, NAME);
    const own = ['-cert', `${server}.pem`, '-key', `${server}.key`, '-alpn', 'h2'];
    const asks = ['-Verify', '1', '-verify_return_error', '-CAfile', authority.cert];
    const child = spawn('openssl', ['s_server', '-accept', '127.0.0.1:0', ...own, ...asks]);
    try {
      let said = '';
      const address = await new Promise<string>((resolve) => {
        child.stdout.on('data', (chunk) => {
          said += chunk;
          const found = /^ACCEPT (127\.0\.0\.1:\d+)$/m.exec(said);
          if (found) resolve(found[1]!);
        });
      });
      const strange = { temporalTlsCertFile: stranger.cert, temporalTlsKeyFile: stranger.key };
      const error = await refusal({ temporalAddress: address, ...strange });
      expect(error).toBeInstanceOf(BadTemporalSetting);
      expect(error.message).toMatch(
        /it refuses our certificate: see temporalTlsCertFile \(ERR_SSL_.*UNKNOWN_CA\)/,
      );
      // One that only hangs up may be on its way up: trying again may help, so the error is another.
      expect(await refusal(strange)).not.toBeInstanceOf(BadTemporalSetting);
    } finally {
      child.kill();
    }
  }, 20_000);

  it('and in the plain nothing is said to a server with TLS', async () => {
    const plain = { temporalTlsCaFile: null, temporalTlsCertFile: null, temporalTlsKeyFile: null };
    await refusal({ ...plain, temporalTlsServerName: null });
  }, 20_000);

  it('a server that is away is no wrong setting', async () => {
    const error = await refusal({ temporalAddress: '127.0.0.1:1' });
    expect(error).not.toBeInstanceOf(BadTemporalSetting);
  }, 20_000);

  it('the API answers that it stays so, and tells the log alone what is wrong', async () => {
    const lines: string[] = [];
    const log = pino({ level: 'error' }, { write: (line: string) => void lines.push(line) });
    const temporal = createLazyTemporal({ ...stage.link, temporalTlsCaFile: stranger.cert }, log);
    const error = await temporal.call(async () => 'called').catch((error: unknown) => error);
    expect(error).toMatchObject({
      problem: { type: 'urn:smart-etl:problem:temporal-distrusted', status: 503 },
      headers: { 'retry-after': '300' },
    });
    expect((error as Error).message).not.toMatch(/temporalTls|127\.0\.0\.1/);
    expect(lines.join('')).toContain('temporalTlsCaFile');
    await temporal.close();
  });
});

describe('a wrong file is named with its setting, and not quoted', () => {
  const file = () => path.join(folder, 'wrong.pem');
  it.each([
    ['temporalTlsCaFile', 'expected certificates as PEM, found something else', 'secret words'],
    ['temporalTlsCaFile', 'cannot be read (ENOENT)', null],
    [
      'temporalTlsCertFile',
      'expected certificates as PEM, found something else',
      '-----BEGIN CERTIFICATE-----\nsecret words\n-----END CERTIFICATE-----',
    ],
    ['temporalTlsCertFile', 'cannot be read (ENOENT)', null],
    [
      'temporalTlsKeyFile',
      'expected a private key as PEM without a passphrase',
      '-----BEGIN PRIVATE KEY-----\nsecret words\n-----END PRIVATE KEY-----',
    ],
    ['temporalTlsKeyFile', 'cannot be read (ENOENT)', null],
    ['temporalPayloadKeysFile', 'expected a key of 32 bytes as base64 on a line, found none', ''],
  ] as const)('%s: %s', async (setting, said, text) => {
    rmSync(file(), { force: true });
    if (text !== null) writeFileSync(file(), text);
    const error = await refusal({ [setting]: file() });
    expect(error).toBeInstanceOf(BadTemporalSetting);
    expect(error.message).toBe(`${setting}: ${file()}: ${said}`);
  });

  it('a key that is not that of the certificate', async () => {
    const error = await refusal({ temporalTlsKeyFile: stranger.key });
    expect(error).toBeInstanceOf(BadTemporalSetting);
    expect(error.message).toMatch(
      /^temporalTlsKeyFile: .*: it is not the key of the certificate in .*smart-etl\.pem$/,
    );
  });
});
