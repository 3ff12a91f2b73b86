import { describe, expect, test } from 'vitest';
import { ConfigError } from '../config.ts';
import { isLoopback, requireLoopbackName, requireSafeHost, requireToken } from './access.ts';
import { ProblemError } from './problem.ts';

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

test('beyond loopback a token is required, and the error names both settings', () => {
  expect(() => requireSafeHost('0.0.0.0', null)).toThrow(ConfigError);
  expect(() => requireSafeHost('0.0.0.0', null)).toThrow(/apiHost is 0\.0\.0\.0.*SMART_ETL_API_TOKEN/);
  expect(() => requireSafeHost('0.0.0.0', TOKEN)).not.toThrow();
  expect(() => requireSafeHost('127.0.0.1', null)).not.toThrow();
});

describe('the token', () => {
  test.each([
    ['as bearer', `Bearer ${TOKEN}`],
    ['whatever the case of the scheme', `bearer ${TOKEN}`],
    ['as password of any user', basic(`anybody:${TOKEN}`)],
    ['as password of nobody', basic(`:${TOKEN}`)],
  ])('is taken %s', (_, header) => {
    expect(() => requireToken(header, TOKEN)).not.toThrow();
    expect(() => requireToken(header, 'one-of-several-tokens', TOKEN)).not.toThrow();
  });
  test.each([
    ['nothing', undefined],
    ['an empty bearer', 'Bearer '],
    ['another token', 'Bearer another-token-of-enough'],
    ['a longer one', `Bearer ${TOKEN}x`],
    ['the token as user name', basic(`${TOKEN}:`)],
    ['Basic without a colon', basic(TOKEN)],
    ['another scheme', `Digest ${TOKEN}`],
  ])('is not %s', (_, header) => {
    expect(() => requireToken(header, TOKEN)).toThrow(ProblemError);
  });
  test('is asked for in a way that a browser understands, and is not in the answer', () => {
    try {
      requireToken(undefined, TOKEN);
      expect.unreachable();
    } catch (error) {
      const { problem, headers } = error as ProblemError;
      expect(problem.status).toBe(401);
      expect(headers['www-authenticate']).toMatch(/^Basic /);
      expect(JSON.stringify(problem)).not.toContain(TOKEN);
    }
  });
});

test('a foreign name in the Host header is refused', () => {
  for (const host of ['127.0.0.1:8080', 'localhost:8080', 'localhost', '[::1]:8080']) {
    expect(() => requireLoopbackName(host)).not.toThrow();
  }
  for (const host of ['evil.example', 'evil.example:8080', '', undefined]) {
    expect(() => requireLoopbackName(host)).toThrow(ProblemError);
  }
});
