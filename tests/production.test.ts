import { mkdtempSync, readdirSync, rmSync, statSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Client, Connection } from '@temporalio/client';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runWorkflow } from '../cli/run-workflow.ts';
import { simulateEstate } from '../cli/simulate/simulate.ts';
import { type RunningServices, runServices } from '../scripts/compose/run-services.ts';
import { connectTemporal } from '../services/temporal-link.ts';
import { type MailSink, startMailSink } from '../stack/mail-sink.ts';
import { freePort } from '../stack/ports.ts';
import { removeHome } from '../stack/postgres-account.ts';

/**
 * docker-compose.yml without containers: the same processes with the same environment and secrets, a Temporal server on
 * PostgreSQL among them, and the main job on them, with one of two workers lost in the middle.
 */
const ESTATE = { jobs: 14, hosts: 2, days: 45, seed: 3 };
const LAST_ARRIVAL = '2026-03-01T00:00:00.000Z';

let folder: string;
let mailHome: string;
let services: RunningServices;
let mailSink: MailSink;
let database: pg.Pool;
let connection: Connection;
let temporal: Client;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'smart-etl-production-'));
  mailHome = mkdtempSync(path.join(tmpdir(), 'smart-etl-production-mail-'));
  mailSink = await startMailSink({ home: mailHome, port: await freePort() });
  services = await runServices({
    folder,
    variables: { SMTP_URL: mailSink.url },
    scale: { worker: 2 },
  });
  database = new pg.Pool({ connectionString: services.urlOf('database_url_writer'), max: 2 });
  ({ connection, client: temporal } = await connectTemporal(services.temporalLink));
}, 180_000);

afterAll(async () => {
  await connection?.close();
  await database?.end();
  await services?.stop();
  await mailSink?.stop();
  if (services) removeHome(services.place.dataOf('postgres'));
  for (const made of [folder, mailHome]) rmSync(made, { recursive: true, force: true });
}, 60_000);

const scalar = async (sql: string): Promise<unknown> =>
  Object.values((await database.query(sql)).rows[0] as object)[0];

const api = (route: string, headers: Record<string, string> = {}) =>
  fetch(`http://127.0.0.1:${services.portOf('api:8080')}${route}`, { headers });
const authorised = () => ({ authorization: `Bearer ${services.place.secretOf('api_token')}` });

describe('the services of docker-compose.yml as processes', () => {
  it('load what lies in the drop folder, each row once, with one of two workers lost in the middle', {
    timeout: 240_000,
  }, async () => {
    const drop = services.place.pathOf('worker', '/drop');
    const { counts, runsFolder, metricsFolder } = await simulateEstate({ out: drop, ...ESTATE });
    const finishedAt = Date.now() / 1000 - 60;
    const files = [runsFolder, metricsFolder].flatMap((kind) =>
      readdirSync(kind).map((name) => path.join(kind, name)),
    );
    for (const file of files) utimesSync(file, finishedAt, finishedAt);
    await expect
      .poll(() => scalar(`select count(*)::int from run`), { timeout: 90_000, interval: 50 })
      .toBeGreaterThan(0);
    await services.processes.get('worker-1')!.kill();

    // The other waits until the lost one is missed.
    await expect
      .poll(() => scalar(`select count(*)::int from file where state = 'loaded'`), {
        timeout: 180_000,
        interval: 250,
      })
      .toBe(files.length);
    expect(await scalar('select count(*)::int from run')).toBe(counts.loadable);
    expect(await scalar('select count(*)::int from metric_sample')).toBe(counts.metric_rows);
    expect(
      await scalar('select sum(rows_in - rows_loaded - rows_duplicate - rows_quarantined)::int from file'),
    ).toBe(0);
  });

  it('train, forecast and tell people of it', { timeout: 240_000 }, async () => {
    await runWorkflow(temporal, 'retrain', 'retrain/test', { asOf: LAST_ARRIVAL }, 'Retrain');
    const made = await runWorkflow(
      temporal,
      'forecastWeek',
      'forecast/test',
      { asOf: LAST_ARRIVAL },
      'Forecast',
    );
    expect(made.candidates).toBeGreaterThan(5);
    expect(await scalar('select count(*)::int from forecast')).toBe(7 * made.candidates);
    // The signing key of the secrets is the one that vouches for the version.
    expect(await scalar(`select count(*)::int from model_alias where alias = 'champion'`)).toBe(1);
    await expect
      .poll(() => readdirSync(mailSink.folder).filter((name) => name.includes('forecast')).length, {
        timeout: 60_000,
      })
      .toBeGreaterThan(0);
  });

  it('answer those who have the token, and nobody else', async () => {
    expect((await api('/livez')).status).toBe(200);
    expect((await api('/readyz')).status).toBe(200);
    expect((await api('/v1/jobs')).status).toBe(401);
    const answer = await api('/v1/jobs', authorised());
    expect(answer.status).toBe(200);
    expect(((await answer.json()) as { items: unknown[] }).items.length).toBeGreaterThan(5);
    const metrics = await (await api('/metrics', authorised())).text();
    expect(metrics).toMatch(/^smart_etl_/m);
  });

  it('write only where a container could', () => {
    // The files of the image, and the home that a read-only container cannot write to.
    for (const kept of [services.place.app, services.place.home]) {
      expect(statSync(kept).mtimeMs, kept).toBeLessThan(services.startedAt);
    }
    if (process.getuid?.() === 0) expect(services.place.account?.uid).not.toBe(0);
  });

  it('are all but those whose images are made by others', () => {
    expect(services.left).toEqual(['temporal-ui']);
  });
});
