import { createHash } from 'node:crypto';
import type { PoolClient } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readHostFacts } from '../../db/detect/read-host-facts.ts';
import { readSourceFacts } from '../../db/load/read-source-facts.ts';
import { withTransaction } from '../../db/pool.ts';
import type { Finding } from '../../models/detect/finding.ts';
import { frenchHolidays } from '../../models/features/holiday-calendar.ts';
import { type ActivityStage, openActivityStage } from '../../tests/activity-stage.ts';
import { createLoadFiles } from '../load/load-files.ts';
import { askForecast, watchEstate } from './watch-estate.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const IN_DATA_TIME = { time: 'data', calendar: frenchHolidays } as const;
/** A Monday. */
const START_MS = Date.parse('2026-03-02T00:00:00Z');

let stage: ActivityStage;
let load: (...files: string[]) => Promise<unknown>;
beforeAll(async () => {
  stage = await openActivityStage();
  load = (...files) => stage.run(createLoadFiles(stage.dependencies), { files });
});
afterAll(() => stage.close());

const watch = (atMs: number) =>
  withTransaction(stage.dependencies.pool, (client) => watchEstate(client, new Date(atMs), IN_DATA_TIME));
const query = async <Row extends object>(text: string, values: unknown[] = []) =>
  (await stage.database.pool.query<Row>(text, values)).rows;
const at = (day: number, hour = 0) => START_MS + day * DAY_MS + hour * HOUR_MS;
const keysOf = (found: readonly Finding[]) => found.map(({ key }) => key);

/** Samples of two metrics every 20 minutes; the processor is at its limit from noon of day 8 for three hours. */
function samplesCsv(host: string, fromMs: number, untilMs: number): string {
  const lines = ['host,metric,ts,value'];
  for (let ts = fromMs; ts < untilMs; ts += 20 * MINUTE_MS) {
    const cpu = ts >= at(8, 12) && ts < at(8, 15) ? 98.5 : 20 + ((ts / MINUTE_MS) % 7);
    lines.push(`${host},cpu_percent,${new Date(ts).toISOString()},${cpu}`);
    lines.push(`${host},memory_percent,${new Date(ts).toISOString()},${40 + ((ts / MINUTE_MS) % 3)}`);
  }
  return `${lines.join('\n')}\n`;
}

describe('watching servers', () => {
  it('finds nothing where nothing is', async () => {
    expect((await watch(at(0))).found).toEqual([]);
  });

  it('finds a peak with the runs that were on it, and its end; every sample is read once', async () => {
    const runs = [
      'job_id,run_id,started_at,duration_s,status,host',
      `orders,1,${new Date(at(8, 12)).toISOString()},3600,success,srv-1`,
      `stock,2,${new Date(at(8, 12)).toISOString()},3600,success,srv-2`,
      `early,3,${new Date(at(8, 3)).toISOString()},60,success,srv-1`,
    ];
    await load(await stage.storeFile(runs.join('\n'), 'runs'));
    await load(await stage.storeFile(samplesCsv('srv-1', at(0), at(8, 14)), 'metrics', 'first.csv'));
    await load(await stage.storeFile(samplesCsv('srv-2', at(0), at(1)), 'metrics', 'other.csv'));

    const { found, looked } = await watch(at(8, 14));
    const ofHosts = found.filter(({ kind }) => kind === 'host');
    expect(looked).toEqual(new Set(['host srv-1', 'host srv-2', 'source metrics', 'source runs']));
    expect(ofHosts).toMatchObject([
      {
        key: 'host/host srv-1/cpu_percent',
        variant: 'cpu',
        sinceMs: at(8, 12),
        runsOn: [{ job: 'orders' }],
        evidence: { text: 'cpu_percent: orders' },
      },
    ]);
    const { metrics } = await withTransaction(stage.dependencies.pool, (client) =>
      readHostFacts(client, 'srv-1', new Date(at(8, 14)), 'data'),
    );
    expect(metrics.map(({ metric, ts, watch: known }) => [metric, ts.length, known!.seen])).toEqual([
      ['cpu_percent', 0, 8 * 72 + 42],
      ['memory_percent', 0, 8 * 72 + 42],
    ]);

    await load(await stage.storeFile(samplesCsv('srv-1', at(8, 14), at(9)), 'metrics', 'second.csv'));
    expect(keysOf((await watch(at(8, 15) - MINUTE_MS)).found)).toContain('host/host srv-1/cpu_percent');
    expect(keysOf((await watch(at(8, 23))).found)).not.toContain('host/host srv-1/cpu_percent');
  });

  it('answers the same when asked twice, and a look in the past with what was known then', async () => {
    const now = await watch(at(8, 23));
    const stored = await query('select * from host_watch order by host, metric');
    expect(await watch(at(8, 23))).toEqual(now);
    const before = await watch(at(8, 14));
    expect(keysOf(before.found)).toContain('host/host srv-1/cpu_percent');
    expect(await query('select * from host_watch order by host, metric')).toEqual(stored);
  });

  it('finds a server that fell silent, until it is gone', async () => {
    expect(keysOf((await watch(at(9, 2))).found)).toContain('host/host srv-1/silent');
    expect(keysOf((await watch(at(20))).found)).toEqual([]);
    expect((await watch(at(40))).looked).toEqual(new Set(['source metrics', 'source runs']));
  });

  it('does not know a sample before its file was loaded', async () => {
    const lastAt = async (atMs: number, time: 'wall' | 'data') => {
      const { metrics } = await withTransaction(stage.dependencies.pool, async (client) => {
        await client.query('delete from host_watch');
        const facts = await readHostFacts(client, 'srv-1', new Date(atMs), time);
        await client.query('rollback');
        return facts;
      });
      return [metrics[0]!.ts.at(-1), metrics[0]!.knownAtMs.at(-1)];
    };
    await query(`update file set received_at = $1 where source = 'metrics'`, [new Date(at(7))]);
    await query(`update file set accounted_at = $1 where name = 'first.csv'`, [new Date(at(8, 14))]);
    await query(`update file set accounted_at = $1 where name = 'second.csv'`, [new Date(at(9))]);
    expect(await lastAt(at(8, 14), 'wall')).toEqual([at(8, 14) - 20 * MINUTE_MS, at(8, 14)]);
    expect(await lastAt(at(8, 23), 'wall')).toEqual([at(8, 14) - 20 * MINUTE_MS, at(8, 14)]);
    expect(await lastAt(at(9), 'wall')).toEqual([at(9) - 20 * MINUTE_MS, at(9)]);
    expect(await lastAt(at(8, 23), 'data')).toEqual([at(8, 23), at(8, 23)]);
    // What was sampled before anything was collected is a log of the past.
    expect((await lastAt(at(6), 'wall'))[0]).toBe(at(6));
  });

  it('learns nothing of a look that was rolled back', async () => {
    const stored = await query('select * from host_watch order by host, metric');
    await load(await stage.storeFile(samplesCsv('srv-1', at(9), at(10)), 'metrics', 'third.csv'));
    const failing = withTransaction(stage.dependencies.pool, async (client) => {
      await watchEstate(client, new Date(at(10)), IN_DATA_TIME);
      throw new Error('cannot be written down');
    });
    await expect(failing).rejects.toThrow('cannot be written down');
    expect(await query('select * from host_watch order by host, metric')).toEqual(stored);
  });
});

