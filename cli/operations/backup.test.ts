import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createMakeForecast } from '../../activities/forecast/make-forecast.ts';
import { verifyAuditLog } from '../../db/access/read-audit.ts';
import { withSnapshot } from '../../db/backup/snapshot.ts';
import { listForecast } from '../../db/forecast/read-forecast-table.ts';
import { migrate } from '../../db/migrate.ts';
import { migrationNames } from '../../db/migrations/index.ts';
import { readOverview } from '../../db/pages/read-overview.ts';
import { createPool } from '../../db/pool.ts';
import { type BackupManifest, readManifest } from '../../services/backup/manifest.ts';
import { BUCKETS, type ObjectStore } from '../../services/object-store.ts';
import { withEmptyDatabase, withPool } from '../../tests/backup-stage.ts';
import { smartEtl } from '../../tests/command-line.ts';
import type { TestDatabase } from '../../tests/database.ts';
import { columnContentOf, contentOf } from '../../tests/database-content.ts';
import { type LivedEstate, openLivedEstate } from '../../tests/lived-estate.ts';
import { modelKeyFile } from '../../tests/model-keys.ts';
import { NODE_ENVIRONMENT } from '../../tests/node-environment.ts';
import { fillOlder } from '../../tests/older-database.ts';
import { type OwnStore, openOwnStore } from '../../tests/own-store.ts';
import { FAILURE_MODEL } from '../../workflows/names.ts';

const SETUP_MS = 400_000;
const SLOW_MS = 180_000;
/** The restore itself is told there. */
/** The version before, and one of long ago. */
const OLDER = [migrationNames.at(-2)!, '0024-calibration'];
const TOLD_IN = ['audit_log', 'audit_head'];
const LINK_KEY = 'a-link-key-of-at-least-32-characters';

let folder: string;
let source: OwnStore;
let target: OwnStore;
let estate: LivedEstate;
let saved: string;
let manifest: BackupManifest;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'smart-etl-backup-'));
  [source, target] = await Promise.all([openOwnStore(), openOwnStore()]);
  estate = await openLivedEstate({ objectStore: source.store });
  await addStrangeRows(estate.stage.database);
  await target.store.ensureBuckets();
  saved = path.join(folder, 'saved');
  const { status, stderr } = await backup(saved, ['--keys']);
  expect(status, stderr).toBe(0);
  ({ manifest } = await readManifest(saved));
}, SETUP_MS);
afterAll(async () => {
  await estate?.close();
  await Promise.all([source.close(), target.close()]);
  rmSync(folder, { recursive: true });
});

/** What text formats get wrong. */
async function addStrangeRows({ pool }: TestDatabase): Promise<void> {
  await pool.query(
    `insert into metric_sample (ts, value, file_id, host, metric) values
       ('1999-12-31 23:59:59.999999Z', 'NaN', 1, E'tab\\tline\\nback\\\\slash', 'é'),
       ('2051-01-01', '-Infinity', 1, '\\N', ''), ('2051-01-01', 5e-324, 1, 'null', 'x'),
       ('2051-01-02', 0.1::float8 + 0.2::float8, 1, '\\.', 'x')`,
  );
  await pool.query(
    `insert into app_user (name, role, password, created_by) values ('ann', 'admin', 'scrypt$x', 'test');
     insert into app_user (name, role, password, created_by) values ('bob', 'viewer', 'scrypt$y', 'test');
     delete from app_user where name = 'bob';
     insert into audit_log (who, action, subject, why, before, after)
     values ('ann', 'a', 's', E'w\\n\\t', '{"ü": 1.50, "n": null}', '["\\u0001", "\\\\"]')`,
  );
}

const envOf = (database: TestDatabase, store: OwnStore, url = database.url) => ({
  SMART_ETL_HOME: estate.stage.folder,
  SMART_ETL_DATABASE_URL: url,
  SMART_ETL_LINK_KEY: LINK_KEY,
  SMART_ETL_MODEL_SIGNING_KEY_FILE: modelKeyFile(estate.stage.folder),
  ...store.env,
});

const backup = (to: string, args: string[] = [], url?: string) =>
  smartEtl(['backup', to, ...args], envOf(estate.stage.database, source, url));

const restore = (from: string, database: TestDatabase, args: string[] = [], store = target) =>
  smartEtl(['restore', from, '--who', 'ann', '--why', 'rehearsal', ...args], envOf(database, store));

async function objectsOf(store: ObjectStore): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const bucket of Object.values(BUCKETS)) {
    for await (const key of store.list(bucket)) {
      const bytes = key.includes('.') ? await store.getBeside(bucket, key) : await store.get(bucket, key);
      found[`${bucket}/${key}`] = bytes.toString('base64');
    }
  }
  for await (const { sha256, origin } of store.listOriginals())
    found[`origin of ${sha256}`] = JSON.stringify(origin);
  return found;
}

const hashesOf = ({ tables, buckets }: BackupManifest, without: readonly string[] = []) =>
  [...tables.filter(({ table }) => !without.includes(table)), ...buckets].map(({ file, content }) => [
    file,
    content,
  ]);

