import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ActivityStage, openActivityStage } from '../../tests/activity-stage.ts';
import { createLoadFiles } from './load-files.ts';
import { createReplayFiles, type ReplayOutcome } from './replay-files.ts';

let stage: ActivityStage;
let loadFiles: ReturnType<typeof createLoadFiles>;
let replayFiles: ReturnType<typeof createReplayFiles>;
beforeAll(async () => {
  stage = await openActivityStage();
  loadFiles = createLoadFiles(stage.dependencies);
  replayFiles = createReplayFiles(stage.dependencies);
});
afterAll(() => stage.close());

const HEADER = 'job_id,run_id,started_at,duration_s,status';
const line = (run: string, status = 'success') => `orders,${run},2026-03-01T05:00:00Z,60,${status}`;
const rows = async (sql: string, values: unknown[] = []) =>
  (await stage.database.pool.query(sql, values)).rows;
const ledger = (sha256: string) =>
  rows(
    `select state, rows_in, rows_loaded, rows_duplicate, rows_quarantined, rows_expired, values_expected,
       values_told from file where sha256 = $1`,
    [sha256],
  );
const replay = (of: { sha256?: string; source?: string } = {}): Promise<ReplayOutcome> =>
  stage.run(replayFiles, { ...of, afterId: 0, who: 'ann', why: 'new rule', workflowId: 'replay/test' });
const NOTHING = {
  rowsLoaded: 0,
  rowsDuplicate: 0,
  rowsExpired: 0,
  rowsRefused: 0,
  reopened: 0,
  unreadable: 0,
};

/** Brings a loaded file into the state in which stricter rules had left it: those rows are in quarantine. */
async function refuseLater(sha256: string, text: string, lines: string[]): Promise<void> {
  for (const refused of lines) {
    const run = refused.split(',')[1];
    const { rowCount } = await stage.database.pool.query(
      `delete from run using file where file.id = run.file_id and sha256 = $1 and run_key = $2`,
      [sha256, run],
    );
    await stage.database.pool.query(
      `insert into quarantine (file_sha256, byte_offset, row_number, code, detail, original, byte_length)
       values ($1, $2, $3, 'older-rule', 'was too strict', $4, $5)`,
      [
        sha256,
        text.indexOf(refused),
        text.split('\n').indexOf(refused),
        Buffer.from(refused),
        refused.length,
      ],
    );
    await stage.database.pool.query(
      `update file set rows_quarantined = rows_quarantined + 1, rows_loaded = rows_loaded - $2,
         rows_duplicate = rows_duplicate - 1 + $2, values_expected = values_expected - 5, values_told = values_told - 3
       where sha256 = $1`,
      [sha256, rowCount],
    );
  }
}

