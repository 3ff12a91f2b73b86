import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConfigError, commandEnvironment, loadConfig } from './config.ts';
import { GATE_THRESHOLDS } from './models/evaluation/gate-thresholds.ts';

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

describe('queues of a worker', () => {
  it('are all of them, or those that are named', () => {
    expect(read({}).taskQueues).toEqual(['ingest', 'train', 'control']);
    expect(read({}, { SMART_ETL_TASK_QUEUES: 'control, ingest' }).taskQueues).toEqual(['control', 'ingest']);
    expect(read({ taskQueues: ['train'] }).taskQueues).toEqual(['train']);
  });

  it.each([[[]], [['training']], [['train', 'train']]])('are refused when they are %j', (taskQueues) => {
    expect(() => read({ taskQueues })).toThrow(/smart-etl\.json: taskQueues/);
  });
});

describe('thresholds of the gate', () => {
  it('are the usual ones where nothing is told, and each may be told alone', () => {
    expect(read({}).gate).toEqual(GATE_THRESHOLDS);
    expect(read({ gate: { confidence: 0.95 } }).gate).toEqual({ ...GATE_THRESHOLDS, confidence: 0.95 });
    const env = { SMART_ETL_GATE: '{"sliceTolerance": 0.1}' };
    expect(read({ gate: { confidence: 0.95 } }, env).gate).toEqual({
      ...GATE_THRESHOLDS,
      sliceTolerance: 0.1,
    });
  });

  it.each([
    ['confidence', 0.5, '>=0.9'],
    ['confidence', 1, '<=0.9999'],
    ['minPositives', 0, '>=10'],
    ['minJobs', 2.5, 'expected int'],
    ['maxColumnAuc', 1.5, '<=1'],
    ['maxShiftFactor', '5', 'expected number'],
  ])('refuse %s %s, by name and bound', (name, value, expected) => {
    const given = { gate: { [name]: value } };
    expect(() => read(given)).toThrow(ConfigError);
    expect(() => read(given)).toThrow(new RegExp(`smart-etl\\.json: gate\\.${name}: .*${expected}`));
  });

  it('refuse a misspelt one', () => {
    expect(() => read({ gate: { confidense: 0.99 } })).toThrow('gate: unknown key "confidense"');
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

it('keys of models are named by file, from the home folder on, and never read here', () => {
  expect(read({}).modelSigningKeyFile).toBe(null);
  const named = read({ modelTrustedKeysFile: 'old.pem' }, { SMART_ETL_MODEL_SIGNING_KEY_FILE: '/run/none' });
  expect(named.modelSigningKeyFile).toBe('/run/none');
  expect(named.modelTrustedKeysFile).toBe(path.join(home, 'old.pem'));
});

describe('the link to Temporal', () => {
  it('is plain and readable by default; files are named from the home folder on, and never read here', () => {
    expect(read({})).toMatchObject({
      ...{ temporalNamespace: 'default', temporalTlsCaFile: null, temporalTlsServerName: null },
      ...{ temporalTlsCertFile: null, temporalTlsKeyFile: null, temporalPayloadKeysFile: null },
    });
    const settings = { temporalNamespace: 'etl', temporalTlsCaFile: 'ca.pem', temporalTlsCertFile: 'we.pem' };
    const env = {
      SMART_ETL_TEMPORAL_TLS_KEY_FILE: '/run/secrets/none',
      SMART_ETL_TEMPORAL_TLS_SERVER_NAME: 'temporal.example.org',
      SMART_ETL_TEMPORAL_PAYLOAD_KEYS_FILE: 'keys',
    };
    expect(read(settings, env)).toMatchObject({
      temporalNamespace: 'etl',
      temporalTlsCaFile: path.join(home, 'ca.pem'),
      temporalTlsCertFile: path.join(home, 'we.pem'),
      temporalTlsKeyFile: '/run/secrets/none',
      temporalTlsServerName: 'temporal.example.org',
      temporalPayloadKeysFile: path.join(home, 'keys'),
    });
  });

  it.each([
    ['temporalTlsCertFile', 'temporalTlsKeyFile'],
    ['temporalTlsKeyFile', 'temporalTlsCertFile'],
  ])('is refused with %s alone, by name', (given, missing) => {
    expect(() => read({ [given]: 'a.pem' })).toThrow(ConfigError);
    expect(() => read({ [given]: 'a.pem' })).toThrow(`${given} is set and ${missing} is not`);
  });
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

describe('what may be reached outside', () => {
  const slack = (url: string) => ({
    alerts: { channels: [{ name: 'team', kind: 'slack', settings: { url } }] },
  });
  it('is told as a whole or in the environment, and a wrong place is named', () => {
    expect(read({}).outgoing).toEqual({ only: null, local: [], http: [] });
    const env = { SMART_ETL_OUTGOING: '{"local":["127.0.0.1"]}' };
    expect(read({}, env).outgoing).toEqual({ only: null, local: ['127.0.0.1'], http: [] });
    for (const outgoing of [
      { local: ['localhost'] },
      { only: ['https://a.example'] },
      { http: ['10.0.0.0/33'] },
    ])
      expect(() => read({ outgoing })).toThrow(/smart-etl\.json: outgoing\.(local|only|http)\.0: /);
  });

  it.each([
    ['alerts.channels.0.settings.url', slack('http://hooks.example/very/secret')],
    ['alerts.channels.0.settings.url', slack('https://169.254.169.254/very/secret')],
    ['heartbeatUrl', { heartbeatUrl: 'http://127.0.0.1:9/very/secret' }],
    ['rerun.0.http.url', { rerun: [{ jobs: '*', http: { url: 'http://airflow:8080/very/secret/{job}' } }] }],
  ])('stops the start where an address would never be reached: %s', (where, settings) => {
    const start = () => read(settings);
    expect(start).toThrow(ConfigError);
    expect(start).toThrow(`${where}: `);
    expect(start).toThrow(/outgoing\.(http|local)/);
    expect(start).not.toThrow(/secret/);
    const allowed = { local: ['169.254.169.254', '127.0.0.1'], http: ['hooks.example', 'airflow'] };
    expect(() => read({ ...settings, outgoing: allowed })).not.toThrow();
  });
});
