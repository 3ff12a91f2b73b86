import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { saveSource } from '../../db/load/sources.ts';
import { type ActivityStage, openActivityStage } from '../../tests/activity-stage.ts';
import { createStoreFiles } from './collect-files.ts';
import { createLoadFiles } from './load-files.ts';

const HEADER = 'job_id,run_id,started_at,status,note\n';
const QUIET_MS = 60_000;

let stage: ActivityStage;
let nowMs = Date.UTC(2026, 2, 1);
let sources = 0;
beforeAll(async () => {
  stage = await openActivityStage({ now: () => nowMs });
});
afterAll(() => stage.close());

/** A source of growing files in a folder of its own, with a clock that every change moves on. */
async function openLog() {
  const source = `log${++sources}`;
  const folder = mkdtempSync(path.join(stage.folder, 'log-'));
  mkdirSync(folder, { recursive: true });
  await saveSource(stage.database.pool, {
    name: source,
    kind: 'runs',
    folder,
    namespace: 'default',
    intake: { growing: true, quietMs: QUIET_MS },
  });
  const at = (name: string) => path.join(folder, name);
  const touched = (name: string) => {
    nowMs += 1_000;
    utimesSync(at(name), nowMs / 1000, nowMs / 1000);
  };
  const segments = async () => {
    const { rows } = await stage.database.pool.query<{ sha256: string; name: string }>(
      `select sha256, name from file where source = $1 order by id`,
      [source],
    );
    return Promise.all(
      rows.map(async ({ sha256, name }) => ({
        name,
        sha256,
        text: (await stage.dependencies.objectStore.get('raw', sha256)).toString(),
      })),
    );
  };
  return {
    source,
    folder,
    at,
    segments,
    append(name: string, text: string) {
      appendFileSync(at(name), text);
      touched(name);
    },
    write(name: string, text: string | Buffer) {
      writeFileSync(at(name), text);
      touched(name);
    },
    rename: (from: string, to: string) => renameSync(at(from), at(to)),
    copy(from: string, to: string) {
      copyFileSync(at(from), at(to));
      touched(to);
    },
    truncate(name: string) {
      truncateSync(at(name), 0);
      touched(name);
    },
    pack(name: string) {
      writeFileSync(at(`${name}.gz`), gzipSync(readFileSync(at(name))));
      rmSync(at(name));
      touched(`${name}.gz`);
    },
    remove: (name: string) => rmSync(at(name)),
    rest: () => {
      nowMs += QUIET_MS;
    },
    async look() {
      const storeFiles = createStoreFiles(stage.dependencies);
      return (await stage.run(storeFiles, { source })).stored;
    },
    /** The rows of all segments, by their mark, in order. */
    rows: async () => (await segments()).flatMap(({ text }) => text.match(/\bid-\d+-/g) ?? []),
  };
}

/** A row over two lines; no other source has the same, because the same bytes are one file whoever sends them. */
const row = (id: string) =>
  `load${sources},${id},2026-03-01T05:00:00Z,ok,"a note
of ${id}it"
`.replace(`of ${id}`, 'of ');