describe('watching sources', () => {
  const question = { time: 'wall', calendar: 'none', timeZone: null, freshnessMs: null } as const;
  const facts = (client: PoolClient, source: string, atMs: number) =>
    readSourceFacts(client, { ...question, source, asOf: new Date(atMs) });
  const read = (source: string, atMs: number) =>
    withTransaction(stage.dependencies.pool, (client) => facts(client, source, atMs));
  const sha = (text: string) => createHash('sha256').update(text).digest('hex');

  it('reads what the ledger tells: sizes, rows, counts below them, cut rows, digests, days', async () => {
    await query(
      `insert into source (name, kind, folder, namespace, time_zone) values ('feed', 'metrics', 'x', 'd', 'Europe/Paris')`,
    );
    const lines = (n: number, from: number) =>
      Array.from(
        { length: n },
        (_, row) => `srv-9,load_1m,${new Date(from + row * MINUTE_MS).toISOString()},1\n`,
      ).join('');
    const whole = `host,metric,ts,value\n${lines(12, at(1))}Total: 12\n`;
    const cut = `host,metric,ts,value\n${lines(12, at(2))}srv-9,load`;
    const told = `${sha('something else')}  cut_2.csv\n`;
    const files = [
      await stage.storeFile(whole, 'feed' as 'metrics', 'whole_1.csv'),
      await stage.storeFile(cut, 'feed' as 'metrics', 'cut_2.csv'),
      await stage.storeFile(told, 'feed' as 'metrics', 'cut_2.csv.sha256'),
    ];
    await load(...files);
    for (const [n, sha256] of files.entries()) {
      await query('update file set received_at = $2 where sha256 = $1', [sha256, new Date(at(3, n))]);
    }
    const known = await read('feed', at(3, 5));
    expect(known.timeZone).toBe('Europe/Paris');
    expect(known.files).toMatchObject([
      {
        name: 'whole_1.csv',
        receivedAtMs: at(3, 0),
        state: 'loaded',
        rowsIn: 12,
        rowsDuplicate: 0,
        trailerRows: 12,
        endsInRefusedRow: false,
        refusalCode: null,
      },
      { name: 'cut_2.csv', receivedAtMs: at(3, 1), rowsIn: 13, trailerRows: null, endsInRefusedRow: true },
    ]);
    expect(known.digests).toEqual([
      { name: 'cut_2.csv', receivedAtMs: at(3, 2), sha256: sha('something else') },
    ]);
    // What happened before anything was collected counts as told when it happened.
    expect(known.toldMs).toEqual([at(1) + 11 * MINUTE_MS, at(2) + 11 * MINUTE_MS]);
    expect((await read('feed', at(3, 0))).files.map(({ name }) => name)).toEqual(['whole_1.csv']);
    expect(keysOf((await watch(at(4))).found.filter(({ key }) => key.includes('source feed')))).toEqual([
      'transmission/source feed/truncated/cut_2.csv',
    ]);
  });

  it('counts the same content under another name as a file again', async () => {
    const [{ sha256 } = { sha256: '' }] = await query<{ sha256: string }>(
      `select sha256 from file where name = 'whole_1.csv'`,
    );
    await query(
      `insert into arrival (source, path, size_bytes, modified_at, sha256) values
         ('feed', 'whole_1.csv', 1, $2, $1), ('feed', 'in/whole_1_again.csv', 1, $2, $1)`,
      [sha256, new Date(at(3, 4))],
    );
    const names = (await read('feed', at(3, 5))).files.map(({ name, receivedAtMs }) => [name, receivedAtMs]);
    expect(names.at(-1)).toEqual(['in/whole_1_again.csv', at(3, 4)]);
    expect(names).toHaveLength(3);
  });

  it('tells why the intake stands still', async () => {
    await query(`update source set paused_at = $1 where name = 'feed'`, [new Date(at(3))]);
    await query(
      `update file set state = 'held', refusal_code = 'schema-changed', refusal_detail = 'no host', loaded_at = $1
       where name = 'cut_2.csv'`,
      [new Date(at(2))],
    );
    expect((await read('feed', at(4))).troubles).toEqual([
      { kind: 'quarantine-limit', sinceMs: at(3), detail: null },
      { kind: 'schema-changed', sinceMs: at(2), detail: 'no host' },
    ]);
  });

  it('knows nothing of a source without files', async () => {
    await query(`insert into source (name, kind, folder, namespace) values ('empty', 'runs', 'y', 'd')`);
    expect(await read('empty', at(1))).toEqual({
      source: 'empty',
      timeZone: null,
      calendar: 'none',
      freshnessMs: null,
      toldMs: [],
      files: [],
      digests: [],
      days: [],
      troubles: [],
    });
  });

  it('reads no more than it says', async () => {
    await query(`insert into source (name, kind, folder, namespace) values ('many', 'metrics', 'z', 'd')`);
    await query(
      `insert into file (sha256, source, name, size_bytes, received_at, state, rows_in, rows_loaded, rows_duplicate,
         rows_quarantined, last_known_at)
       select encode(sha256(n::text::bytea), 'hex'), 'many', 'many_' || n || '.csv', 1,
         $1::timestamptz + n * interval '1 minute', 'loaded', 1, 1, 0, 0, $1::timestamptz + n * interval '1 minute'
       from generate_series(1, 3000) as n`,
      [new Date(at(0))],
    );
    const known = await read('many', at(30));
    expect([known.files.length, known.toldMs.length]).toEqual([500, 2000]);
    expect(known.files.at(-1)!.name).toBe('many_3000.csv');
    expect(known.toldMs.at(-1)).toBe(at(0) + 3000 * MINUTE_MS);
  });
});

