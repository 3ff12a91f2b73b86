import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY_MS } from '../features/feature.ts';
import { MADE_UP_START, madeUpEstate, madeUpJob } from '../features/made-up-jobs.ts';
import type { JobHistory } from '../records/job-history.ts';
import { type BacktestOptions, backtest, TooShortHistory } from './backtest.ts';

const estate = madeUpEstate({ jobs: 24, days: 130, seed: 5 });
const WEEKLY: BacktestOptions = {
  horizonDays: 7,
  stepDays: 7,
  minHistoryDays: 28,
  activeDays: 7,
  testShare: 0.3,
  learners: ['chains', 'logistic', 'boosting'],
  seed: 0,
};
const DAILY: BacktestOptions = { ...WEEKLY, horizonDays: 1, stepDays: 1 };
const of = (more: Partial<BacktestOptions> = {}, histories: JobHistory[] = estate.histories) =>
  backtest({ histories, hostSeries: estate.hostSeries, options: { ...WEEKLY, ...more } });
const bytesOf = (result: ReturnType<typeof of>) =>
  JSON.stringify([
    result.report,
    [...result.predictions.probabilities].map(([model, told]) => [model, [...told]]),
  ]);

describe('a backtest', () => {
  it.each([
    ['weekly', WEEKLY],
    ['daily', { ...DAILY, learners: [] }],
    ['of jobs that ran lately', { ...DAILY, activeDays: 2, learners: [] }],
  ])('%s has the rows and labels that counting by hand gives', (_, options) => {
    const sparse = madeUpJob(
      25,
      [0, 30, 61, 95, 100, 104, 120].map((day) => ({
        startedAt: MADE_UP_START + day * DAY_MS + 1,
        status: day > 99 ? 'failed' : 'succeeded',
      })),
    );
    const histories = [...estate.histories, sparse];
    const { report, predictions } = of(options, histories);
    const expected: number[][] = [];
    for (let day = 0; day < 130; day += options.stepDays) {
      const cutoff = MADE_UP_START + day * DAY_MS;
      if (cutoff < report.cutoffs.firstTest || cutoff > report.cutoffs.last) continue;
      histories.forEach(({ startedAt, status, knownAt }, job) => {
        const within = (from: number, to: number) => (start: number) => start >= from && start < to;
        const ran = within(cutoff - options.activeDays * DAY_MS, cutoff);
        const ahead = within(cutoff, cutoff + options.horizonDays * DAY_MS);
        if (!startedAt.some((start, i) => ran(start) && knownAt[i]! <= cutoff)) return;
        expected.push([cutoff, job, startedAt.some((start, i) => ahead(start) && status[i] === 2) ? 1 : 0]);
      });
    }
    const { cutoff, jobIndex, label } = predictions;
    expect(Array.from(cutoff, (at, r) => [at, jobIndex[r]!, label[r]!])).toEqual(expected);
    expect(report.all.rows).toBe(expected.length);
    expect(report.all.positives).toBeGreaterThan(10);
    const lastCutoff = MADE_UP_START + 129 * DAY_MS - options.horizonDays * DAY_MS;
    expect(report.cutoffs.last).toBeGreaterThan(lastCutoff - options.stepDays * DAY_MS);
  });

  it.each([
    ['weekly', { ...WEEKLY, testShare: 0.6 }],
    ['daily', { ...DAILY, testShare: 0.6, learners: ['logistic'] as const }],
    [
      'of weeks every second day',
      { ...WEEKLY, testShare: 0.6, stepDays: 2, learners: ['logistic'] as const },
    ],
  ])('%s forecasts the same whatever happens or becomes known later', (_, options) => {
    const histories = estate.histories.map(withLateNews);
    const before = of(options, histories);
    const refits = before.report.refits.map(({ cutoff }) => cutoff);
    const cutoffs = [...refits, ...new Set(before.predictions.cutoff)].filter((at) => at < refits.at(-1)!);
    fc.assert(
      fc.property(fc.constantFrom(...cutoffs), fc.integer({ min: 1, max: 1_000 }), (now, salt) => {
        const changed = histories.map((job) => changedAfter(job, now, salt));
        const after = of(options, changed);
        const known = before.predictions.cutoff.filter((cutoff) => cutoff <= now).length;
        expect(after.predictions.cutoff.filter((cutoff) => cutoff <= now)).toHaveLength(known);
        for (const [model, told] of before.predictions.probabilities) {
          const told2 = after.predictions.probabilities.get(model)!;
          expect(told2.subarray(0, known), model).toEqual(told.subarray(0, known));
        }
        // The change is one that a model sees: what comes later is forecast otherwise.
        const rest = (result: typeof before) =>
          [...result.predictions.probabilities.get('logistic')!].slice(known);
        expect(rest(after)).not.toEqual(rest(before));
      }),
      { numRuns: 5 },
    );
  });

  it('is the same to the last bit for the same seed', () => {
    expect(bytesOf(of())).toBe(bytesOf(of()));
    const toldWith = (seed: number) => [...of({ seed }).predictions.probabilities.get('boosting')!];
    expect(toldWith(1)).not.toEqual(toldWith(0));
  });

  it('trains once in four weeks, and tells whose forecast was served and why', () => {
    const { report } = of({ ...DAILY, testShare: 0.6 });
    const gaps = report.refits.slice(1).map(({ cutoff }, i) => (cutoff - report.refits[i]!.cutoff) / DAY_MS);
    expect(gaps.length).toBeGreaterThan(0);
    expect(new Set(gaps)).toEqual(new Set([28]));
    expect(report.refits.reduce((sum, { rows }) => sum + rows, 0)).toBe(report.all.rows);
    report.refits.forEach(({ cutoff, chosen, trainedAt, reason, tooFewRuns }, i) => {
      const before = report.refits[i - 1];
      expect(reason === 'kept').toBe(trainedAt < cutoff);
      if (reason === 'kept')
        expect({ chosen, trainedAt }).toMatchObject({ chosen: before!.chosen, trainedAt: before!.trainedAt });
      expect(tooFewRuns).not.toContain(chosen);
    });
    expect(report.refits[0]!.reason).toBe('first');
    expect(report.refits.some(({ chosen }) => chosen === 'chains')).toBe(true);
  });

  it('separates the rows without a failure in the week before', () => {
    const { report } = of();
    expect(report.onset.rows).toBeLessThan(report.all.rows);
    expect(report.onset.rows).toBeGreaterThan(0);
    expect(report.all.models.map(({ model }) => model)).toEqual([
      'base-run-rate',
      'base-window-rate',
      'base-persistence',
      'chains',
      'logistic',
      'boosting',
      'forecast',
    ]);
    const skillOfW = report.all.models.find(({ model }) => model === 'base-window-rate')!.brierSkill;
    expect(skillOfW).toBe(0);
    const byOwner = report.slices.filter(({ by }) => by === 'owner');
    expect(byOwner.map(({ value }) => value).sort()).toEqual(['owner-0', 'owner-1', 'owner-2', 'owner-3']);
    expect(byOwner.reduce((sum, { rows }) => sum + rows, 0)).toBe(report.all.rows);
    expect(report.slices.filter(({ by }) => by === 'age')).toEqual([]);
  });

  it('tells how long before a failure after quiet days the job was among the ten to check', () => {
    const { report } = of();
    const { firstTest, last } = report.cutoffs;
    let episodes = 0;
    for (const { startedAt, status } of estate.histories) {
      startedAt.forEach((start, i) => {
        const quiet = !startedAt.some((at, k) => status[k] === 2 && at < start && at > start - 7 * DAY_MS);
        if (status[i] === 2 && quiet && start >= firstTest && start < last + 7 * DAY_MS) episodes++;
      });
    }
    expect(episodes).toBeGreaterThan(3);
    expect(report.leadTimes.map(({ model }) => model)).toEqual(report.all.models.map(({ model }) => model));
    for (const { episodes: found, warned, share, medianHours } of report.leadTimes) {
      expect(found).toBe(episodes);
      expect(share).toBe(warned / episodes);
      if (warned > 0) expect(medianHours).toBeLessThan(7 * 24);
    }
    expect(report.leadTimes.at(-1)!.warned).toBeGreaterThan(0);
  });

  it('serves the rate of its group for a job with hardly a run', () => {
    const lastTest = of().report.cutoffs.last;
    const young = madeUpJob(
      99,
      [1, 2, 8].map((day) => ({
        startedAt: lastTest - DAY_MS + day * 3_600_000,
        status: 'succeeded',
      })),
    );
    const { predictions } = of({}, [...estate.histories, young]);
    const row = predictions.jobIndex.lastIndexOf(24);
    expect(predictions.cutoff[row]).toBe(lastTest);
    const told = [...predictions.probabilities]
      .filter(([model]) => model !== 'forecast')
      .map(([, all]) => all[row]);
    expect(told).not.toContain(predictions.probabilities.get('forecast')![row]);
  });
});