describe('a growing file', () => {
  it('gives its header and what is new and whole', async () => {
    const log = await openLog();
    log.write('app.log', HEADER);
    expect(await log.look()).toBe(0);
    log.append('app.log', row('id-1-'));
    log.append('app.log', `load${sources},id-2-,2026-03-01T05:00:00Z,ok,"a note\n`);
    expect(await log.look()).toBe(1);
    expect(await log.look()).toBe(0);
    log.append('app.log', 'of two lines"\n');
    expect(await log.look()).toBe(1);
    expect(await log.segments()).toMatchObject([
      { name: `app.log@${HEADER.length}`, text: HEADER + row('id-1-') },
      { text: `${HEADER}load${sources},id-2-,2026-03-01T05:00:00Z,ok,"a note\nof two lines"\n` },
    ]);
  });

  it('loads like any file, row by row', async () => {
    const log = await openLog();
    log.write('app.log', HEADER + row('id-1-'));
    await log.look();
    log.append('app.log', row('id-2-') + row('id-3-'));
    await log.look();
    const files = (await log.segments()).map(({ sha256 }) => sha256);
    expect(await stage.run(createLoadFiles(stage.dependencies), { files })).toMatchObject({
      loaded: 2,
      rowsIn: 3,
      rowsLoaded: 3,
    });
  });

  it('gives its last line without an end once it was left alone', async () => {
    const log = await openLog();
    log.write('app.log', `${HEADER}${row('id-1-')}load${sources},id-2-,2026-03-01T05:00:00Z,ok,x`);
    expect(await log.look()).toBe(1);
    log.rest();
    expect(await log.look()).toBe(1);
    log.rest();
    expect(await log.look()).toBe(0);
    expect(await log.rows()).toEqual(['id-1-', 'id-2-']);
  });

  it('is known again when it was renamed, and the new file of its name is another', async () => {
    const log = await openLog();
    log.write('app.log', HEADER + row('id-1-'));
    await log.look();
    log.append('app.log', row('id-2-'));
    log.rename('app.log', 'app.log.1');
    log.write('app.log', HEADER + row('id-3-'));
    expect(await log.look()).toBe(2);
    expect((await log.rows()).sort()).toEqual(['id-1-', 'id-2-', 'id-3-']);
  });

  it('is begun again when it was truncated; what the copy has more is read there', async () => {
    const log = await openLog();
    log.write('app.log', HEADER + row('id-1-'));
    await log.look();
    log.append('app.log', row('id-2-'));
    log.copy('app.log', 'app.log.1');
    log.truncate('app.log');
    log.append('app.log', HEADER + row('id-3-') + row('id-4-') + row('id-5-'));
    expect(await log.look()).toBe(2);
    expect((await log.rows()).sort()).toEqual(['id-1-', 'id-2-', 'id-3-', 'id-4-', 'id-5-']);
  });

  it('and a copy of it under way give each row once', async () => {
    const log = await openLog();
    log.write('app.log', HEADER + row('id-1-') + row('id-2-'));
    await log.look();
    log.append('app.log', row('id-3-'));
    log.copy('app.log', 'app.log.1');
    truncateSync(log.at('app.log.1'), HEADER.length + row('id-1-').length + 5);
    expect(await log.look()).toBe(1);
    log.copy('app.log', 'app.log.1');
    expect(await log.look()).toBe(0);
    log.truncate('app.log');
    log.append('app.log', HEADER + row('id-4-'));
    expect(await log.look()).toBe(1);
    log.rest();
    expect(await log.look()).toBe(0);
    expect(await log.rows()).toEqual(['id-1-', 'id-2-', 'id-3-', 'id-4-']);
  });

  it('is read on where a rotation packed it', async () => {
    const log = await openLog();
    log.write('app.log', HEADER + row('id-1-'));
    await log.look();
    log.append('app.log', row('id-2-'));
    log.rename('app.log', 'app.log.1');
    log.pack('app.log.1');
    log.write('app.log', HEADER + row('id-3-'));
    expect(await log.look()).toBe(2);
    expect((await log.rows()).sort()).toEqual(['id-1-', 'id-2-', 'id-3-']);
  });

  it('that is no table is handed over to be refused, after some time', async () => {
    const log = await openLog();
    log.write('notes.txt', 'colour,taste\nred,sweet\n');
    expect(await log.look()).toBe(0);
    log.rest();
    expect(await log.look()).toBe(1);
    expect(await log.look()).toBe(0);
    const files = (await log.segments()).map(({ sha256 }) => sha256);
    expect(await stage.run(createLoadFiles(stage.dependencies), { files })).toMatchObject({ refused: 1 });
  });

  it('is read once by two who look at the same time', async () => {
    const log = await openLog();
    log.write('app.log', HEADER + row('id-1-'));
    await log.look();
    log.append('app.log', row('id-2-'));
    const stored = await Promise.all([log.look(), log.look(), log.look()]);
    expect(stored.reduce((sum, one) => sum + one)).toBe(1);
    expect(await log.rows()).toEqual(['id-1-', 'id-2-']);
  });

  it('of many megabytes is read in pieces', async () => {
    const log = await openLog();
    const rows = 120_000;
    log.write(
      'app.log',
      HEADER + Array.from({ length: rows }, (_, i) => row(`id-${i}-`.padEnd(40, 'x'))).join(''),
    );
    expect(await log.look()).toBe(2);
    expect(new Set(await log.rows()).size).toBe(rows);
  });
});

/** What may happen to a log between two looks. */
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('append' as const), rows: fc.integer({ min: 1, max: 4 }) }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('half' as const), rows: fc.constant(0) }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('look' as const), rows: fc.constant(0) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constantFrom(
        'rename' as const,
        'copytruncate' as const,
        'copy' as const,
        'truncate' as const,
        'pack' as const,
        'rest' as const,
      ),
      rows: fc.constant(0),
    }),
  },
);

describe('growing files, whatever happens to them', () => {
  it('lose no row and double none', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
        const log = await openLog();
        // The ledger of its own: what was written, and nothing of what the product remembers.
        const written: string[] = [];
        let half = '';
        let copies = 0;
        const finish = () => {
          if (half !== '') log.append('app.log', half);
          half = '';
        };
        const begin = () => {
          if (!existsSync(log.at('app.log')) || readFileSync(log.at('app.log')).length === 0)
            log.append('app.log', HEADER);
        };
        const shift = () => {
          for (let n = 8; n >= 1; n--) {
            for (const ending of ['', '.gz']) {
              if (existsSync(log.at(`app.log.${n}${ending}`)))
                log.rename(`app.log.${n}${ending}`, `app.log.${n + 1}${ending}`);
            }
          }
        };
        for (const { do: what, rows } of steps) {
          begin();
          if (what === 'append') {
            finish();
            for (let i = 0; i < rows; i++) {
              written.push(`id-${written.length}-`);
              log.append('app.log', row(written.at(-1)!));
            }
          } else if (what === 'half') {
            finish();
            written.push(`id-${written.length}-`);
            const whole = row(written.at(-1)!);
            const cut = 1 + ((written.length * 7) % (whole.length - 1));
            log.append('app.log', whole.slice(0, cut));
            half = whole.slice(cut);
          } else if (what === 'look') await log.look();
          else if (what === 'rename') {
            finish();
            shift();
            log.rename('app.log', 'app.log.1');
          } else if (what === 'copytruncate') {
            finish();
            shift();
            log.copy('app.log', 'app.log.1');
            log.truncate('app.log');
          } else if (what === 'copy') {
            // A look between the two halves of a copytruncate.
            finish();
            copies++;
            log.copy('app.log', `app.log.copy${copies}`);
            await log.look();
            log.truncate('app.log');
          } else if (what === 'truncate') {
            finish();
            await log.look();
            log.truncate('app.log');
          } else if (what === 'pack') {
            for (let n = 1; n <= 8; n++) if (existsSync(log.at(`app.log.${n}`))) log.pack(`app.log.${n}`);
          } else if (half === '') log.rest();
        }
        finish();
        await log.look();
        log.rest();
        await log.look();
        expect((await log.rows()).sort()).toEqual([...written].sort());
      }),
      { numRuns: 60 },
    );
  });
});
