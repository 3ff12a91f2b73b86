import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { postJson } from './http-post.ts';
import { AddressRefused, createOutgoing, type ResolvedAddress } from './outgoing.ts';
import { OUTGOING_DEFAULTS, type OutgoingRules, refusalOf } from './outgoing-rules.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

/** A server at an address of this machine, and how often it was asked. */
async function serverAt(address: string, port = 0): Promise<{ port: number; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.headers.host ?? '');
    response.end('ok');
  }).listen(port, address);
  await once(server, 'listening');
  closing.push(() => {
    server.closeAllConnections();
    server.close();
    return once(server, 'close');
  });
  return { port: (server.address() as AddressInfo).port, asked };
}

const rules = (more: Partial<OutgoingRules>): OutgoingRules => ({ ...OUTGOING_DEFAULTS, ...more });
const v4 = (...addresses: string[]): ResolvedAddress[] =>
  addresses.map((address) => ({ address, family: 4 }));
const refused = (url: string, more: Partial<OutgoingRules> = {}, addresses: string[] | null = null) =>
  refusalOf(new URL(url), addresses, rules(more));

describe('an address that nobody allowed', () => {
  it.each([
    ['https://127.0.0.1/', 'loopback'],
    ['https://127.1/', 'loopback'],
    ['https://2130706433/', 'loopback'],
    ['https://0x7f000001/', 'loopback'],
    ['https://0177.0.0.1/', 'loopback'],
    ['https://127.0.0.1./', 'loopback'],
    ['https://①②⑦.0.0.1/', 'loopback'],
    ['https://[::1]/', 'loopback'],
    ['https://[0:0:0:0:0:0:0:1]/', 'loopback'],
    ['https://[::ffff:127.0.0.1]/', 'loopback'],
    ['https://[::ffff:7f00:1]/', 'loopback'],
    ['https://[::127.0.0.1]/', 'loopback'],
    ['https://[64:ff9b::7f00:1]/', 'loopback'],
    ['https://[2002:7f00:1::]/', 'loopback'],
    ['https://169.254.169.254/latest/meta-data/', 'a metadata service'],
    ['https://2852039166/', 'a metadata service'],
    ['https://[::ffff:a9fe:a9fe]/', 'a metadata service'],
    ['https://[fd00:ec2::254]/', 'a metadata service'],
    ['https://169.254.1.1/', 'link-local'],
    ['https://[fe80::1]/', 'link-local'],
    ['https://0.0.0.0/', 'unspecified'],
    ['https://0/', 'unspecified'],
    ['https://[::]/', 'unspecified'],
    ['https://224.0.0.1/', 'multicast'],
    ['https://255.255.255.255/', 'multicast or broadcast'],
    ['https://[ff02::1]/', 'multicast'],
  ])('%s is refused as %s', (url, kind) => {
    expect(refused(url) ?? 'allowed').toContain(` is ${kind}`);
    expect(refused(url) ?? 'allowed').toContain('outgoing.local does not allow');
  });

  it('is refused however a name comes to it, and together with good ones', () => {
    expect(refused('https://hook.example/', {}, ['93.184.216.34'])).toBe(null);
    expect(refused('https://hook.example/', {}, ['93.184.216.34', '127.0.0.1']) ?? 'allowed').toContain(
      'loopback (127.0.0.1)',
    );
    expect(refused('https://hook.example/', {}, ['::ffff:169.254.169.254']) ?? 'allowed').toContain(
      'a metadata service',
    );
    expect(refused('https://hook.example/', {}, ['fe80::1%eth0']) ?? 'allowed').toContain('link-local');
  });

  it('is refused in every spelling of every address of IPv4 within IPv6', () => {
    const byte = fc.integer({ min: 0, max: 255 });
    fc.assert(
      fc.property(fc.tuple(fc.constantFrom(127, 169, 0, 224, 10, 93), byte, byte, byte), ([a, b, c, d]) => {
        const plain = refusalOf(new URL(`https://${a}.${b}.${c}.${d}/`), null, OUTGOING_DEFAULTS);
        const number = ((a * 256 + b) * 256 + c) * 256 + d;
        const hex = number.toString(16).padStart(8, '0');
        const spellings = [
          `${number}`,
          `0x${hex}`,
          `0${a.toString(8)}.${b}.${c * 256 + d}`,
          `[::ffff:${a}.${b}.${c}.${d}]`,
          `[::ffff:${hex.slice(0, 4)}:${hex.slice(4)}]`,
          `[64:ff9b::${hex.slice(0, 4)}:${hex.slice(4)}]`,
        ];
        for (const host of spellings) {
          const found = refusalOf(new URL(`https://${host}/`), null, OUTGOING_DEFAULTS);
          expect(found === null, `${host} as ${a}.${b}.${c}.${d}`).toBe(plain === null);
        }
      }),
    );
  });
});