describe('with little to go by, a backtest', () => {
  it('says how many days it needs and found', () => {
    expect(() => of({}, [])).toThrow(TooShortHistory);
    expect(() => of({}, [])).toThrow(
      'a backtest requires at least 28 days of history and 7 to forecast, the first forecast on a Monday; got no runs',
    );
    const short = madeUpEstate({ jobs: 2, days: 20, seed: 1 }).histories;
    expect(() => of({ horizonDays: 1, stepDays: 1 }, short)).toThrow(
      /^a backtest requires at least 28 days of history and 1 to forecast; got 1\d\.\d days, from 2026-01-05 to 2026-01-2\d$/,
    );
  });

  it('forecasts at the one cutoff there is with the base rates', () => {
    const { histories } = madeUpEstate({ jobs: 5, days: 37, seed: 1 });
    const { report, predictions } = of({}, histories);
    expect(report.cutoffs).toMatchObject({ count: 1, test: 1, first: MADE_UP_START + 28 * DAY_MS });
    expect(report.refits).toMatchObject([
      { chosen: 'base-window-rate', tooFewRuns: ['chains', 'logistic', 'boosting'] },
    ]);
    expect(predictions.cutoff).toHaveLength(5);
    const told = predictions.probabilities;
    expect(told.get('logistic')).toEqual(told.get('base-window-rate'));
    expect([...told.get('forecast')!].every((p) => p > 0 && p < 1)).toBe(true);
  });

  it('does not know how well it ranks where nothing ever fails', () => {
    const never = estate.histories.map((job) => ({
      ...job,
      status: new Uint8Array(job.status.length).fill(1),
    }));
    const { report } = of({}, never);
    expect(report.all.positives).toBe(0);
    for (const { averagePrecision, rocAuc, recallAtK, brier } of report.all.models) {
      expect([averagePrecision, rocAuc, recallAtK]).toEqual([null, null, null]);
      expect(brier).toBeLessThan(0.01);
    }
    expect(report.all.intervals.averagePrecision).toBeNull();
    expect(report.all.advantages.map(({ averagePrecision }) => averagePrecision)).toEqual([null, null, null]);
  });

  it('knows nothing where no job is a candidate', () => {
    const runs = [0, 1, 90].map((day) => ({
      startedAt: MADE_UP_START + day * DAY_MS,
      status: 'failed' as const,
    }));
    const { report } = of({ horizonDays: 7, minHistoryDays: 35 }, [madeUpJob(1, runs)]);
    expect(report.all).toMatchObject({ rows: 0, positives: 0 });
    expect(report.all.models.every(({ brier }) => brier === null)).toBe(true);
  });
});

/** The job with every third run becoming known only after three days. */
const withLateNews = (job: JobHistory): JobHistory => ({
  ...job,
  knownAt: job.knownAt.map((at, i) => (i % 3 === 0 ? at + 3 * DAY_MS : at)),
});

/** The job with every run that starts or becomes known after `now` ended otherwise; starts stay, so the grid does. */
function changedAfter(job: JobHistory, now: number, salt: number): JobHistory {
  const isLater = (i: number) => job.startedAt[i]! >= now || job.knownAt[i]! > now;
  const chance = (i: number) => (Math.imul(i + salt * 7 + job.jobId * 131, 2_654_435_761) >>> 8) % 3;
  return {
    ...job,
    status: job.status.map((status, i) => (isLater(i) ? 1 + (chance(i) % 2) : status)),
    knownAt: job.knownAt.map((at, i) => (isLater(i) ? Math.max(now + 1, at + chance(i) * 3_600_000) : at)),
    durationMs: job.durationMs.map((ms, i) => (isLater(i) ? ms * (1 + chance(i)) : ms)),
    rowsWritten: job.rowsWritten.map((rows, i) => (isLater(i) ? rows + chance(i) : rows)),
  };
}
