import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../random.ts';
import { compareRates, compareRatesByScore } from './compare-rates.ts';
import { estimateQuality } from './estimate-quality.ts';
import { judgeModel } from './judge-model.ts';
import { measureQuality } from './measure-quality.ts';
import { modelFinding } from './model-finding.ts';
import { MONITORING_LIMITS } from './monitoring-limits.ts';
import { featureWords } from './sign-words.ts';
import { watchFeatures } from './watch-features.ts';

const N = 60;
const label = Uint8Array.from({ length: N }, (_, i) => ((7 * i + 3) % 11 < 4 ? 1 : 0));
const probability = Float64Array.from({ length: N }, (_, i) => (((29 * i + 5) % 97) + 0.5) / 100);
const whole = { job: Int32Array.from(label.keys()), round: new Int32Array(N), label, probability };

describe('quality', () => {
  it('is that of scikit-learn', () => {
    // average_precision_score, brier_score_loss, calibration_curve(n_bins=10) weighted by rows, recall_score and
    // precision_score of the ten highest; scikit-learn 1.9.1.
    const of = new Map(measureQuality({ ...whole, baseRates: new Map() }).map((one) => [one.metric, one]));
    expect(of.get('average_precision')!.value).toBeCloseTo(0.4313855666559034, 12);
    expect(of.get('brier_score')!.value).toBeCloseTo(0.3185983333333334, 12);
    expect(of.get('expected_calibration_error')!.value).toBeCloseTo(0.26466666666666666, 12);
    expect(of.get('recall_at_10')!.value).toBeCloseTo(0.22727272727272727, 12);
    expect(of.get('precision_at_10')!.value).toBeCloseTo(0.5, 12);
    expect(of.get('brier_score')).toMatchObject({ rows: N, baseValue: null });
  });

  it('has the best base rate beside it: the highest where more is better, else the lowest', () => {
    const share = new Float64Array(N).fill(0.37);
    const known = Float64Array.from(label, (one) => 0.1 + 0.8 * one);
    const baseRates = new Map([
      ['share', share],
      ['known', known],
    ]);
    const of = new Map(measureQuality({ ...whole, baseRates }).map((one) => [one.metric, one]));
    expect(of.get('average_precision')!.baseValue).toBe(1);
    expect(of.get('brier_score')!.baseValue).toBeCloseTo(0.01, 12);
  });

  it('says nothing on few rows or failures', () => {
    const few = { ...whole, label: new Uint8Array(N), baseRates: new Map() };
    for (const { value, low } of measureQuality(few)) expect([value, low]).toEqual([null, null]);
    const none = { job: new Int32Array(0), round: new Int32Array(0), label: new Uint8Array(0) };
    const empty = { ...none, probability: new Float64Array(0), baseRates: new Map() };
    expect(measureQuality(empty).every(({ value }) => value === null)).toBe(true);
  });
});

describe('the estimate before the truth', () => {
  const random = seededRandom(11);
  const said = Float64Array.from({ length: 400 }, () => random.uniform() ** 3);

  it('holds what comes true nine times in ten, where probabilities are calibrated', () => {
    const estimate = new Map(estimateQuality(said).map((one) => [one.metric, one]));
    expect(estimate.has('expected_calibration_error')).toBe(false);
    const weeks = 200;
    const within = new Map<string, number>();
    for (let week = 0; week < weeks; week++) {
      const failed = Uint8Array.from(said, (p) => (random.uniform() < p ? 1 : 0));
      const job = Int32Array.from(said.keys());
      const rows = { job, round: new Int32Array(said.length), label: failed, probability: said };
      for (const { metric, value } of measureQuality({ ...rows, baseRates: new Map() })) {
        const told = estimate.get(metric);
        if (told === undefined || value === null) continue;
        const isIn = value >= told.low! - 1e-12 && value <= told.high! + 1e-12;
        within.set(metric, (within.get(metric) ?? 0) + Number(isIn));
      }
    }
    expect([...within.keys()].sort()).toEqual([
      'average_precision',
      'brier_score',
      'precision_at_10',
      'recall_at_10',
    ]);
    for (const count of within.values()) expect(count / weeks).toBeGreaterThan(0.84);
    expect(within.get('average_precision')! / weeks).toBeLessThan(0.97);
  }, 120_000);

  it('is the mean of p (1 - p), and says nothing on few rows', () => {
    const brier = estimateQuality(said).find(({ metric }) => metric === 'brier_score')!;
    expect(brier.value).toBeCloseTo(said.reduce((sum, p) => sum + p * (1 - p), 0) / said.length, 12);
    expect(estimateQuality(said.slice(0, 29)).every(({ value }) => value === null)).toBe(true);
    expect(estimateQuality(new Float64Array(100).fill(0.001)).every(({ value }) => value === null)).toBe(
      true,
    );
  });
});