describe('smart-etl backup', () => {
  it('is a folder of parts that only its owner reads, keys among them when they are asked for', () => {
    expect(readdirSync(saved).sort()).toEqual(['database', 'keys', 'manifest.json', 'objects']);
    expect(readdirSync(path.join(saved, 'keys')).sort()).toEqual(['link_key', 'model_signing_key']);
    expect(readFileSync(path.join(saved, 'keys', 'link_key'), 'utf8')).toBe(LINK_KEY);
    for (const entry of readdirSync(saved, { recursive: true, withFileTypes: true })) {
      const mode = statSync(path.join(entry.parentPath, entry.name)).mode & 0o777;
      expect([entry.name, mode]).toEqual([entry.name, entry.isDirectory() ? 0o700 : 0o600]);
    }
    expect(manifest).toMatchObject({ format: 1, migrations: migrationNames, lost: [] });
    expect(manifest.tables.filter(({ rows }) => rows > 0).length).toBeGreaterThan(30);
    expect(manifest.tables.filter(({ partitionOf }) => partitionOf === 'run').length).toBeGreaterThan(4);
  });

  it(
    'says the same twice, also by a role that may read everything and write nothing',
    async () => {
      const role = `backup_${path.basename(folder).replaceAll(/\W/g, '').toLowerCase()}`;
      const admin = new pg.Client({ connectionString: inject('postgresAdminUrl') });
      await admin.connect();
      try {
        await admin.query(`create role ${role} login password 'secret' in role pg_read_all_data`);
        const url = new URL(estate.stage.database.url);
        url.username = role;
        url.password = 'secret';
        const again = path.join(folder, 'again');
        const { status, stdout } = await backup(again, ['--json'], url.href);
        expect(status).toBe(0);
        const told = JSON.parse(stdout);
        expect(told).toMatchObject({ keys: null, lost: [], schema: migrationNames.at(-1) });
        const { manifest: second, digest } = await readManifest(again);
        expect(told.digest).toBe(digest);
        expect(hashesOf(second)).toEqual(hashesOf(manifest));
        expect(second.sequences).toEqual(manifest.sequences);
        const { status: refused, stderr } = await backup(again, []);
        expect([refused, stderr]).toEqual([6, expect.stringContaining('is a backup already')]);
      } finally {
        await admin.query(`drop role if exists ${role}`);
        await admin.end();
      }
    },
    SLOW_MS,
  );

  it('is refused to a role that may not read everything, and where something else is', async () => {
    const asReader = await backup(path.join(folder, 'reader'), [], estate.stage.database.readerUrl);
    expect([asReader.status, asReader.stderr]).toEqual([5, expect.stringContaining('permission denied')]);
    expect((await restore(path.join(folder, 'reader'), estate.stage.database, ['--check'])).status).toBe(1);
    const taken = path.join(folder, 'taken');
    cpSync(path.join(saved, 'keys'), taken, { recursive: true });
    expect((await backup(taken)).status).toBe(6);
    const gone = {
      ...envOf(estate.stage.database, source),
      SMART_ETL_DATABASE_URL: 'postgresql://a:b@127.0.0.1:9/x',
    };
    expect((await smartEtl(['backup', path.join(folder, 'gone')], gone)).status).toBe(4);
  });

  it(
    'is none when it is killed, and goes on from there',
    async () => {
      const killed = path.join(folder, 'killed');
      const child = spawn(process.execPath, ['cli/main.ts', 'backup', killed], {
        env: { ...NODE_ENVIRONMENT, ...envOf(estate.stage.database, source) },
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      // The database is saved: objects are being copied.
      await new Promise<void>((resolve) => {
        let told = '';
        child.stderr.on('data', (chunk: Buffer) => {
          told += chunk;
          if (told.includes('tables and months')) resolve();
        });
      });
      const ended = new Promise((resolve) => child.once('close', resolve));
      child.kill('SIGKILL');
      await ended;
      const { status, stderr } = await restore(killed, estate.stage.database, ['--check']);
      expect([status, stderr]).toEqual([1, expect.stringContaining('is no backup')]);
      expect((await backup(killed)).status).toBe(0);
      expect(hashesOf((await readManifest(killed)).manifest)).toEqual(hashesOf(manifest));
      expect(readdirSync(killed).sort()).toEqual(['database', 'manifest.json', 'objects']);
    },
    SLOW_MS,
  );
});

describe('smart-etl restore', () => {
  it(
    'brings back every row and every object, and what can be done with them',
    () =>
      withEmptyDatabase(async (database) => {
        const { status, stdout, stderr } = await restore(saved, database, ['--json']);
        expect(status, stderr).toBe(0);
        const told = JSON.parse(stdout);
        expect(told.restored).toMatchObject({ others: 0, auditBreak: null, champion: { valid: true } });
        expect(await objectsOf(target.store)).toEqual(await objectsOf(source.store));

        const again = path.join(folder, 'of-restored');
        await withPool(database, async (pool) => {
          const before = await contentOf(estate.stage.database.pool, TOLD_IN);
          expect(await contentOf(pool, TOLD_IN)).toEqual(before);
          const entries = async (client: pg.Pool, limit: string) =>
            (await client.query(`select t::text as row from audit_log t order by id ${limit}`)).rows;
          const old = await entries(estate.stage.database.pool, '');
          expect(await entries(pool, `limit ${old.length}`)).toEqual(old);
          const { rows } = await pool.query(
            'select who, action, why, after from audit_log order by id desc limit 1',
          );
          expect(rows[0]).toMatchObject({
            ...{ who: 'ann', action: 'database.restored', why: 'rehearsal' },
            after: { takenAt: manifest.takenAt, manifest: told.digest },
          });
          expect(await withSnapshot(database.url, (snapshot) => snapshot.sequences())).toEqual(
            manifest.sequences,
          );
        });
        const env = envOf(database, target);
        expect((await smartEtl(['backup', again], env)).status).toBe(0);
        expect(hashesOf((await readManifest(again)).manifest, TOLD_IN)).toEqual(hashesOf(manifest, TOLD_IN));

        await expectSameForecast(database);
        // The next entry, by the rights of the worker, goes on with the chain.
        const writer = createPool(database.writerUrl, { max: 1 });
        await writer.query(`insert into audit_log (who, action, subject, why) values ('bob', 'a', 's', 'w')`);
        await writer.end();
        const verified = await smartEtl(['audit', 'verify', '--json'], env);
        expect(JSON.parse(verified.stdout)).toMatchObject({ entries: told.restored.auditEntries + 1 });
        expect(verified.status).toBe(0);
      }),
    SLOW_MS,
  );

  async function expectSameForecast(database: TestDatabase): Promise<void> {
    const { stage, endsAtMs } = estate;
    const pool = createPool(database.writerUrl, { max: 2 });
    try {
      const asOf = new Date(endsAtMs + 86_400_000).toISOString();
      const rowsOf = async (dependencies: typeof stage.dependencies) => {
        const made = await stage.run(createMakeForecast(dependencies), { model: FAILURE_MODEL, asOf });
        const { rows } = await dependencies.pool.query(
          'select t::text as row from forecast t where cutoff = (select max(cutoff) from forecast) order by 1',
        );
        return { made, rows };
      };
      const restored = await rowsOf({ ...stage.dependencies, pool, objectStore: target.store });
      expect(restored.rows.length).toBeGreaterThan(100);
      expect(restored).toEqual(await rowsOf(stage.dependencies));
    } finally {
      await pool.end();
    }
  }
});

describe('a database of an older version', () => {
  it.each(OLDER)(
    'with the schema %s keeps every row when it is migrated, also by way of a backup',
    (schema) =>
      withEmptyDatabase(async (older) => {
        await fillOlder(older, schema, estate.stage.database);
        const before = await withPool(older, (pool) => columnContentOf(pool));
        const rows = Object.values(before).filter(({ text }) => !text.startsWith('0 rows'));
        expect(rows.length).toBeGreaterThan(25);
        const aside = path.join(folder, schema);
        const { status, stderr } = await smartEtl(['backup', aside], envOf(older, source));
        expect(status, stderr).toBe(0);
        expect((await readManifest(aside)).manifest.migrations.at(-1)).toBe(schema);

        const steps = migrationNames.slice(migrationNames.indexOf(schema) + 1);
        expect(await migrate(older.url)).toEqual(steps);
        await withPool(older, async (pool) => {
          expect(await columnContentOf(pool, before)).toEqual(before);
          await expectReadable(pool);
        });
        await withEmptyDatabase(async (database) => {
          const restored = await restore(aside, database);
          // A version from before there were signatures is known for what it is.
          const isSigned = schema >= '0027-registry';
          expect(restored.status, restored.stderr).toBe(isSigned ? 0 : 1);
          expect(restored.stdout).toMatch(isSigned ? 'is whole' : 'CANNOT BE USED');
          await withPool(database, async (pool) => {
            const { audit_log: _, audit_head: __, ...kept } = before;
            expect(await columnContentOf(pool, kept)).toEqual(kept);
            await expectReadable(pool);
          });
        });
      }),
    SLOW_MS,
  );
});

/** What the pages and the next load ask. */
async function expectReadable(pool: pg.Pool): Promise<void> {
  expect((await verifyAuditLog(pool, null)).firstBreak).toBe(null);
  const { rows } = await pool.query('select count(*) as runs from run_latest');
  expect(rows[0].runs).toBeGreaterThan(1_000);
  const incident = `insert into incident (opened_at, severity, causes) values (now(), 'minor', '[]') returning id`;
  const { rows: last } = await pool.query('select max(id) as id from incident');
  expect((await pool.query(incident)).rows[0].id).toBeGreaterThan(last[0].id);
  const { rows: cutoffs } = await pool.query('select max(cutoff) as cutoff from forecast');
  expect((await listForecast(pool, cutoffs[0].cutoff)).jobs.length).toBeGreaterThan(10);
  const overview = await readOverview(pool, FAILURE_MODEL, new Date(estate.endsAtMs));
  expect(JSON.stringify(overview)).toContain('"');
}
