import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ActivityStage, openActivityStage } from '../../tests/activity-stage.ts';
import { createLoadFiles, type LoadOutcome } from './load-files.ts';

let stage: ActivityStage;
let loadFiles: ReturnType<typeof createLoadFiles>;
beforeAll(async () => {
  stage = await openActivityStage();
  loadFiles = createLoadFiles(stage.dependencies);
});
afterAll(() => stage.close());
beforeEach(forgetEverything);

const HEADER = 'job_id,owner,run_id,started_at,duration_s,status';
const load = (files: string[]): Promise<LoadOutcome> => stage.run(loadFiles, { files });
const rows = async (sql: string, values: unknown[] = []) =>
  (await stage.database.pool.query(sql, values)).rows;

/** Also the months: the next load meets none. */
async function forgetEverything(): Promise<void> {
  const { pool } = stage.database;
  for (const { name } of await rows(
    `select inhrelid::regclass::text as name from pg_inherits where inhrelid::regclass::text ~ '_[0-9]{4}_[0-9]{2}$'
       and inhrelid in (select oid from pg_class where relkind = 'r')`,
  )) {
    await pool.query(`drop table ${name}`);
  }
  await pool.query('truncate run, metric_sample, job, file, arrival, quarantine cascade');
}

const partitions = async (table: string) =>
  (
    await rows(
      `select inhrelid::regclass::text as name from pg_inherits where inhparent = $1::regclass order by 1`,
      [table],
    )
  ).map(({ name }) => name);

describe('loadFiles', () => {
  it('loads small files together, and a refused one keeps nobody else from it', async () => {
    const files = [
      await stage.storeFile(
        `${HEADER}\na,ann,1,2026-01-31T23:59:59Z,60,ok\nb,ann,1,2026-02-01T00:00:00Z,60,ok\n`,
      ),
      await stage.storeFile('no table at all'),
      await stage.storeFile(gzipSync(`${HEADER}\na,ann,2,2026-02-03T05:00:00Z,60,ko\nb,ann,2,never,60,ok\n`)),
      await stage.storeFile(`${HEADER}\na,ann,2,2026-02-03T05:00:00Z,60,ko\n`),
    ];
    const outcome = {
      loaded: 3,
      refused: 1,
      held: 0,
      rowsIn: 5,
      rowsLoaded: 3,
      rowsDuplicate: 1,
      rowsQuarantined: 1,
    };
    expect(await load(files)).toEqual({ ...outcome, done: 4 });
    expect(await partitions('run')).toEqual([
      'run_2026_01',
      'run_2026_02',
      'run_before_2010',
      'run_from_2050',
    ]);
    // Done twice is done once.
    expect(await load(files)).toEqual({ ...outcome, done: 4 });
    expect(await rows('select count(*) from run')).toEqual([{ count: 3 }]);
    expect(
      await rows(`select rows_loaded, rows_duplicate from file where state = 'loaded' order by id`),
    ).toEqual([
      { rows_loaded: 2, rows_duplicate: 0 },
      { rows_loaded: 1, rows_duplicate: 0 },
      { rows_loaded: 0, rows_duplicate: 1 },
    ]);
  });

  it('gives a month that was filled its key and indexes', async () => {
    await load([await stage.storeFile(`${HEADER}\na,ann,1,2026-01-31T23:59:59Z,60,ok\n`)]);
    const indexes = (table: string) =>
      rows(
        `select regexp_replace(indexdef, '.* USING', '') as def from pg_indexes where tablename = $1 order by 1`,
        [table],
      );
    expect(await indexes('run_2026_01')).toEqual(await indexes('run_before_2010'));
    expect(
      await rows(
        `select conname from pg_constraint where conrelid = 'run_2026_01'::regclass and contype = 'c'`,
      ),
    ).toEqual([]);
  });

  it('keeps clocks that are far off in partitions of their own', async () => {
    const lines = [
      '2000-01-01T00:00:00Z',
      '2009-12-31T23:59:59Z',
      '2049-12-31T23:59:59Z',
      '2050-01-01T00:00:00Z',
    ];
    await load([
      await stage.storeFile([HEADER, ...lines.map((at, i) => `a,ann,${i},${at},60,ok`)].join('\n')),
    ]);
    expect(await rows('select tableoid::regclass::text as name from run order by started_at')).toEqual([
      { name: 'run_before_2010' },
      { name: 'run_before_2010' },
      { name: 'run_2049_12' },
      { name: 'run_from_2050' },
    ]);
  });

  it('takes a large file through several segments and months, each row once', {
    timeout: 60_000,
  }, async () => {
    const day = (i: number) => new Date(Date.UTC(2026, 0, 1) + i * 60_000).toISOString();
    const lines = Array.from({ length: 150_000 }, (_, i) => `job ${i % 40},ann,${i},${day(i)},60,ok`);
    // Told again much later, when its month may be closed already, and once at once.
    lines.push(lines[7]!, lines[100_000]!, lines.at(-1)!);
    const [sha256] = [await stage.storeFile([HEADER, ...lines].join('\n'))];
    expect(await load([sha256])).toMatchObject({ rowsIn: 150_003, rowsLoaded: 150_000, rowsDuplicate: 3 });
    expect(await rows('select count(*), count(distinct run_key) as keys from run')).toEqual([
      { count: 150_000, keys: 150_000 },
    ]);
    expect(await rows('select count(*) from job')).toEqual([{ count: 40 }]);
    expect(await partitions('run')).toHaveLength(2 + 4);
  });

  it('leaves no month behind when a file is refused halfway', async () => {
    const lines = Array.from({ length: 30_000 }, (_, i) => `a,ann,${i},2026-01-01T05:00:00Z,${i % 977},ok`);
    const packed = gzipSync([HEADER, ...lines].join('\n'), { level: 0 });
    const sha256 = await stage.storeFile(packed.subarray(0, packed.length - 2_000));
    expect(await load([sha256])).toMatchObject({ loaded: 0, refused: 1 });
    expect(await partitions('run')).toHaveLength(2);
  });

  it('makes a month anew that a load left behind which was killed before it could attach it', async () => {
    const killed = await stage.dependencies.pool.connect();
    await killed.query('begin');
    for (const call of [
      `begin_months()`,
      `begin_month('run', '2026-01-01')`,
      `begin_month('run', '2026-02-01')`,
    ]) {
      await killed.query(`select ${call}`);
    }
    await killed.query('commit');
    killed.release();
    const file = await stage.storeFile(`${HEADER}\na,ann,1,2026-01-31T23:59:59Z,60,ok\n`);
    expect(await load([file])).toMatchObject({ loaded: 1, rowsLoaded: 1 });
    expect(await partitions('run')).toEqual(['run_2026_01', 'run_before_2010', 'run_from_2050']);
    expect(await rows(`select to_regclass('run_2026_02') as february`)).toEqual([{ february: null }]);
  });

  it('holds a file of which too little can be read', { timeout: 60_000 }, async () => {
    const lines = Array.from({ length: 100_001 }, (_, i) => `a,ann,${i},x,6,ok`);
    const sha256 = await stage.storeFile([HEADER, ...lines].join('\n'));
    expect(await load([sha256])).toMatchObject({ loaded: 0, held: 1, rowsIn: 0 });
    expect(await rows('select refusal_code from file')).toEqual([{ refusal_code: 'quarantine-limit' }]);
    expect(await rows('select count(*) from quarantine')).toEqual([{ count: 0 }]);
  });

  it('says which file is unknown', async () => {
    await expect(load(['0'.repeat(64)])).rejects.toThrow(`no file ${'0'.repeat(64)} in the ledger`);
  });
});

