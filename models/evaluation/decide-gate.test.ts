import { describe, expect, it } from 'vitest';
import { seededRandom } from '../random.ts';
import { decideGate, type GateContestant, type GateInput } from './decide-gate.ts';
import type { GateCheck } from './gate-check.ts';
import { GATE_THRESHOLDS } from './gate-thresholds.ts';

const JOBS = 60;
const WEEKS = 10;

/** True risks per job, outcomes by them; a forecast is the risk blurred. Risks all equal: pure noise. */
function world(seed: number, noise = false) {
  const random = seededRandom(seed);
  const risk = Array.from({ length: JOBS }, () => (noise ? 0.2 : random.uniform() ** 3));
  const rows = Array.from({ length: JOBS * WEEKS }, (_, r) => ({
    job: r % JOBS,
    week: Math.floor(r / JOBS),
  }));
  const blurred = (kind: string, blur: number, baseRate: boolean): GateContestant => ({
    kind,
    baseRate,
    probabilities: Float64Array.from(rows, ({ job }) =>
      Math.min(0.99, Math.max(0.01, risk[job]! + blur * random.normal())),
    ),
  });
  return {
    labels: Uint8Array.from(rows, ({ job }) => (random.uniform() < risk[job]! ? 1 : 0)),
    jobIndex: Int32Array.from(rows, ({ job }) => job),
    hostWeek: Int32Array.from(rows, ({ job, week }) => (job % 5) * WEEKS + week),
    cutoff: Float64Array.from(rows, ({ week }) => week),
    evidence: [],
    blurred,
  };
}

function inputOf(seed: number, ours: number, bases: number, champion: number | null = null): GateInput {
  const { blurred, ...rows } = world(seed);
  return {
    ...rows,
    challenger: blurred('boosting', ours, false),
    champion: champion === null ? null : blurred('logistic', champion, false),
    baseRates: [blurred('base-run-rate', bases, true), blurred('base-window-rate', bases * 0.8, true)],
  };
}
const passedOf = (input: GateInput) =>
  Object.fromEntries(decideGate(input).checks.map(({ name, passed }) => [name, passed]));

