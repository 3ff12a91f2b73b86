import { describe, expect, test } from 'vitest';
import { ConfigError } from '../../config.ts';
import { ProblemError } from '../http/problem.ts';
import { isLoopback, presentedSecret, requireLoopbackName, requireSafeHost } from './access.ts';

const TOKEN = 'a-token-of-enough-length';
const basic = (pair: string) => `Basic ${Buffer.from(pair).toString('base64')}`;

describe('which hosts only this machine reaches', () => {
  test.each(['127.0.0.1', '127.8.4.2', 'localhost', 'LOCALHOST', '::1', '[::1]'])('%s', (host) => {
    expect(isLoopback(host)).toBe(true);
  });
  test.each([
    '0.0.0.0',
    '::',
    '192.168.1.4',
    '127.0.0.1.evil.example',
    'localhost.evil.example',
    '127.1',
    '',
  ])('not %s', (host) => {
    expect(isLoopback(host)).toBe(false);
  });
});

describe('beyond loopback somebody must be able to log in', () => {
  const closed = { apiHost: '0.0.0.0', apiToken: null, openId: null, apiPublicUrl: null };
  const openId = {
    issuer: 'https://i.example',
    clientId: 'c',
    roles: [{ group: 'g', role: 'viewer' as const }],
  };

  test('else it does not start, and the error names every way', () => {
    expect(() => requireSafeHost(closed, false)).toThrow(ConfigError);
    expect(() => requireSafeHost(closed, false)).toThrow(
      /apiHost is 0\.0\.0\.0.*user add.*token create.*SMART_ETL_API_TOKEN.*127\.0\.0\.1/,
    );
  });
  test('by a token of the settings, a user or a token, or an OpenID provider', () => {
    expect(() => requireSafeHost({ ...closed, apiToken: TOKEN }, false)).not.toThrow();
    expect(() => requireSafeHost(closed, true)).not.toThrow();
    expect(() =>
      requireSafeHost({ ...closed, openId, apiPublicUrl: 'https://etl.example' }, false),
    ).not.toThrow();
    expect(() => requireSafeHost({ ...closed, openId }, true)).toThrow(/SMART_ETL_API_PUBLIC_URL/);
  });
  test('while the database is away it starts: nobody comes in anyway', () => {
    expect(() => requireSafeHost(closed, null)).not.toThrow();
  });
  test('on loopback it starts', () => {
    expect(() => requireSafeHost({ ...closed, apiHost: '127.0.0.1' }, false)).not.toThrow();
  });
});

test.each([
  ['a bearer', `Bearer ${TOKEN}`, TOKEN],
  ['whatever the case of the scheme', `bearer ${TOKEN}`, TOKEN],
  ['the password of any user', basic(`anybody:${TOKEN}`), TOKEN],
  ['the password of nobody', basic(`:${TOKEN}`), TOKEN],
  ['a password with colons', basic('a:b:c'), 'b:c'],
  ['nothing', '', null],
  ['an empty bearer', 'Bearer ', null],
  ['the token as user name', basic(`${TOKEN}:`), ''],
  ['Basic without a colon', basic(TOKEN), null],
  ['another scheme', `Digest ${TOKEN}`, null],
])('what comes as %s', (_, header, secret) => {
  expect(presentedSecret(header)).toBe(secret);
});

test('a foreign name in the Host header is refused', () => {
  for (const host of ['127.0.0.1:8080', 'localhost:8080', 'localhost', '[::1]:8080']) {
    expect(() => requireLoopbackName(host)).not.toThrow();
  }
  for (const host of ['evil.example', 'evil.example:8080', '', undefined]) {
    expect(() => requireLoopbackName(host)).toThrow(ProblemError);
  }
});
