import { describe, expect, it } from 'vitest';
import { NO_OUTSIDE_FACTS, type OutsideFacts } from '../records/outside-facts.ts';
import { buildMatrices } from './build-matrices.ts';
import { DAY_MS } from './feature.ts';
import { columnNamed } from './feature-matrix.ts';
import { MADE_UP_START, type MadeUpFile, madeUpJob, madeUpSource } from './made-up-jobs.ts';

const CUTOFF = MADE_UP_START + 30 * DAY_MS;
const ago = (days: number) => CUTOFF - days * DAY_MS;
const jobs = [1, 2].map((jobId) => madeUpJob(jobId, [{ startedAt: ago(1), status: 'succeeded' }]));

function read(name: string, facts: Partial<OutsideFacts>, cutoff = CUTOFF): number[] {
  const { week } = buildMatrices(jobs, [], [cutoff], { facts: { ...NO_OUTSIDE_FACTS, ...facts } });
  return [...columnNamed(week, name)];
}
const runs = (files: MadeUpFile[], contractChanged: number[] = []) =>
  madeUpSource('runs', files, { contractChanged, feeds: [{ jobId: 1, startedAt: ago(20) }] });

describe('quality of the source', () => {
  const files: MadeUpFile[] = [
    { ts: ago(9), rowsIn: 1000, rowsRefused: 1000 },
    { ts: ago(6), rowsIn: 100, rowsRefused: 0, valuesExpected: 60, valuesTold: 60, delayMs: 60_000 },
    { ts: ago(2), rowsIn: 300, rowsRefused: 20, valuesExpected: 40, valuesTold: 20, delayMs: 180_000 },
    { ts: ago(1), knownAt: CUTOFF + 1, rowsIn: 500, rowsRefused: 500, valuesExpected: 9, valuesTold: 0 },
    { ts: CUTOFF, rowsIn: 500, rowsRefused: 500 },
  ];

  it('is of the files of the last 7 days that are known, and of its own jobs only', () => {
    const facts = { sources: [runs(files)] };
    expect(read('source_refused_share_7d', facts)).toEqual([20 / 400, Number.NaN]);
    expect(read('source_completeness_7d', facts)).toEqual([0.8, Number.NaN]);
    expect(read('source_delay_7d', facts)).toEqual([Math.log1p(120), Number.NaN]);
  });

  it('is not known without files, nor where they tell nothing', () => {
    expect(read('source_refused_share_7d', { sources: [runs([])] })).toEqual([Number.NaN, Number.NaN]);
    const silent = [{ ts: ago(1), rowsIn: 0, rowsRefused: 0 }];
    for (const name of ['source_refused_share_7d', 'source_completeness_7d', 'source_delay_7d']) {
      expect(read(name, { sources: [runs(silent)] })[0]).toBeNaN();
    }
  });

  it('is of the source that told of the job last, as known by then', () => {
    const bad = (jobId: number, startedAt: number, knownAt?: number) =>
      madeUpSource('other', [{ ts: ago(1), rowsIn: 10, rowsRefused: 5 }], {
        feeds: [{ jobId, startedAt, ...(knownAt === undefined ? {} : { knownAt }) }],
      });
    const share = (other: ReturnType<typeof bad>) =>
      read('source_refused_share_7d', { sources: [runs(files), other] })[0];
    expect(share(bad(1, ago(3)))).toBe(0.5);
    expect(share(bad(1, ago(25)))).toBe(0.05);
    expect(share(bad(1, ago(3), CUTOFF + 1))).toBe(0.05);
    expect(share(bad(1, CUTOFF))).toBe(0.05);
  });
});

describe('changes', () => {
  it('of the contract count from the last one known, up to 28 days', () => {
    const since = (...changed: number[]) =>
      read('days_since_contract_change', { sources: [runs([], changed)] })[0];
    expect(since(ago(12), ago(2.5), CUTOFF + 1)).toBe(2.5);
    expect(since(ago(29))).toBe(28);
    expect(since(CUTOFF)).toBe(0);
    expect(since()).toBeNaN();
  });

  it('of the version count from the first known run of the newest; the first version is no change', () => {
    const since = (...told: [startedAt: number, knownAt: number][]) =>
      read('days_since_version_change', {
        versions: [
          {
            jobId: 1,
            startedAt: Float64Array.from(told, ([startedAt]) => startedAt),
            knownAt: Float64Array.from(told, ([, knownAt]) => knownAt),
          },
        ],
      });
    expect(since([ago(20), ago(19)])).toEqual([Number.NaN, Number.NaN]);
    expect(since([ago(20), ago(19)], [ago(3), ago(2)])).toEqual([3, Number.NaN]);
    expect(since([ago(40), ago(39)], [ago(30), ago(29)])[0]).toBe(28);
    expect(since([ago(20), ago(19)], [ago(3), CUTOFF + 1])[0]).toBeNaN();
    expect(since([ago(20), ago(19)], [ago(3), ago(3)], [CUTOFF, CUTOFF])[0]).toBe(3);
  });
});