describe('asking the forecast', () => {
  it('finds a critical job at risk, by the newest forecast that was made by then', async () => {
    const ask = (atMs: number) =>
      withTransaction(stage.dependencies.pool, (client) => askForecast(client, new Date(atMs)));
    expect(await ask(at(10))).toEqual([]);
    await query(`update job set criticality = 1 where name = 'orders'`);
    // Two months of days on which it ran well: that it fails is unusual.
    const runs = Array.from(
      { length: 60 },
      (_, day) => `orders,d${day},${new Date(at(day - 55, 5)).toISOString()},60,success,srv-1`,
    );
    await load(
      await stage.storeFile(
        ['job_id,run_id,started_at,duration_s,status,host', ...runs].join('\n'),
        'runs',
        'past.csv',
      ),
    );
    await query(
      `insert into model_version (model, version, kind, artifact_sha256, manifest_sha256, snapshot_sha256, cutoff, seed,
         code_version, parameters, fit_ms, peak_memory_bytes)
       values ('week', 1, 'gbdt', repeat('a', 64), repeat('b', 64), repeat('c', 64), now(), 1, 'test', '{}', 1, 1)`,
    );
    await query(
      `insert into forecast_cutoff (cutoff, model, model_version, candidates, workflow_id) values ($1, 'week', 1, 1, 'w')`,
      [new Date(at(10))],
    );
    await query(
      `insert into forecast (cutoff, job_id, horizon_day, probability, basis, reasons)
       select $1, job.id, day, case day when 2 then 0.8 else 0.1 end, 'model', '[]'
       from job, generate_series(1, 7) as day where job.name = 'orders'`,
      [new Date(at(10))],
    );
    const [job] = await query<{ id: number }>(`select id from job where name = 'orders'`);
    expect(await ask(at(10))).toMatchObject([
      { key: `risk/job ${job!.id}`, evidence: { observed: 0.8, text: '2026-03-13' } },
    ]);
    expect(await ask(at(10) - 1)).toEqual([]);
  });
});
