import { describe, expect, it } from 'vitest';
import { daily } from '../baselines/made-up-past.ts';
import { HOUR_MS, look, lookFor, NOW, PAST_DAYS } from './made-up-facts.ts';

const announced = (exactly: number) =>
  daily(PAST_DAYS, (run) => ({ expectedRows: Math.round(run.rowsWritten! / exactly) }));

describe('an incomplete run', () => {
  it('wrote fewer rows than the job usually does', () => {
    expect(lookFor('incomplete', { runs: [{ rowsWritten: 500 }] })).toMatchObject([
      { key: 'incomplete/job 7/now', variant: 'usual-rows', evidence: { observed: 500, unit: 'rows' } },
    ]);
    expect(look({ runs: [{ rowsWritten: 850 }] })).toEqual([]);
    expect(look({ runs: [{ rowsWritten: null }] })).toEqual([]);
  });

  it('is told of a holiday that nobody knows only by more than half', () => {
    const easterMonday = { startedAtMs: Date.UTC(2026, 3, 6, 6) };
    const asOfMs = Date.UTC(2026, 3, 6, 12);
    const at = (rowsWritten: number) =>
      lookFor('incomplete', { runs: [{ ...easterMonday, rowsWritten }], asOfMs });
    expect(at(500)).toEqual([]);
    expect(at(250)).toHaveLength(1);
  });

  it('wrote fewer than were announced; a small batch that was announced is a small batch', () => {
    const past = announced(1);
    expect(look({ past, runs: [{ rowsWritten: 700, expectedRows: 1000 }] })).toMatchObject([
      { variant: 'expected-rows', evidence: { observed: 700, expected: 1000 } },
    ]);
    expect(look({ past, runs: [{ rowsWritten: 100, expectedRows: 100 }] })).toEqual([]);
  });

  it('is held to what announcements are usually worth', () => {
    const past = announced(0.6);
    expect(look({ past, runs: [{ rowsWritten: 600, expectedRows: 1000 }] })).toEqual([]);
    expect(look({ past, runs: [{ rowsWritten: 400, expectedRows: 1000 }] })).toMatchObject([
      { variant: 'expected-rows' },
    ]);
    const young = { young: true, past: [] };
    expect(look({ ...young, runs: [{ rowsWritten: 499, expectedRows: 1000 }] })).toHaveLength(1);
    expect(look({ ...young, runs: [{ rowsWritten: 501, expectedRows: 1000 }] })).toEqual([]);
  });

  it('wrote fewer of the rows it read, by the runs at hand', () => {
    const before = Array.from({ length: 8 }, (_, hour) => ({
      runKey: `hour ${hour}`,
      startedAtMs: NOW + (hour + 1) * HOUR_MS,
      rowsRead: 1000,
      rowsWritten: 990 + hour,
    }));
    const run = { startedAtMs: NOW + 10 * HOUR_MS, rowsRead: 1200, rowsWritten: 700 };
    expect(look({ runs: [...before, run] })).toMatchObject([{ variant: 'rows-read' }]);
    expect(look({ runs: [...before.slice(0, 5), run] })).toEqual([]);
  });

  it('wrote nothing, where it hardly ever does', () => {
    expect(look({ runs: [{ rowsWritten: 0 }] })).toMatchObject([
      { variant: 'empty', evidence: { observed: 0 } },
    ]);
    const often = daily(PAST_DAYS, (_, day) => (day % 10 ? {} : { rowsWritten: 0 }));
    expect(look({ past: often, runs: [{ rowsWritten: 0 }] })).toEqual([]);
    const always = daily(PAST_DAYS, () => ({ rowsWritten: 0 }));
    expect(look({ past: always, runs: [{ rowsWritten: 0 }] })).toEqual([]);
    expect(look({ past: announced(1), runs: [{ rowsWritten: 0, expectedRows: 0 }] })).toEqual([]);
  });

  it('misses files of its set', () => {
    const files = (received: number) => ({ runs: [{ files: { expected: 12, received } }] });
    expect(look(files(11))).toMatchObject([
      { variant: 'files', evidence: { observed: 11, expected: 12, unit: 'files' } },
    ]);
    expect(look(files(12))).toEqual([]);
    expect(look(files(13))).toEqual([]);
  });

  it('is what a person decided', () => {
    const overrides = { incomplete: { leastRows: 400 } };
    expect(look({ runs: [{ rowsWritten: 450 }], overrides })).toEqual([]);
    expect(look({ runs: [{ rowsWritten: 399 }], overrides })).toMatchObject([{ variant: 'least-rows' }]);
    const share = { incomplete: { leastShare: 0.95 } };
    expect(look({ runs: [{ rowsWritten: 940, expectedRows: 1000 }], overrides: share })).toHaveLength(1);
    expect(look({ runs: [{ rowsWritten: 950, expectedRows: 1000 }], overrides: share })).toEqual([]);
    const unknown = { young: true, past: [], overrides: share };
    expect(look({ ...unknown, runs: [{ rowsWritten: 1 }] })).toEqual([]);
  });

  it('lasts until a run is complete; a failed one is a crash', () => {
    const half = { rowsWritten: 500 };
    const next = { runKey: 'next', startedAtMs: NOW + 8 * HOUR_MS };
    expect(look({ runs: [half, next], newsSinceMs: NOW + 9 * HOUR_MS })).toEqual([]);
    expect(
      lookFor('incomplete', { runs: [half, { ...next, status: 'failed', rowsWritten: 0 }] }),
    ).toHaveLength(1);
  });
});
