import { createHash } from 'node:crypto';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recoverFiles } from '../../db/load/recover-ledger.ts';
import { saveSource } from '../../db/load/sources.ts';
import type { Pool } from '../../db/pool.ts';
import { seededRandom } from '../../models/random.ts';
import { type ActivityStage, openActivityStage } from '../../tests/activity-stage.ts';
import { createActivities } from '../index.ts';

const WHO = { who: 'ann', why: 'the disk died', workflowId: 'rebuild' };
const sourceOf = (kind: 'runs' | 'metrics') => `rebuild-${kind}`;

/** A stage whose only sources are those of this test: the object store is shared with other test files. */
async function openStage(): Promise<ActivityStage> {
  const stage = await openActivityStage();
  const { objectStore } = stage.dependencies;
  stage.dependencies.objectStore = {
    ...objectStore,
    async *listOriginals() {
      for await (const original of objectStore.listOriginals()) {
        if (original.origin?.source.startsWith('rebuild-')) yield original;
      }
    },
  };
  await stage.database.pool.query('delete from source');
  for (const kind of ['runs', 'metrics'] as const) {
    await saveSource(stage.database.pool, {
      name: sourceOf(kind),
      kind,
      folder: path.join(stage.folder, kind),
      namespace: 'default',
    });
  }
  return stage;
}

/** When what files hold was known. */
async function accountedAt({ database }: ActivityStage) {
  const { rows } = await database.pool.query<{ at: Date | null; receivedAt: Date }>(
    `select accounted_at as at, received_at as "receivedAt" from file order by sha256`,
  );
  return rows;
}

/** The tables as COPY writes them, in the order of their keys; files are named by their hash. */
async function dump(pool: Pool): Promise<string[]> {
  const queries = [
    `select id, namespace, name, owner, host, criticality, owner_told_at, host_told_at from job order by id`,
    `select run.job_id, run.digest, run.started_at, run.ended_at, run.known_at, run.duration_ms, run.rows_read,
       run.rows_written, run.expected_rows, file.sha256, run.row_number, run.status, run.run_key, run.host, run.error,
       run.query, run.extra, run.anomalies, run.tableoid::regclass
     from run join file on file.id = run.file_id order by job_id, run_key, digest, started_at`,
    `select ts, value, sha256, host, metric, metric_sample.tableoid::regclass
     from metric_sample join file on file.id = file_id order by host, metric, ts`,
    `select * from quarantine order by file_sha256, byte_offset`,
    `select sha256, source, name, size_bytes, received_at, state, dialect, rows_in, rows_loaded, rows_duplicate,
       rows_quarantined, rows_expired, last_known_at, refusal_code, refusal_detail from file order by sha256`,
    `select * from quality_daily order by source, day`,
  ];
  const texts: string[] = [];
  for (const query of queries) {
    const { rows } = await pool.query<{ text: string }>(
      `select all_of.*::text as text from (${query}) as all_of`,
    );
    texts.push(rows.map(({ text }) => text).join('\n'));
  }
  return texts;
}

interface MessyFile {
  kind: 'runs' | 'metrics';
  text: string;
}

/** Files that overlap, repeat, correct one another, and are broken in places. */
function messyFiles(count: number): MessyFile[] {
  const { uniform: random } = seededRandom(7);
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)]!;
  const instant = () =>
    new Date(Date.UTC(2026, 0, 1) + Math.floor(random() * 200) * 36_000_000).toISOString();
  const runLine = () => {
    const job = pick(['orders', 'stock', 'prices', 'Préparation']);
    const run = Math.floor(random() * 60);
    const start = new Date(Date.UTC(2026, 0, 1) + run * 86_400_000).toISOString();
    const status = pick(['success', 'failed', 'running', 'terminé', 'ok', 'unheard of']);
    return [
      job,
      pick(['ann', 'bob', '']),
      run,
      pick([start, start, start, 'x']),
      pick(['60', '-5', '']),
      status,
    ];
  };
  const sampleLine = () => [
    pick(['srv1', 'srv2']),
    pick(['cpu_pct', 'mem_pct', 'cpu_pct', 'mem_pct', '']),
    instant(),
    pick(['10', '55.5', '7', 'x']),
  ];
  const files: MessyFile[] = [];
  while (files.length < count) {
    const kind = random() < 0.75 ? 'runs' : 'metrics';
    const isRuns = kind === 'runs';
    const header = isRuns
      ? 'job_id,owner,run_id,started_at,duration_s,status'
      : 'host,metric,timestamp,value';
    const lines = Array.from({ length: 1 + Math.floor(random() * 12) }, isRuns ? runLine : sampleLine);
    const separator = pick([',', ';']);
    const text = [header.split(','), ...lines]
      .map((fields) => fields.join(separator))
      .join(pick(['\n', '\r\n']));
    // Some are no table at all.
    files.push({ kind, text: random() < 0.02 ? `no table ${files.length}` : text });
  }
  return files;
}

