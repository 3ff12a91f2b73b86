import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createLoadFile } from '../../activities/load/load-file.ts';
import { readRootTables } from '../../db/backup/table-parts.ts';
import { migrate } from '../../db/migrate.ts';
import { migrationNames } from '../../db/migrations/index.ts';
import { type BackupManifest, readManifest, writeManifest } from '../../services/backup/manifest.ts';
import { BUCKETS } from '../../services/object-store.ts';
import { type ActivityStage, openActivityStage } from '../../tests/activity-stage.ts';
import { withEmptyDatabase, withPool } from '../../tests/backup-stage.ts';
import { smartEtl } from '../../tests/command-line.ts';
import type { TestDatabase } from '../../tests/database.ts';
import { contentOf } from '../../tests/database-content.ts';
import { NODE_ENVIRONMENT } from '../../tests/node-environment.ts';
import { type OwnStore, openOwnStore } from '../../tests/own-store.ts';

const SLOW_MS = 180_000;
const TOLD_IN = ['audit_log', 'audit_head'];
const SAMPLES = 300_000;

let stage: ActivityStage;
let source: OwnStore;
let target: OwnStore;
let saved: string;
let manifest: BackupManifest;
beforeAll(async () => {
  [source, target] = await Promise.all([openOwnStore(), openOwnStore()]);
  stage = await openActivityStage({ objectStore: source.store });
  await load(1);
  saved = path.join(stage.folder, 'saved');
  // Enough rows that a kill finds the restore among them.
  await stage.database.pool.query(
    `insert into metric_sample select '2051-01-01'::timestamptz + i * interval '1 s', i, 1, 'srv', 'cpu_percent'
     from generate_series(1, ${SAMPLES}) i`,
  );
  const { status, stderr } = await smartEtl(['backup', saved, '--keys'], envOf(stage.database, source));
  expect(status, stderr).toBe(0);
  ({ manifest } = await readManifest(saved));
}, 300_000);
afterAll(async () => {
  await stage?.close();
  await Promise.all([source.close(), target.close()]);
});

/** A file of runs and what becomes of it. */
async function load(file: number): Promise<void> {
  const lines = Array.from(
    { length: 50 },
    (_, i) =>
      `job ${i % 7},${file}-${i},2026-0${1 + (i % 6)}-03T0${i % 10}:00:00Z,60,${i % 9 ? 'success' : 'failed'}`,
  );
  const text = `job_id,run_id,started_at,duration_s,status\n${lines.join('\n')}\nno such,row,soon,60,success\n`;
  const sha256 = await stage.storeFile(text, 'runs', `file ${file}.csv`);
  await stage.dependencies.objectStore.put(BUCKETS.reports, Buffer.from(`report ${file}`));
  await stage.run(createLoadFile(stage.dependencies), { sha256 });
}

const envOf = (database: TestDatabase, store: OwnStore) => ({
  SMART_ETL_HOME: stage.folder,
  SMART_ETL_DATABASE_URL: database.url,
  SMART_ETL_LINK_KEY: 'a-link-key-of-at-least-32-characters',
  ...store.env,
});
const restore = (database: TestDatabase, args: string[] = [], from = saved, store = target) =>
  smartEtl(['restore', from, ...args], envOf(database, store));
const tablesOf = (database: TestDatabase) => withPool(database, readRootTables);

async function objectCount(): Promise<number> {
  let count = 0;
  for (const bucket of Object.values(BUCKETS)) {
    // Before a restore there may be no bucket.
    for await (const _ of target.store.list(bucket)) count += 1;
  }
  return count;
}