describe('replayFiles', () => {
  const text = [HEADER, line('1'), line('2'), line('3'), line('4', 'unheard of'), line('5')].join('\n');
  let sha256: string;

  it('loads what can be read now, leaves the rest, and the account stays exact', async () => {
    sha256 = await stage.storeFile(text);
    await stage.run(loadFiles, { files: [sha256] });
    const before = await rows(`select run::text from run order by run_key`);
    await refuseLater(sha256, text, [line('2'), line('5')]);
    await stage.database.pool.query(`update file set accounted_at = '2026-01-01Z'`);
    expect(await ledger(sha256)).toMatchObject([{ rows_in: 5, rows_loaded: 2, rows_quarantined: 3 }]);

    const outcome = await replay();
    expect(outcome).toEqual({ ...NOTHING, files: 1, rowsLoaded: 2, rowsRefused: 1, nextAfterId: null });
    expect(await ledger(sha256)).toEqual([
      {
        state: 'loaded',
        rows_in: 5,
        rows_loaded: 4,
        rows_duplicate: 0,
        rows_quarantined: 1,
        rows_expired: 0,
        values_expected: 4 * 5,
        // Id, end and duration; neither host nor rows.
        values_told: 4 * 3,
      },
    ]);
    // What the file says now was not known before.
    expect(await rows(`select accounted_at = loaded_at as "isKnownNow" from file`)).toEqual([
      { isKnownNow: true },
    ]);
    expect(await rows(`select run::text from run order by run_key`)).toEqual(before);
    expect(await rows(`select code, row_number, original from quarantine`)).toEqual([
      { code: 'unknown-status', row_number: 4, original: Buffer.from(line('4', 'unheard of')) },
    ]);
    expect(await rows(`select who, action, subject, why, before, after, workflow_id from audit_log`)).toEqual(
      [
        {
          who: 'ann',
          action: 'replay-file',
          subject: 'file runs.csv',
          why: 'new rule',
          before: { sha256, rowsIn: 5, rowsLoaded: 2, rowsDuplicate: 0, rowsQuarantined: 3 },
          after: { rowsIn: 5, rowsLoaded: 4, rowsDuplicate: 0, rowsQuarantined: 1 },
          workflow_id: 'replay/test',
        },
      ],
    );
  });

  it('twice is once, and leaves no second line in the audit log', async () => {
    const account = await ledger(sha256);
    expect(await replay({ sha256 })).toEqual({ ...NOTHING, files: 1, rowsRefused: 1, nextAfterId: null });
    expect(await ledger(sha256)).toEqual(account);
    expect(await rows(`select count(*) from run`)).toEqual([{ count: 4 }]);
    expect(await rows(`select count(*) from audit_log`)).toEqual([{ count: 1 }]);
  });

  it('counts a row that another file told meanwhile as a duplicate', async () => {
    await refuseLater(sha256, text, [line('3')]);
    const other = await stage.storeFile(`${HEADER}\n${line('3')}\n${line('9')}`);
    await stage.run(loadFiles, { files: [other] });
    expect(await replay({ source: 'runs' })).toMatchObject({ files: 1, rowsRefused: 1 });
    // The first file that told a run is its origin: the run goes over to it, and both ledgers say so.
    expect(await ledger(sha256)).toMatchObject([{ rows_in: 5, rows_loaded: 4, rows_duplicate: 0 }]);
    expect(await ledger(other)).toMatchObject([{ rows_in: 2, rows_loaded: 1, rows_duplicate: 1 }]);
    expect(await rows(`select count(*) from run`)).toEqual([{ count: 5 }]);
  });

  it('touches no row that was loaded, even where today it would read it differently', async () => {
    await stage.database.pool.query(`update run set host = 'told by an older rule' where run_key = '1'`);
    await replay();
    expect(await rows(`select run_key from run where host = 'told by an older rule'`)).toEqual([
      { run_key: '1' },
    ]);
    expect(await rows(`select count(*) from run`)).toEqual([{ count: 5 }]);
  });

  it('one refused span that is now several rows changes the number of rows in, and the sum still holds', async () => {
    const [first, second] = [line('a'), line('b')];
    const joined = `${HEADER}\n${first}\n${second}\n`;
    const file = await stage.storeFile(joined, 'runs', 'joined.csv');
    await stage.run(loadFiles, { files: [file] });
    await stage.database.pool.query(`delete from run where run_key in ('a', 'b')`);
    await stage.database.pool.query(
      `insert into quarantine (file_sha256, byte_offset, row_number, code, detail, original, byte_length)
       values ($1, $2, 1, 'unclosed-quote', 'x', '', $3)`,
      [file, joined.indexOf(first), first.length + 1 + second.length],
    );
    await stage.database.pool.query(
      `update file set rows_in = 1, rows_loaded = 0, rows_quarantined = 1 where sha256 = $1`,
      [file],
    );
    expect(await replay({ sha256: file })).toMatchObject({ rowsLoaded: 2, rowsRefused: 0 });
    expect(await ledger(file)).toMatchObject([{ rows_in: 2, rows_loaded: 2, rows_quarantined: 0 }]);
  });

  it('tries a file again that was refused as a whole', async () => {
    const refused = await stage.storeFile(`${HEADER}\n${line('whole')}`, 'runs', 'whole.csv');
    await stage.database.pool.query(
      `update file set state = 'refused', refusal_code = 'older-rule', refusal_detail = 'x' where sha256 = $1`,
      [refused],
    );
    const hopeless = await stage.storeFile('', 'runs', 'empty.csv');
    await stage.run(loadFiles, { files: [hopeless] });
    const [{ state }] = await ledger(hopeless);
    expect(state).toBe('refused');
    expect(await replay()).toMatchObject({ files: 3, reopened: 1 });
    expect(await ledger(refused)).toMatchObject([{ state: 'loaded', rows_loaded: 1 }]);
    expect(await ledger(hopeless)).toMatchObject([{ state: 'refused' }]);
  });

  it('reads originals with the limits of their source', async () => {
    const packed = await stage.storeFile(
      gzipSync(text.replaceAll('orders', 'packed')),
      'runs',
      'runs.csv.gz',
    );
    await stage.run(loadFiles, { files: [packed] });
    const limit = (maxBytes: number) =>
      stage.database.pool.query(`update source set intake = $1 where name = 'runs'`, [
        { archive: { maxBytes } },
      ]);
    await limit(text.length - 1);
    expect(await replay({ sha256: packed })).toMatchObject({ files: 1, unreadable: 1 });
    await limit(text.length);
    expect(await replay({ sha256: packed })).toMatchObject({ files: 1, unreadable: 0, rowsRefused: 1 });
  });

  it('has nothing to do where nothing is in quarantine', async () => {
    expect(await replay({ source: 'metrics' })).toEqual({ ...NOTHING, files: 0, nextAfterId: null });
  });
});
