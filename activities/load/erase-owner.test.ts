import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requestErasure } from '../../db/load/erasures.ts';
import { recoverFiles } from '../../db/load/recover-ledger.ts';
import { saveSource } from '../../db/load/sources.ts';
import { decompressed } from '../../services/decompress.ts';
import { BUCKETS, sha256Of } from '../../services/object-store.ts';
import { type ActivityStage, openActivityStage } from '../../tests/activity-stage.ts';
import { createActivities } from '../index.ts';
import { pseudonymOf } from './pseudonyms.ts';

/** Nobody else in the shared object store is called so. */
const NAME = 'Zoé Quarantaine-Dupont';
const KEY = 'a key of at least thirty-two characters';
const SOURCE = 'erase-runs';
const HEADER = 'job_id,owner,run_id,started_at,duration_s,status,error,branch';

let stage: ActivityStage;
let activities: ReturnType<typeof createActivities>;
beforeAll(async () => {
  stage = await openActivityStage();
  activities = createActivities(stage.dependencies);
  await stage.database.pool.query('delete from source');
  const folder = path.join(stage.folder, 'runs');
  await saveSource(stage.database.pool, { name: SOURCE, kind: 'runs', folder, namespace: 'default' });
});
afterAll(() => stage.close());

async function store(name: string, bytes: Buffer, archiveSha256: string | null = null): Promise<string> {
  const sha256 = sha256Of(bytes);
  const receivedAt = new Date('2026-04-01T00:00:00Z');
  const origin = { source: SOURCE, name, receivedAt, archiveSha256 };
  await stage.dependencies.objectStore.putOriginal(sha256, { bytes }, origin);
  await recoverFiles(stage.database.pool, [
    { sha256, source: SOURCE, name, sizeBytes: bytes.length, receivedAt, isUnpacked: false },
  ]);
  return sha256;
}

/** Every value of every table, as text; bytes as the text they are. */
async function dumpAll(): Promise<string> {
  const { rows } = await stage.database.pool.query<{ name: string }>(
    `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
       and not relispartition and relname not like 'knex%'`,
  );
  const texts: string[] = [];
  for (const { name } of rows) {
    const { rows: all } = await stage.database.pool.query(`select to_jsonb(t)::text as text from ${name} t`);
    texts.push(...all.map(({ text }) => text));
  }
  const { rows: kept } = await stage.database.pool.query('select original from quarantine');
  texts.push(...kept.flatMap(({ original }) => [original.toString(), original.toString('latin1')]));
  return texts.join('\n').normalize('NFC').toLowerCase();
}

/** Every object of every bucket, unpacked, and what is told with it. */
async function objectsNaming(name: string): Promise<string[]> {
  const { objectStore } = stage.dependencies;
  const found: string[] = [];
  for (const bucket of Object.values(BUCKETS)) {
    for await (const key of objectStore.list(bucket)) {
      const chunks: Buffer[] = [];
      try {
        for await (const chunk of decompressed(await objectStore.stream(bucket, key))) chunks.push(chunk);
      } catch {
        continue; // damaged archives of other tests
      }
      const bytes = Buffer.concat(chunks);
      const texts = [bytes.toString(), bytes.toString('latin1'), bytes.toString('utf16le')];
      if (texts.some((text) => text.toLowerCase().includes(name.toLowerCase())))
        found.push(`${bucket}/${key}`);
    }
  }
  for await (const { sha256, origin } of objectStore.listOriginals()) {
    if (origin?.name.toLowerCase().includes(name.toLowerCase())) found.push(`name of ${sha256}`);
  }
  return found;
}