describe('the settings', () => {
  it('leave private networks alone, where the receivers of a house are', () => {
    for (const host of ['10.1.2.3', '172.16.0.9', '192.168.1.1', '[fd12:3456::1]'])
      expect(refused(`https://${host}/`)).toBe(null);
  });

  it('ask for https, but on loopback that is allowed and where http is', () => {
    expect(refused('http://hook.example/') ?? 'allowed').toContain('name the host in outgoing.http');
    expect(refused('http://10.1.2.3/') ?? 'allowed').toContain('outgoing.http');
    expect(refused('http://hook.example/', { http: ['hook.example'] }, ['93.184.216.34'])).toBe(null);
    expect(refused('http://hook.example./', { http: ['*.EXAMPLE'] }, ['10.0.0.1'])).toBe(null);
    expect(refused('http://hook.example/', { http: ['10.0.0.0/8'] }, ['10.0.0.1'])).toBe(null);
    expect(
      refused('http://hook.example/', { http: ['10.0.0.0/8'] }, ['10.0.0.1', '8.8.8.8']) ?? 'allowed',
    ).toContain('outgoing.http');
    expect(refused('http://localhost:1/') ?? 'allowed').toContain('loopback');
    expect(refused('http://127.0.0.1:1/', { local: ['127.0.0.1'] })).toBe(null);
    expect(refused('http://127.0.0.1:1/', { http: ['127.0.0.1'] }) ?? 'allowed').toContain('outgoing.local');
  });

  it('let nothing out that is not in a list of what may be reached', () => {
    const only = { only: ['hooks.example', '*.corp.example', '10.20.0.0/16'] };
    expect(refused('https://hooks.example/', only)).toBe(null);
    expect(refused('https://HOOKS.example./', only, ['93.184.216.34'])).toBe(null);
    expect(refused('https://a.b.corp.example/', only, ['93.184.216.34'])).toBe(null);
    expect(refused('https://inside/', only, ['10.20.3.4'])).toBe(null);
    for (const host of ['corp.example', 'evilcorp.example', 'hooks.example.evil.example', '10.21.0.1'])
      expect(refused(`https://${host}/`, only, ['93.184.216.34']) ?? 'allowed').toContain(
        'not in outgoing.only',
      );
    expect(refused('https://hooks.example@evil.example/', only) ?? 'allowed').toContain('a user or password');
    expect(refused('https://evil.example#hooks.example', only, ['1.1.1.1']) ?? 'allowed').toContain(
      'evil.example is not in',
    );
    expect(refused('https://inside/', only, ['10.20.3.4', '8.8.8.8']) ?? 'allowed').toContain(
      'not in outgoing.only',
    );
    expect(refused('https://hooks.example/', only, ['127.0.0.1']) ?? 'allowed').toContain('loopback');
  });
});

describe('a request', () => {
  it('goes to the address that was looked at, though the name is another a moment later', async () => {
    const good = await serverAt('127.0.0.1');
    const bad = await serverAt('127.0.0.2', good.port);
    const answers = [v4('127.0.0.1'), v4('127.0.0.2')];
    let resolved = 0;
    const outgoing = createOutgoing(rules({ local: ['127.0.0.1'] }), {
      resolve: async () => answers[resolved++] ?? v4('127.0.0.2'),
    });
    const url = `http://rebinding.example:${good.port}/`;
    const response = await outgoing(url, { method: 'POST', body: '{}' });
    expect([await response.text(), resolved]).toEqual(['ok', 1]);
    await expect(outgoing(url, { method: 'POST' })).rejects.toBeInstanceOf(AddressRefused);
    expect([good.asked, bad.asked]).toEqual([[`rebinding.example:${good.port}`], []]);
  });

  it('is not sent when one address of several is refused', async () => {
    const { port, asked } = await serverAt('127.0.0.1');
    const outgoing = createOutgoing(rules({ local: ['127.0.0.1'] }), {
      resolve: async () => v4('127.0.0.1', '169.254.169.254'),
    });
    await expect(outgoing(`http://two.example:${port}/`, {})).rejects.toThrow('a metadata service');
    expect(asked).toEqual([]);
  });

  it('names the host to the server that has the certificate, and not the address', async () => {
    const asked = Promise.withResolvers<string>();
    const server = createTlsServer({
      SNICallback: (name, done) => {
        asked.resolve(name);
        done(new Error('no certificate here'));
      },
    }).listen(0, '127.0.0.1');
    server.on('tlsClientError', () => {});
    await once(server, 'listening');
    closing.push(() => {
      server.close();
      return once(server, 'close');
    });
    const outgoing = createOutgoing(rules({ local: ['127.0.0.1'] }), {
      resolve: async () => v4('127.0.0.1'),
    });
    const { port } = server.address() as AddressInfo;
    await expect(outgoing(`https://hooks.example.:${port}/`, {})).rejects.toThrow();
    expect(await asked.promise).toBe('hooks.example');
  });

  it('that is refused is refused for good, and tells the setting and no secret', async () => {
    const { port, asked } = await serverAt('127.0.0.1');
    const url = `http://localhost:${port}/services/T0001/verysecret?token=alsosecret`;
    const error = await postJson(createOutgoing(), { url, body: '{}' }).catch((thrown: Error) => thrown);
    expect(error).toBeInstanceOf(AddressRefused);
    expect(String((error as Error).stack)).toContain('outgoing.local');
    expect(String((error as Error).stack)).not.toMatch(/verysecret|alsosecret/);
    const withUser = await postJson(createOutgoing(), {
      url: 'https://me:verysecret@h.example/',
      body: '',
    }).catch((thrown: Error) => thrown);
    expect(withUser).toBeInstanceOf(AddressRefused);
    expect(String((withUser as Error).stack)).not.toContain('verysecret');
    expect(asked).toEqual([]);
  });
});
