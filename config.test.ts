import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConfigError, commandEnvironment, loadConfig } from './config.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), 'smart-etl-config-'));
});
afterEach(() => rmSync(home, { recursive: true }));

const read = (settings: object, env: Record<string, string> = {}) => {
  writeFileSync(path.join(home, 'smart-etl.json'), JSON.stringify(settings));
  return loadConfig({ SMART_ETL_HOME: home, ...env });
};

describe('how jobs are run again', () => {
  it('is nothing by default, and may come from the environment as JSON', () => {
    expect(read({}).rerun).toEqual([]);
    const rerun = [{ jobs: 'load_*', command: ['start', '{job}'] }];
    expect(read({}, { SMART_ETL_RERUN: JSON.stringify(rerun) }).rerun).toEqual(rerun);
  });

  it('takes an address with placeholders, and headers from files', () => {
    const http = {
      url: 'https://s.example/api/{job}',
      headers: { authorization: { file: '/etc/token' } },
      body: { a: ['{due}'] },
    };
    expect(read({ rerun: [{ jobs: '*', http }] }).rerun[0]!.http).toEqual(http);
  });

  it.each([
    ['neither', { jobs: '*' }],
    ['both', { jobs: '*', command: ['a'], http: { url: 'http://s/' } }],
    ['a host from a log', { jobs: '*', http: { url: 'http://{job}/' } }],
    ['part of a host from a log', { jobs: '*', http: { url: 'http://s.{job}.example/' } }],
    ['a program from a log', { jobs: '*', command: ['{job}'] }],
    ['another protocol', { jobs: '*', http: { url: 'file:///etc/passwd' } }],
    ['no command', { jobs: '*', command: [] }],
    ['a misspelt key', { jobs: '*', comand: ['a'] }],
  ])('is refused with %s, by name', (_, rule) => {
    expect(() => read({ rerun: [rule] })).toThrow(ConfigError);
    expect(() => read({ rerun: [rule] })).toThrow(/smart-etl\.json: (rerun\.0|unknown key "comand")/);
  });
});

it('secrets of links and of the heartbeat may come from files', () => {
  const file = path.join(home, 'secret');
  writeFileSync(file, `${'k'.repeat(32)}\n`);
  expect(read({}, { SMART_ETL_LINK_KEY_FILE: file }).linkKey).toBe('k'.repeat(32));
  writeFileSync(file, 'https://hc.example/uuid\n');
  expect(read({}, { SMART_ETL_HEARTBEAT_URL_FILE: file }).heartbeatUrl).toBe('https://hc.example/uuid');
  expect(() => read({ linkKey: 'short' })).toThrow(ConfigError);
});

it('commands of the configuration get none of our settings', () => {
  const env = {
    PATH: '/bin',
    HOME: '/root',
    SMART_ETL_DATABASE_URL: 'postgresql://secret',
    AWS_SECRET_ACCESS_KEY: 'x',
  };
  expect(commandEnvironment(env)).toEqual({ PATH: '/bin', HOME: '/root' });
});