const sha256Of = (text: string) => createHash('sha256').update(text).digest('hex');

describe('rebuild', () => {
  let used: ActivityStage;
  let empty: ActivityStage;
  const files = messyFiles(300);
  beforeAll(async () => {
    [used, empty] = await Promise.all([openStage(), openStage()]);
    const { objectStore } = used.dependencies;
    for (const [index, { kind, text }] of files.entries()) {
      const receivedAt = new Date(Date.UTC(2026, 3, 1) + index * 1_000);
      const name = `${kind}-${index}.csv`;
      const origin = { source: sourceOf(kind), name, receivedAt, archiveSha256: null };
      await objectStore.putOriginal(sha256Of(text), { bytes: Buffer.from(text) }, origin);
      const { source } = origin;
      await recoverFiles(used.database.pool, [
        {
          sha256: sha256Of(text),
          source,
          name,
          sizeBytes: Buffer.byteLength(text),
          receivedAt,
          isUnpacked: false,
        },
      ]);
    }
    // Loaded in another order than they arrived in, some twice.
    const { below } = seededRandom(11);
    const order = [...new Set(files.map(({ text }) => sha256Of(text)))];
    for (let at = order.length - 1; at > 0; at--) {
      const other = below(at + 1);
      [order[at], order[other]] = [order[other]!, order[at]!];
    }
    const { loadFiles, refreshQuality } = createActivities(used.dependencies);
    for (let from = 0; from < order.length; from += 60) {
      const batch = order.slice(from, from + 60).concat(order.slice(0, 5));
      await used.run(loadFiles, { files: [...new Set(batch)] });
    }
    await used.run(refreshQuality, { source: null });
  }, 120_000);
  afterAll(async () => {
    await used.close();
    await empty.close();
  });

  async function rebuilt(stage: ActivityStage): Promise<void> {
    const activities = createActivities(stage.dependencies);
    await stage.run(activities.recoverLedger as never, undefined);
    await activities.beginRebuild();
    while ((await stage.run<undefined, { waiting: number }>(activities.rebuildFiles, undefined)).waiting > 0);
    expect(await stage.run(activities.finishRebuild, WHO)).toEqual({ finished: true });
    await stage.run(activities.refreshQuality, { source: null });
  }

  it('makes the same tables from the originals alone, byte for byte, in an empty database', async () => {
    const before = await dump(used.database.pool);
    expect(before.map((text) => text.split('\n').length > 3)).toEqual(before.map(() => true));
    await rebuilt(empty);
    expect(await dump(empty.database.pool)).toEqual(before);
    // When they were loaded first is lost; their receipt stands for it.
    for (const { at, receivedAt } of await accountedAt(empty)) expect(at).toEqual(receivedAt);
  }, 120_000);

  it('in place it changes nothing, and leaves one line in the audit log', async () => {
    const before = await dump(used.database.pool);
    const known = await accountedAt(used);
    expect(known.some(({ at }) => at !== null)).toBe(true);
    await rebuilt(used);
    expect(await dump(used.database.pool)).toEqual(before);
    expect(await accountedAt(used)).toEqual(known);
    const { rows } = await used.database.pool.query('select who, action, why from audit_log');
    expect(rows).toEqual([{ who: 'ann', action: 'rebuild', why: 'the disk died' }]);
    const schemas = await used.database.pool.query(`select from pg_namespace where nspname = 'rebuild'`);
    expect(schemas.rowCount).toBe(0);
  }, 120_000);

  describe('check', () => {
    const check = async () => {
      const activities = createActivities(used.dependencies);
      await activities.beginRebuild();
      while (
        (await used.run<undefined, { waiting: number }>(activities.rebuildFiles, undefined)).waiting > 0
      );
      const comparison = await used.run<undefined, unknown>(activities.compareRebuild, undefined);
      await activities.dropRebuild();
      return comparison;
    };

    it('finds the tables equal, then one value that somebody changed, with its key', async () => {
      expect(await check()).toMatchObject({ differences: [] });
      const { rows } = await used.database.pool.query(
        `update run set rows_read = 42 where (job_id, run_key, digest) = (
           select job_id, run_key, digest from run order by job_id, run_key, digest limit 1)
         returning tableoid::regclass::text as month, row(job_id, run_key, digest, started_at)::text as key, digest::text`,
      );
      expect(await check()).toMatchObject({
        differences: [{ part: rows[0].month, firstKey: rows[0].key }],
      });
      await used.database.pool.query('update run set rows_read = null where rows_read = 42');
      expect(await check()).toMatchObject({ differences: [] });
    }, 120_000);

    it('finds a row that is gone and one that never was', async () => {
      await used.database.pool.query(
        'delete from quarantine where file_sha256 = (select min(file_sha256) from quarantine)',
      );
      await used.database.pool.query(
        `insert into metric_sample (ts, value, file_id, host, metric) values ('2009-05-01T00:00:00Z', 1, 1, 'ghost', 'cpu')`,
      );
      const found = (await check()) as { differences: { part: string; rows: number; rowsRebuilt: number }[] };
      expect(found.differences.map(({ part }) => part)).toEqual(['quarantine', 'metric_sample_before_2010']);
      expect(found.differences[0]!.rowsRebuilt).toBeGreaterThan(found.differences[0]!.rows);
    }, 120_000);
  });

  it('recovers an archive as unpacked, and its members as members', async () => {
    const { objectStore, pool } = empty.dependencies;
    const [archive, member] = [
      Buffer.from('PK archive'),
      Buffer.from('job_id,started_at,status\nz,2026-03-01T05:00:00Z,ok'),
    ];
    const keys = [sha256Of(archive.toString()), sha256Of(member.toString())] as const;
    const origin = { source: sourceOf('runs'), name: 'a.zip', receivedAt: new Date('2026-05-01T00:00:00Z') };
    await objectStore.putOriginal(keys[0], { bytes: archive }, { ...origin, archiveSha256: null });
    await objectStore.putOriginal(keys[1], { bytes: member }, { ...origin, archiveSha256: keys[0] });
    const { recoverLedger } = createActivities(empty.dependencies);
    expect(await empty.run(recoverLedger as never, undefined)).toMatchObject({ recovered: 2 });
    expect(await empty.run(recoverLedger as never, undefined)).toMatchObject({ recovered: 0 });
    const { rows } = await pool.query(
      'select sha256, state, archive_sha256 from file where sha256 = any($1) order by state desc',
      [keys],
    );
    expect(rows).toEqual([
      { sha256: keys[0], state: 'unpacked', archive_sha256: null },
      { sha256: keys[1], state: 'stored', archive_sha256: keys[0] },
    ]);
  });

  it('does not exchange the tables while a file is missing in the rebuild', async () => {
    const activities = createActivities(used.dependencies);
    await activities.beginRebuild();
    expect(await used.run(activities.finishRebuild, WHO)).toEqual({ finished: false });
    expect(await used.run<undefined, unknown>(activities.compareRebuild, undefined)).toBeNull();
    await activities.dropRebuild();
    // Nothing is left to be exchanged: an attempt that comes late says that it is done.
    expect(await used.run(activities.finishRebuild, WHO)).toEqual({ finished: true });
  });
});