describe('smart-etl restore', () => {
  it(
    'refuses a backup with one flipped bit, a part cut off or missing, before anything is written',
    () =>
      withEmptyDatabase(async (database) => {
        await target.store.ensureBuckets();
        const found = readdirSync(saved, { recursive: true, encoding: 'utf8' });
        const one = (pattern: RegExp) => found.find((file) => pattern.test(file))!;
        const flip = (bytes: Buffer) => {
          bytes[Math.floor(bytes.length / 2)]! ^= 1;
          return bytes;
        };
        const damages: [string, (file: string) => void][] = [
          [
            'manifest.json',
            (file) => writeFileSync(file, readFileSync(file, 'utf8').replace('"rows": 7', '"rows": 8')),
          ],
          [one(/run_2026_03/), (file) => writeFileSync(file, flip(readFileSync(file)))],
          [one(/metric_sample_from_2050/), (file) => truncateSync(file, 1000)],
          [one(/raw\.jsonl/), (file) => writeFileSync(file, flip(readFileSync(file)))],
          [one(/objects\/raw\/..\/.*zst/), (file) => writeFileSync(file, flip(readFileSync(file)))],
          [one(/objects\/reports\/..\/.*zst/), (file) => rmSync(file)],
          [one(/keys\/link_key/), (file) => writeFileSync(file, flip(readFileSync(file)))],
        ];
        for (const [name, damage] of damages) {
          const file = path.join(saved, name);
          const whole = readFileSync(file);
          damage(file);
          const { status, stderr } = await restore(database);
          writeFileSync(file, whole);
          expect([name, status, stderr]).toEqual([name, 1, expect.stringContaining(name)]);
          expect([await tablesOf(database), await objectCount()]).toEqual([[], 0]);
        }
        expect((await restore(database, ['--check'])).status).toBe(0);
        expect(await tablesOf(database)).toEqual([]);
      }),
    SLOW_MS,
  );

  it(
    'leaves the database empty when it is killed among the rows, and is called again',
    () =>
      withEmptyDatabase(async (database) => {
        const child = spawn(process.execPath, ['cli/main.ts', 'restore', saved], {
          env: { ...NODE_ENVIRONMENT, ...envOf(database, target) },
          stdio: 'ignore',
        });
        const ended = new Promise((resolve) => child.once('close', resolve));
        await copying(database);
        child.kill('SIGKILL');
        await ended;
        await withPool(database, async (pool) => {
          const content = await contentOf(pool, TOLD_IN);
          expect(Object.values(content).filter((text) => !text.startsWith('0 rows'))).toEqual([]);
        });
        const { status, stderr } = await restore(database);
        expect(status, stderr).toBe(0);
        await withPool(database, async (pool) =>
          expect(await contentOf(pool, TOLD_IN)).toEqual(await contentOf(stage.database.pool, TOLD_IN)),
        );
        await expectRefusedWhereRowsAre(database);
      }),
    SLOW_MS,
  );

  async function expectRefusedWhereRowsAre(database: TestDatabase): Promise<void> {
    const before = await withPool(database, (pool) => contentOf(pool));
    const again = await restore(database);
    expect([again.status, again.stderr]).toEqual([
      6,
      expect.stringContaining('the database has rows already'),
    ]);
    expect(await withPool(database, (pool) => contentOf(pool))).toEqual(before);

    // What came since goes, when that is said; newer objects stay.
    await withPool(database, (pool) =>
      pool.query('delete from quarantine; delete from run; delete from metric_sample'),
    );
    await target.store.put(BUCKETS.raw, Buffer.from('newer'));
    expect((await restore(database, ['--json'])).status).toBe(6);
    const { status, stdout } = await restore(database, ['--replace', '--json']);
    expect(status).toBe(0);
    expect(JSON.parse(stdout).restored).toMatchObject({
      others: 1,
      auditBreak: null,
      auditEntries: expect.any(Number),
    });
    expect(await withPool(database, (pool) => contentOf(pool, TOLD_IN))).toEqual(
      await contentOf(stage.database.pool, TOLD_IN),
    );
  }

  it('is refused while somebody is connected to the database', () =>
    withEmptyDatabase((database) =>
      withPool(database, async (pool) => {
        await pool.query('select 1');
        const { status, stderr } = await restore(database);
        expect([status, stderr]).toEqual([6, expect.stringContaining('smart_etl_owner (test)')]);
      }),
    ));

  it('takes the schema of the backup, and none of a newer program', async () => {
    const text = readFileSync(path.join(saved, 'manifest.json'));
    try {
      await writeManifest(saved, { ...manifest, migrations: [...manifest.migrations, '9999-later'] });
      await withEmptyDatabase(async (database) => {
        const { status, stderr } = await restore(database);
        expect([status, stderr]).toEqual([6, expect.stringContaining('9999-later')]);
        expect(await tablesOf(database)).toEqual([]);
      });
    } finally {
      writeFileSync(path.join(saved, 'manifest.json'), text);
    }
    await withEmptyDatabase(async (database) => {
      await migrate(database.url, migrationNames.at(-2));
      const { status, stderr } = await restore(database);
      expect([status, stderr]).toEqual([
        6,
        expect.stringContaining(`the database has the schema ${migrationNames.at(-2)}`),
      ]);
    });
  });
});

it(
  'a backup taken while files are loaded holds whole files, and their originals',
  async () => {
    const busy = path.join(stage.folder, 'busy');
    const taking = smartEtl(['backup', busy], envOf(stage.database, source));
    let isTaken = false;
    void taking.then(() => {
      isTaken = true;
    });
    let files = 1;
    while (!isTaken) await load(++files);
    expect((await taking).status).toBe(0);
    expect(files).toBeGreaterThan(5);
    const empty = await openOwnStore();
    try {
      await withEmptyDatabase(async (database) => {
        expect((await restore(database, [], busy, empty)).status).toBe(0);
        await withPool(database, async (pool) => {
          const { rows } = await pool.query(
            `select sha256, state, rows_loaded, rows_quarantined, (select count(*) from run where file_id = file.id) as runs,
               (select count(*) from quarantine where file_sha256 = sha256) as refused from file`,
          );
          for (const { sha256, state, ...told } of rows) {
            await empty.store.get(BUCKETS.raw, sha256);
            if (state === 'loaded') {
              expect(told).toEqual({ rows_loaded: 50, rows_quarantined: 1, runs: 50, refused: 1 });
            } else expect(told).toMatchObject({ runs: 0, refused: 0 });
          }
        });
      });
    } finally {
      await empty.close();
    }
  },
  SLOW_MS,
);

/** Resolves once the restore writes the largest table. */
async function copying(database: TestDatabase): Promise<void> {
  const admin = new pg.Client({ connectionString: inject('postgresAdminUrl') });
  await admin.connect();
  try {
    for (;;) {
      const { rowCount } = await admin.query(
        `select from pg_stat_activity where datname = $1 and query like 'copy "metric_sample_from_2050"%'`,
        [new URL(database.url).pathname.slice(1)],
      );
      if (rowCount! > 0) return;
      await setTimeout(5);
    }
  } finally {
    await admin.end();
  }
}