describe('decideGate', () => {
  it('promotes a learner that beats both base rates, with every number', () => {
    const decision = decideGate(inputOf(1, 0.02, 0.4));
    expect([decision.verdict, decision.promote]).toEqual(['promote', 'boosting']);
    expect(decision.checks.map(({ name }) => name)).toEqual([
      'probabilities-finite',
      'enough-failures',
      'enough-quiet',
      'enough-jobs',
      'enough-windows',
      'ranks-better-than-base-run-rate',
      'brier-low-enough-beside-base-run-rate',
      'ranks-better-than-base-window-rate',
      'brier-low-enough-beside-base-window-rate',
      'ranks-better-than-constant',
      'brier-low-enough-beside-constant',
      'gains-over-constant',
      'calibrated',
    ]);
    for (const { passed, value, threshold, explanation } of decision.checks) {
      expect([passed, Number.isFinite(value), Number.isFinite(threshold)]).toEqual([true, true, true]);
      expect(explanation.en).not.toBe(explanation.fr);
    }
  });

  it('promotes the best base rate first when no learner is better', () => {
    const decision = decideGate(inputOf(2, 0.4, 0.05));
    expect([decision.verdict, decision.promote]).toEqual(['promote', 'base-window-rate']);
    expect(decision.checks.at(-1)).toMatchObject({ name: 'first-champion', passed: true });
  });

  it('keeps a champion that is not beaten, and replaces one that is', () => {
    expect(decideGate(inputOf(3, 0.05, 0.4, 0.05))).toMatchObject({ verdict: 'keep', promote: null });
    expect(decideGate(inputOf(3, 0.01, 0.4, 0.35))).toMatchObject({
      verdict: 'promote',
      promote: 'boosting',
    });
  });

  it('is undecided on too few windows while somebody serves, and lets a base rate serve when nobody does', () => {
    const few = (champion: number | null): GateInput => {
      const input = inputOf(4, 0.02, 0.4, champion);
      return { ...input, thresholds: { ...GATE_THRESHOLDS, minWindows: WEEKS + 1 } };
    };
    expect(decideGate(few(0.1))).toMatchObject({ verdict: 'undecided', promote: null });
    expect(decideGate(few(null))).toMatchObject({ verdict: 'promote', promote: 'base-window-rate' });
  });

  it('never promotes forecasts that are no probabilities', () => {
    const input = inputOf(5, 0.02, 0.4, 0.3);
    const broken = input.challenger.probabilities.with(7, Number.NaN);
    const decision = decideGate({ ...input, challenger: { ...input.challenger, probabilities: broken } });
    expect(decision).toMatchObject({ verdict: 'keep', promote: null });
    expect(decision.checks[0]).toMatchObject({ name: 'probabilities-finite', passed: false, value: 1 });
  });

  it('refuses a learner that ranks well and lies about the level', () => {
    const input = inputOf(6, 0.02, 0.4, 0.3);
    const high = input.challenger.probabilities.map((p) => 0.5 + p / 2);
    const checks = passedOf({ ...input, challenger: { ...input.challenger, probabilities: high } });
    expect(checks).toMatchObject({ 'ranks-better-than-champion': true, calibrated: false });
  });

  it('serves a base rate on the very first day, with nothing to test on', () => {
    const nothing = { kind: 'base-window-rate', baseRate: true, probabilities: new Float64Array(0) };
    const decision = decideGate({
      challenger: nothing,
      champion: null,
      baseRates: [nothing],
      labels: new Uint8Array(0),
      jobIndex: new Int32Array(0),
      hostWeek: new Int32Array(0),
      cutoff: new Float64Array(0),
      evidence: [],
    });
    expect(decision).toMatchObject({ verdict: 'promote', promote: 'base-window-rate' });
  });

  it('lets a base rate replace a champion it beats, without beating itself', () => {
    const { blurred, ...rows } = world(8);
    const base = blurred('base-window-rate', 0.01, true);
    const input = { ...rows, challenger: base, champion: blurred('boosting', 0.4, false), baseRates: [base] };
    expect(decideGate(input)).toMatchObject({ verdict: 'promote', promote: 'base-window-rate' });
  });

  it('is kept by evidence against it, and undecided by evidence that could not be had', () => {
    const input = inputOf(1, 0.02, 0.4, 0.35);
    const check = (passed: boolean | null): GateCheck => ({
      name: 'features-known-in-time',
      passed,
      value: passed === null ? null : passed ? 0 : 3,
      threshold: 0,
      explanation: { en: 'x', fr: 'y' },
    });
    const verdict = (...evidence: GateCheck[]) => decideGate({ ...input, evidence }).verdict;
    expect(verdict(check(true))).toBe('promote');
    expect(verdict(check(true), check(null))).toBe('undecided');
    expect(verdict(check(null), check(false))).toBe('keep');
    const few = { ...input, thresholds: { ...GATE_THRESHOLDS, minWindows: WEEKS + 1 } };
    expect(decideGate({ ...few, evidence: [check(true)] }).verdict).toBe('undecided');
    expect(decideGate({ ...few, evidence: [check(false)] })).toMatchObject({
      verdict: 'keep',
      promote: null,
    });
  });

  it('knows nothing beside a rival whose forecasts are no probabilities: no number is made up', () => {
    const input = inputOf(1, 0.02, 0.4, 0.35);
    const broken = { ...input.champion!, probabilities: input.champion!.probabilities.with(3, Number.NaN) };
    const decision = decideGate({ ...input, champion: broken });
    expect(decision.verdict).toBe('undecided');
    for (const { passed, value } of decision.checks) expect(value === null).toBe(passed === null);
  });

  it('does not believe in what was gained in a single bad week', () => {
    const { blurred, ...rows } = world(9, true);
    const random = seededRandom(10);
    const inStorm = (r: number) => Math.floor(r / JOBS) === 4;
    const labels = rows.labels.map((label, r) => (inStorm(r) && random.uniform() < 0.7 ? 1 : label));
    const base = blurred('base-window-rate', 0.02, true);
    const lucky = { ...base, kind: 'boosting', baseRate: false };
    lucky.probabilities = base.probabilities.map((p, r) => (inStorm(r) ? 0.75 : p));
    const judged = (hostWeek: Int32Array) => {
      const input = { ...rows, labels, hostWeek, challenger: lucky, champion: null, baseRates: [base] };
      const { checks } = decideGate(input);
      return checks.find(({ name }) => name === 'ranks-better-than-base-window-rate')!.passed;
    };
    // By jobs alone, each of which was there in that week, it looks like knowledge.
    expect(judged(rows.jobIndex)).toBe(true);
    expect(judged(Int32Array.from(rows.cutoff))).toBe(false);
    expect(judged(new Int32Array(labels.length))).toBeNull();
  });

  it('never promotes a learner on pure noise: the best of four guesses, 60 worlds', () => {
    const promoted = Array.from({ length: 60 }, (_, seed) => {
      const { blurred, ...rows } = world(1000 + seed, true);
      const base = {
        kind: 'base-window-rate',
        baseRate: true,
        probabilities: new Float64Array(JOBS * WEEKS).fill(0.2),
      };
      const other = blurred('base-run-rate', 0.03, true);
      const guesses = [1, 2, 3, 4].map((n) => blurred(`learner-${n}`, 0.03, false));
      return guesses.some((challenger) => {
        const input = { ...rows, challenger, champion: null, baseRates: [base, other] };
        const thresholds = { ...GATE_THRESHOLDS, resamples: 200 };
        return decideGate({ ...input, thresholds }).promote?.startsWith('learner');
      });
    });
    expect(promoted.filter(Boolean).length).toBe(0);
  });
});