/** Windows of jobs that fail as `failing` says of the score. */
function windows(seed: number, jobs: number, weeks: number, failing: (p: number) => number) {
  const random = seededRandom(seed);
  const scores = Float64Array.from({ length: jobs * weeks }, () => random.uniform() * 0.6);
  return {
    job: Int32Array.from(scores, (_, row) => Math.floor(row / weeks)),
    cutoff: Float64Array.from(scores, (_, row) => (row % weeks) * 7 * 86_400_000),
    hostWeek: Int32Array.from(scores, (_, row) => 5 * (row % weeks) + (Math.floor(row / weeks) % 5)),
    probability: scores,
    label: Uint8Array.from(scores, (p) => (random.uniform() < failing(p) ? 1 : 0)),
    baseRate: new Float64Array(scores.length).fill(0.3),
  };
}

describe('rates by score', () => {
  it('tell another meaning of the scores from another mix of them', () => {
    const test = windows(1, 150, 6, (p) => p);
    const rarer = windows(2, 150, 4, (p) => p);

    expect(compareRatesByScore(test, rarer).every(({ pAdjusted }) => pAdjusted > 0.01)).toBe(true);
    const other = compareRatesByScore(
      test,
      windows(3, 150, 4, (p) => Math.min(1, p + 0.3)),
    );
    expect(other.length).toBe(5);
    expect(
      other.every(({ pAdjusted, rate, referenceRate }) => pAdjusted < 0.01 && rate > referenceRate),
    ).toBe(true);
  });

  it('rarely cry wolf, also where the weeks of a job are alike', () => {
    let alarms = 0;
    for (let seed = 1; seed <= 100; seed++) {
      const random = seededRandom(seed);
      const draw = (jobs: number) => {
        const fate = Array.from({ length: jobs }, () => (random.uniform() < 0.3 ? 0.9 : 0.05));
        const rows = fate.flatMap((p, job) =>
          Array.from({ length: 8 }, () => ({ job, failed: Number(random.uniform() < p) })),
        );
        return {
          job: Int32Array.from(rows, ({ job }) => job),
          label: Uint8Array.from(rows, ({ failed }) => failed),
          probability: new Float64Array(rows.length).fill(0.3),
        };
      };
      if (compareRates(draw(60), draw(60))!.pAdjusted <= 0.05) alarms++;
    }
    expect(alarms).toBeLessThanOrEqual(12);
  });

  it('know nothing of few rows or few jobs', () => {
    const test = windows(1, 100, 6, (p) => p);
    expect(
      compareRates(
        test,
        windows(2, 9, 20, (p) => p),
      ),
    ).toBeNull();
    expect(
      compareRatesByScore(
        test,
        windows(2, 3, 2, (p) => p),
      ),
    ).toEqual([]);
  });
});

