import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aJobRow, figuresWith } from './made-up-figures.ts';
import { measureEarlier } from './measure-earlier.ts';
import { candidates, recommend } from './recommend.ts';
import { type Recommendation, rankRecommendations, riskPriority, worth } from './recommendation.ts';

const failures = (error: string, jobId: number, inPeriod: number, runs = inPeriod) => ({
  error,
  jobId,
  runs,
  inPeriod,
  lostHours: 1,
});

const NO_TOTALS = {
  inPeriod: true,
  jobs: 0,
  runs: 0,
  succeeded: 0,
  failed: 0,
  cancelled: 0,
  running: 0,
  failingJobs: 0,
  hours: 0,
  lostHours: 0,
  rowsWritten: 0,
};

describe('recommendations', () => {
  it('of nothing there are none', () => {
    expect(recommend(figuresWith({}), 30)).toEqual([]);
  });

  it('a family of errors is one, however its texts differ, with its numbers', () => {
    const figures = figuresWith({
      totals: [{ ...NO_TOTALS, inPeriod: false }],
      jobs: [aJobRow({ jobId: 1, criticality: 1, failed: 12 }), aJobRow({ jobId: 2, failed: 3 })],
      detection: [
        { jobId: 1, failed: 12, found: 12 },
        { jobId: 2, failed: 3, found: 3 },
      ],
      errors: [failures('no listener on port 1521', 1, 12, 20), failures('no listener on port 1522', 2, 3)],
    });
    const [one, ...others] = recommend(figures, 30);
    expect(others).toEqual([]);
    expect(one).toMatchObject({
      kind: 'repair-error',
      subject: 'no listener on port *',
      frequency: 7,
      severity: 10,
      nonDetection: 3,
      effort: 'medium',
      measured: 15,
      gain: 15,
      evidence: { runs: 15, runsBefore: 8, jobs: 2 },
    });
    expect(riskPriority(one!)).toBe(210);
    expect(worth(one!)).toBe(147);
  });

  it('where nothing ran before, nothing is said of before', () => {
    const figures = figuresWith({ jobs: [aJobRow({ jobId: 1 })], errors: [failures('x', 1, 10)] });
    expect(recommend(figures, 30)[0]!.evidence).not.toHaveProperty('runsBefore');
  });

  it('what nobody was told of weighs more', () => {
    const of = (found: number) =>
      candidates(
        figuresWith({
          jobs: [aJobRow({ jobId: 1 })],
          errors: [failures('x', 1, 10)],
          detection: [{ jobId: 1, failed: 10, found }],
        }),
        30,
      );
    const noticed = of(10).find(({ kind }) => kind === 'repair-error')!;
    const unnoticed = of(0).find(({ kind }) => kind === 'repair-error')!;
    expect([noticed.nonDetection, unnoticed.nonDetection]).toEqual([3, 10]);
    expect(of(0).find(({ kind }) => kind === 'find-failures')).toMatchObject({ gain: 10, nonDetection: 10 });
  });

  it('rates are of 30 days, so that a year and a month can be compared', () => {
    const figures = figuresWith({ jobs: [aJobRow({ jobId: 1 })], errors: [failures('x', 1, 73)] });
    expect(recommend(figures, 365)[0]!.measured).toBeCloseTo(6);
    expect(recommend(figures, 30)[0]!.measured).toBe(73);
  });

  it.each([
    [1, 20],
    [2, 20],
    [5, 5],
  ])('alerts are too many where most answers say so: %i useful of 20 shows', (useful, all) => {
    const answers = [{ kind: 'slow', told: 40, answered: 10, useful, notUseful: all - useful }];
    const found = recommend(figuresWith({ answers }), 30).filter(({ kind }) => kind === 'quiet-alerts');
    expect(found).toHaveLength(useful === all ? 0 : 1);
  });

  it('is at most five of a kind', () => {
    const errors = Array.from({ length: 30 }, (_, at) =>
      failures(`error ${String.fromCodePoint(97 + at)}`, at, 10 + at),
    );
    expect(recommend(figuresWith({ errors }), 30)).toHaveLength(5);
  });
});

const grade = fc.integer({ min: 1, max: 10 });
const arbitrary: fc.Arbitrary<Recommendation> = fc.record({
  key: fc.string({ minLength: 1 }),
  kind: fc.constant('repair-error' as const),
  subject: fc.constant('x'),
  frequency: grade,
  severity: grade,
  nonDetection: grade,
  effort: fc.constantFrom('small', 'medium', 'large'),
  measured: fc.nat(),
  gain: fc.nat(),
  gainUnit: fc.constant('failures' as const),
  evidence: fc.constant({}),
});

describe('the rank', () => {
  it('falls with what is worthwhile, whatever the order they came in', () => {
    fc.assert(
      fc.property(fc.uniqueArray(arbitrary, { selector: ({ key }) => key }), (all) => {
        const ranked = rankRecommendations(all);
        for (let at = 1; at < ranked.length; at++) {
          expect(worth(ranked[at - 1]!)).toBeGreaterThanOrEqual(worth(ranked[at]!));
        }
        expect(rankRecommendations(all.toReversed())).toEqual(ranked);
      }),
    );
  });

  it('priority is from 1 to 1,000', () => {
    fc.assert(
      fc.property(arbitrary, (one) => {
        expect(riskPriority(one)).toBeGreaterThanOrEqual(1);
        expect(riskPriority(one)).toBeLessThanOrEqual(1000);
        expect(worth(one)).toBeLessThanOrEqual(riskPriority(one));
      }),
    );
  });
});

describe('what came of the report before', () => {
  const figures = (inPeriod: number) =>
    figuresWith({
      jobs: [aJobRow({ jobId: 1 })],
      errors: inPeriod === 0 ? [] : [failures('boom 1', 1, inPeriod)],
    });
  const [earlier] = recommend(figures(20), 30);
  const row = {
    period: '2026-09',
    key: earlier!.key,
    rank: 1,
    kind: earlier!.kind,
    subject: earlier!.subject,
    measure: 'failures_30d',
    measured: earlier!.measured,
    gain: earlier!.gain,
    gainUnit: 'failures',
    state: 'done' as const,
  };
  const measured = (inPeriod: number, jobs = true) =>
    measureEarlier(
      {
        ...figures(inPeriod),
        ...(jobs ? {} : { jobs: [] }),
        'earlier-recommendations': [row],
      },
      30,
    )[0]!;

  it.each([
    [0, 0, 'better'],
    [15, 15, 'better'],
    [16, 16, 'same'],
    [24, 24, 'same'],
    [25, 25, 'worse'],
  ])('%i failures after 20 are %i: %s', (inPeriod, now, verdict) => {
    expect(measured(inPeriod)).toMatchObject({ now, verdict });
  });

  it('is not known where nothing ran', () => {
    expect(measured(0, false)).toMatchObject({ now: null, verdict: 'unknown' });
  });

  it('without an earlier report there is nothing to measure', () => {
    expect(measureEarlier(figures(20), 30)).toEqual([]);
  });
});