/** A run as a line of a log; few values, so that files tell of the same runs. */
const lineArbitrary = fc.tuple(
  fc.constantFrom('a', 'b'),
  fc.integer({ min: 1, max: 4 }),
  fc.constantFrom('2026-01-31T23:00:00Z', '2026-02-01T00:00:00Z', '2009-05-01T00:00:00Z'),
  fc.constantFrom('60', '61', '-5', 'x'),
  fc.constantFrom('ok', 'ko', 'unheard of'),
);
const filesArbitrary = fc.array(fc.array(lineArbitrary, { minLength: 1, maxLength: 8 }), {
  minLength: 1,
  maxLength: 5,
});

/** Everything a load leaves behind, with files by their content. */
async function tables(): Promise<unknown[][]> {
  return [
    await rows(
      `select to_jsonb(run) - 'file_id', sha256 from run join file on file.id = file_id
       order by job_id, run_key, digest, started_at`,
    ),
    await rows('select * from job order by id'),
    await rows('select * from quarantine order by file_sha256, row_number'),
    await rows(
      `select sha256, rows_in, rows_loaded, rows_duplicate, rows_quarantined, dialect from file order by 1`,
    ),
  ];
}

describe('what the tables say does not depend on', () => {
  it('the order, the grouping and the company of loads, nor on repetition', {
    timeout: 120_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(filesArbitrary, fc.infiniteStream(fc.nat()), async (contents, choices) => {
        const store = async () => {
          await forgetEverything();
          const texts = contents.map((lines, i) =>
            [
              HEADER,
              ...lines.map(
                ([job, run, at, duration, status]) => `${job},${i},${run},${at},${duration},${status}`,
              ),
            ].join('\n'),
          );
          const files: string[] = [];
          for (const text of texts) files.push(await stage.storeFile(text));
          return [...new Set(files)];
        };
        const together = await store();
        const account = await load(together);
        expect(account.rowsIn).toBe(account.rowsLoaded + account.rowsDuplicate + account.rowsQuarantined);
        expect(await rows('select count(*) from run')).toEqual([{ count: account.rowsLoaded }]);
        const expected = await tables();

        const shuffled = (await store()).toSorted(() => ((choices.next().value as number) % 3) - 1);
        for (const sha256 of shuffled) await load([sha256]);
        await load(shuffled);
        expect(await tables()).toEqual(expected);

        const parallel = await store();
        await Promise.all([...parallel, ...parallel].map((sha256) => load([sha256])));
        expect(await tables()).toEqual(expected);
      }),
      { numRuns: 25 },
    );
  });
});