describe('the judgement', () => {
  const column = (seed: number, n: number, shift: number) => {
    const random = seededRandom(seed);
    return Float64Array.from({ length: n }, () => random.normal() + shift);
  };
  const watched = (feature: string, shift: number, isGrowing = false) => ({
    feature,
    weeks: [1, 2, 3, 4].map((seed) => column(seed, 100, 0)),
    current: column(9, 100, shift),
    isGrowing,
  });
  const drift = (...shifts: number[]) =>
    watchFeatures(
      ['runs_7d', 'failed_7d', 'duration_mean'].map((feature, i) => watched(feature, shifts[i]!)),
      MONITORING_LIMITS,
    );
  const [scores] = watchFeatures([watched('_scores', 0)], MONITORING_LIMITS);
  const test = windows(1, 150, 6, (p) => p);
  const served = windows(4, 150, 4, (p) => p);
  const steady = { features: drift(0, 0, 0), scores: scores!, test, served, shown: served, recent: served };
  const judge = (evidence: object) => judgeModel({ ...steady, ...evidence }, MONITORING_LIMITS);

  it('is steady where nothing moved', () => {
    expect(judge({})).toMatchObject({ state: 'steady', features: 3, drifted: 0 });
  });

  it('is degraded where many features moved, and says which, how far and which way', () => {
    const { state, signs } = judge({ features: drift(3, -3, 0) });
    expect(state).toBe('degraded');
    const [data] = signs;
    expect(data!.words.en).toMatch(/^Data: 2 of 3 features moved: .*lower.*spreads\); .*higher/);
    expect(data!.words.fr).toMatch(/^Données : 2 des 3 variables ont changé : .*en hausse.*écarts types/);
    const finding = modelFinding('job-failure', signs, 'fr', 0);
    expect(finding).toMatchObject({ key: 'drift/model job-failure', variant: 'data-moved', kind: 'drift' });
    expect(finding.evidence.text).toContain('variables ont changé');
  });

  it('is degraded where scores mean something else, and worse than a rate', () => {
    const other = windows(5, 150, 4, (p) => 0.6 - p);
    const { state, signs } = judge({ served: other, shown: other, recent: other });
    expect(state).toBe('degraded');
    const found = signs.filter(({ found }) => found).map(({ kind }) => kind);
    expect(found).toEqual(expect.arrayContaining(['concept', 'promise', 'quality']));
    const promise = signs.find(({ kind }) => kind === 'promise')!;
    expect(promise.value!).toBeLessThan(promise.limit);
    expect(promise.words.en).toMatch(
      /^Promise: not kept; .* before and in the last [24] weeks \d+% → -\d+%$/,
    );
    expect(promise.words.fr).toMatch(/^Promesse : non tenue ; .* [24] dernières semaines : \d+ % → -\d+ %$/);
    expect(modelFinding('m', signs, 'en', 0).variant).toBe('worse-than-rate');
  });

  it('only watches where failures are more or scores moved', () => {
    const [moved] = watchFeatures([watched('_scores', 3)], MONITORING_LIMITS);
    expect(judge({ scores: moved }).state).toBe('watch');
    const more = windows(6, 150, 4, () => 0.6);
    expect(judge({ recent: more })).toMatchObject({ state: 'watch' });
  });

  it('does not count what grows by itself, and knows nothing without data', () => {
    const growing = watchFeatures([watched('runs_all', 3, true)], MONITORING_LIMITS);
    expect(growing[0]).toMatchObject({ state: 'growing' });
    expect(judge({ features: growing }).features).toBe(0);
    const few = watchFeatures(
      [{ feature: 'runs_7d', weeks: [], current: column(1, 5, 0), isGrowing: false }],
      MONITORING_LIMITS,
    );
    const none = windows(1, 0, 0, (p) => p);
    const nothing = { features: few, scores: few[0]!, test: none, served: none, shown: none, recent: none };
    const judged = judge(nothing);
    expect(judged.state).toBe('not-enough-data');
    for (const { found, words } of judged.signs) {
      expect(found).toBeNull();
      expect(words.en).toContain('not enough data');
      expect(words.fr).toContain('pas assez de données');
    }
  });

  it('of the season is none: what differs no more than the weeks of the reference do', () => {
    const seasonal = {
      feature: 'runs_7d',
      weeks: [0, 3, 0, 3].map((shift, seed) => column(seed + 1, 100, shift)),
      current: column(9, 100, 3),
      isGrowing: false,
    };
    const [found] = watchFeatures([seasonal], MONITORING_LIMITS);
    expect(found!.comparison!.psi).toBeGreaterThan(MONITORING_LIMITS.psi);
    expect(found!.state).toBe('steady');
  });

  it('finds hardly anything in what only differs by chance', () => {
    let found = 0;
    for (let seed = 1; seed <= 50; seed++) {
      const columns = Array.from({ length: 20 }, (_, i) => ({
        feature: `f${i}`,
        weeks: [0, 1, 2, 3].map((week) => column(1_000 * seed + 10 * i + week, 60, 0)),
        current: column(1_000 * seed + 10 * i + 9, 60, 0),
        isGrowing: false,
      }));
      found += watchFeatures(columns, MONITORING_LIMITS).filter(({ state }) => state === 'drifted').length;
    }
    expect(found).toBeLessThanOrEqual(2);
  });

  it('words fit whatever the numbers', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -1e6, max: 1e6, noNaN: true }),
        fc.double({ min: -5, max: 5, noNaN: true }),
        (mean, shift) => {
          const [base] = watchFeatures([watched('failed_7d', 1)], MONITORING_LIMITS);
          const told = featureWords({ ...base!, comparison: { ...base!.comparison!, mean, shift } });
          expect(told.en).not.toMatch(/NaN|undefined|null/);
          expect(told.fr).not.toMatch(/NaN|undefined|null|\d\.\d/);
        },
      ),
    );
  });
});