describe('eraseOwner', () => {
  const line = (run: string, start = '2026-03-01T05:00:00Z') =>
    `orders,${NAME},${run},${start},60,failed,"call ${NAME.toUpperCase()}",by ${NAME}`;
  let erasureId: number;
  let plain: string;

  it('starts with the name in tables, quarantine, originals and messages', async () => {
    plain = await store(`${NAME}.csv`, Buffer.from([HEADER, line('1'), line('2', 'no date')].join('\n')));
    const others = [
      await store(
        'packed.csv.gz',
        gzipSync([HEADER, line('3'), 'stock,bob,4,2026-03-01T05:00:00Z,60,ok,,'].join('\n')),
      ),
      await store('latin.csv', Buffer.from([HEADER, line('5')].join('\n'), 'latin1')),
      await store('wide.csv', Buffer.from(`\ufeff${[HEADER, line('6')].join('\n')}`, 'utf16le')),
      await store(
        'member.csv',
        Buffer.from([HEADER, line('7')].join('\n')),
        await store('a.zip', Buffer.from('PK')),
      ),
    ];
    await stage.dependencies.objectStore.put(BUCKETS.training, Buffer.from(`snapshot of ${NAME}`));
    await stage.run(activities.loadFiles, { files: [plain, ...others] });
    await stage.run(activities.detect, { asOf: '2026-03-02T00:00:00Z' });
    await stage.database.pool.query(
      `insert into audit_log (who, action, subject, why, before) values ($1, 'x', 'y', $1, $2)`,
      [NAME, JSON.stringify({ by: NAME })],
    );
    const dump = await dumpAll();
    expect(dump.split(NAME.toLowerCase()).length).toBeGreaterThan(20);
    expect(await objectsNaming(NAME)).toHaveLength(7);
  });

  it('leaves the name nowhere: neither in a dump of the tables nor in an object', async () => {
    const before = await stage.database.pool.query(
      'select rows_in, rows_loaded, rows_quarantined from file order by id',
    );
    erasureId = await requestErasure(stage.dependencies.pool, {
      name: NAME,
      requestedBy: 'ann',
      why: `${NAME} asked for it`,
    });
    expect(await stage.run(activities.redactOriginals, { erasureId })).toMatchObject({
      originals: 5,
      deleted: 2,
    });
    // A worker that died halfway: nothing is left to do.
    expect(await stage.run(activities.redactOriginals, { erasureId })).toMatchObject({
      originals: 0,
      deleted: 0,
    });
    await activities.beginRebuild();
    while ((await stage.run<undefined, { waiting: number }>(activities.rebuildFiles, undefined)).waiting > 0);
    const who = { who: 'erase/1', why: 'redacted', workflowId: 'erase/1' };
    expect(await stage.run(activities.finishRebuild, who)).toEqual({ finished: true });
    await stage.run(activities.finishErasure, { erasureId, workflowId: 'erase/1' });

    expect(await dumpAll()).not.toContain(NAME.toLowerCase());
    expect(await dumpAll()).not.toContain('dupont');
    expect(await objectsNaming(NAME)).toEqual([]);
    const after = await stage.database.pool.query(
      'select rows_in, rows_loaded, rows_quarantined from file order by id',
    );
    expect(after.rows).toEqual(before.rows);
  });

  it('keeps everything else: other people, the rows, where they stand, and which original it was', async () => {
    const { pool } = stage.database;
    const jobs = await pool.query('select name, owner from job order by name');
    expect(jobs.rows).toEqual([
      { name: 'orders', owner: '*'.repeat(Buffer.byteLength(NAME)) },
      { name: 'stock', owner: 'bob' },
    ]);
    expect((await pool.query('select count(*) from run')).rows).toEqual([{ count: 6 }]);
    const { rows } = await pool.query(
      `select name, redacted_from, row_number, byte_offset from file join quarantine on file_sha256 = sha256`,
    );
    expect(rows).toMatchObject([{ redacted_from: plain, row_number: 2 }]);
    expect(rows[0].name).toBe('***.csv');
  });

  it('leaves a line in the audit log that does not name the person; done again, nothing happens', async () => {
    await stage.run(activities.finishErasure, { erasureId, workflowId: 'erase/1' });
    const { rows } = await stage.database.pool.query(
      `select who, action, subject, why from audit_log where action = 'erase-owner'`,
    );
    expect(rows).toEqual([
      { who: 'ann', action: 'erase-owner', subject: `erasure ${erasureId}`, why: '*** asked for it' },
    ]);
    await expect(stage.run(activities.redactOriginals, { erasureId })).rejects.toThrow(
      `no erasure ${erasureId} is under way`,
    );
  });
});

describe('pseudonyms', () => {
  it('name nobody in PostgreSQL, and the same person is the same pseudonym', async () => {
    const dependencies = { ...stage.dependencies, pseudonymKey: KEY };
    const { loadFiles, replayFiles } = createActivities(dependencies);
    const name = 'Ines Pseudonymova';
    const row = (owner: string, run: string, start = '2026-03-01T05:00:00Z') =>
      `hidden,${owner},${run},${start},60,ok,,`;
    const sha256 = await store(
      'hidden.csv',
      Buffer.from([HEADER, row(name, '1'), row(name.toUpperCase(), '2', name)].join('\n')),
    );
    await stage.run(loadFiles, { files: [sha256] });
    expect(await dumpAll()).not.toContain('pseudonymova');
    const { rows } = await stage.database.pool.query(`select owner from job where name = 'hidden'`);
    expect(rows).toEqual([{ owner: pseudonymOf(KEY, name) }]);
    // Where the row stands is kept, so it can be read again.
    const kept = await stage.database.pool.query(
      'select code, octet_length(original) as bytes, byte_length > 0 as placed from quarantine where file_sha256 = $1',
      [sha256],
    );
    expect(kept.rows).toEqual([{ code: 'unreadable-start', bytes: 0, placed: true }]);
    const replay = { sha256, afterId: 0, who: 'ann', why: 'new rule', workflowId: 'w' };
    expect(await stage.run(replayFiles, replay)).toMatchObject({ rowsRefused: 1 });
    expect(await dumpAll()).not.toContain('pseudonymova');
  });

  it('are HMAC-SHA-256, which another implementation makes the same', () => {
    // printf 'ann' | openssl dgst -sha256 -hmac key
    expect(pseudonymOf('key', 'Ann')).toBe('p_9d77c3180ff81edf');
    expect(pseudonymOf('key', 'Zoé'.normalize('NFD'))).toBe(pseudonymOf('key', 'ZOÉ'));
    expect(pseudonymOf('other key', 'Ann')).not.toBe(pseudonymOf('key', 'Ann'));
  });
});
