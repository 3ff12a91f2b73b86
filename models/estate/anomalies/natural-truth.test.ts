import { describe, expect, it } from 'vitest';
import type { RunStatus } from '../../records/run.ts';
import type { RunRow } from '../run-row.ts';
import { crashesOf } from './natural-truth.ts';

const run = (minute: number, status: RunStatus, knownMinute = minute + 1): RunRow => ({
  ...{ job: 'a', owner: 'x', runId: `a.${minute}`, host: 'srv-01', attempt: 1, statusWord: '', query: '' },
  ...{ startedAt: minute * 60_000, endedAt: minute * 60_000 + 30_000, durationMs: 30_000, status },
  ...{ knownAt: knownMinute * 60_000, rowsRead: 0, rowsWritten: 0, expectedRows: null, error: '' },
});
const episodes = (...runs: RunRow[]) =>
  crashesOf(runs, new Map(), 100 * 60_000).map(({ knowableMs, untilMs, runIds }) => [
    knowableMs / 60_000,
    untilMs / 60_000,
    runIds.length,
  ]);

describe('crashes', () => {
  it('are none without runs and without failures', () => {
    expect(episodes()).toEqual([]);
    expect(episodes(run(1, 'succeeded'), run(2, 'cancelled'), run(3, 'running'))).toEqual([]);
  });

  it('last from the first failure to the next success, whatever is cancelled between', () => {
    const failing = [run(1, 'failed'), run(2, 'cancelled'), run(3, 'failed'), run(4, 'succeeded')];
    expect(episodes(...failing, run(5, 'failed'))).toEqual([
      [2, 5, 2],
      [6, 100, 1],
    ]);
  });

  it('count a failure that was tried again a minute later', () => {
    expect(episodes(run(1, 'failed', 2), run(3, 'succeeded', 4))).toEqual([[2, 4, 1]]);
  });

  it('are none when a newer success was known before the failure was', () => {
    expect(episodes(run(1, 'failed', 9), run(3, 'succeeded', 4))).toEqual([]);
  });
});
