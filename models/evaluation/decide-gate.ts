import { averagePrecision } from './average-precision.ts';
import { brierScore } from './brier-score.ts';
import { expectedCalibrationError } from './expected-calibration-error.ts';
import { pairedBootstrap } from './paired-bootstrap.ts';

/** A forecast of the test rows, in their order. */
export interface GateContestant {
  kind: string;
  baseRate: boolean;
  probabilities: Float64Array;
}

export interface GateThresholds {
  minPositives: number;
  minNegatives: number;
  minJobs: number;
  minWindows: number;
  /** Of the paired bootstrap's interval; its lower bound must be above zero. */
  confidence: number;
  resamples: number;
  seed: number;
  /** How much smaller than a base rate's the Brier score must be, as a share of it. */
  minBrierSkill: number;
  maxCalibrationError: number;
}

/**
 * Set before any training. The confidence is high because the challenger is the best of several on the same
 * rows, and because a forecast that is not better is no reason to change anything. Average precision alone
 * favours scores without ties a little even on noise; the Brier skill asked for keeps such luck out.
 */
export const GATE_THRESHOLDS: GateThresholds = {
  minPositives: 25,
  minNegatives: 25,
  minJobs: 8,
  minWindows: 3,
  confidence: 0.99,
  resamples: 500,
  seed: 20_260_101,
  minBrierSkill: 0.01,
  maxCalibrationError: 0.1,
};

export interface GateCheck {
  name: string;
  /** Null: could not be decided, or does not apply. */
  passed: boolean | null;
  value: number | null;
  threshold: number | null;
  explanation: { en: string; fr: string };
}

export interface GateDecision {
  verdict: 'promote' | 'keep' | 'undecided';
  /** Kind of the contestant to promote: the challenger, or a base rate as first champion; null when none. */
  promote: string | null;
  checks: GateCheck[];
}

export interface GateInput {
  challenger: GateContestant;
  champion: GateContestant | null;
  baseRates: GateContestant[];
  labels: Uint8Array;
  jobIndex: Int32Array;
  cutoff: Float64Array;
  thresholds?: GateThresholds;
}

/**
 * May the challenger replace the champion?
 *
 * A learner is promoted when there is enough data, its probabilities are finite and calibrated, and it beats
 * every base rate, a constant, and the champion, in average precision (lower bound of the paired difference above zero,
 * resampling jobs), with a Brier score 1 % better than the base rates' and no worse than the champion's. A base rate is not asked to beat itself: it may take over from
 * a champion it beats. Without a champion the rule `first-champion` lets the best base rate serve until a
 * learner proves itself, so that there is always an honest forecast.
 */
export function decideGate(input: GateInput): GateDecision {
  const thresholds = input.thresholds ?? GATE_THRESHOLDS;
  const { challenger, champion, baseRates } = input;
  const finite = checkFinite(challenger);
  if (finite.passed !== true) return decided('keep', null, [finite], input);
  const enough = checkEnough(input, thresholds);
  const checks = [finite, ...enough];
  if (enough.some((check) => check.passed !== true)) return decided('undecided', null, checks, input);
  const rivals = challenger.baseRate ? [] : [...baseRates, constantOf(input)];
  for (const rival of rivals)
    checks.push(...checkBetter(input, rival, rival.kind, thresholds.minBrierSkill, thresholds));
  if (champion !== null) checks.push(...checkBetter(input, champion, 'champion', 0, thresholds));
  if (!challenger.baseRate) checks.push(checkCalibrated(input, thresholds));
  // A base rate has nothing to prove when nobody serves yet; that is the rule below.
  const compared = rivals.length > 0 || champion !== null;
  const passed = compared && checks.every((check) => check.passed === true);
  return passed ? decided('promote', challenger.kind, checks, input) : decided('keep', null, checks, input);
}

function decided(
  verdict: GateDecision['verdict'],
  promote: string | null,
  checks: GateCheck[],
  input: GateInput,
): GateDecision {
  if (promote !== null || input.champion !== null) return { verdict, promote, checks };
  const first = bestBaseRate(input);
  const check: GateCheck = {
    name: 'first-champion',
    passed: first !== null,
    value: null,
    threshold: null,
    explanation:
      first === null
        ? { en: 'No usable base rate to serve first.', fr: 'Aucun taux de base utilisable pour commencer.' }
        : {
            en: `Nothing serves yet: the base rate "${first.kind}" serves until a learner proves itself.`,
            fr: `Aucun modèle en service : le taux de base « ${first.kind} » sert en attendant mieux.`,
          },
  };
  return first === null
    ? { verdict, promote, checks: [...checks, check] }
    : { verdict: 'promote', promote: first.kind, checks: [...checks, check] };
}

/**
 * The best forecast that tells jobs apart by nothing: the share of failures in the test itself. On noise the
 * base rates follow each job's luck, and a learner that merely does not would beat them; it does not beat this.
 */
function constantOf({ labels }: GateInput): GateContestant {
  const share = labels.reduce((sum, label) => sum + label, 0) / labels.length;
  return { kind: 'constant', baseRate: true, probabilities: new Float64Array(labels.length).fill(share) };
}

/** Lowest Brier score; with no test rows to tell, the first given. */
function bestBaseRate({ challenger, baseRates, labels }: GateInput): GateContestant | null {
  const usable = [...baseRates, ...(challenger.baseRate ? [challenger] : [])].filter((one) =>
    one.probabilities.every(Number.isFinite),
  );
  const brier = (one: GateContestant) => brierScore(labels, one.probabilities) ?? 0;
  return usable.reduce<GateContestant | null>(
    (best, one) => (best === null || brier(one) < brier(best) ? one : best),
    null,
  );
}

function checkFinite({ probabilities }: GateContestant): GateCheck {
  const wrong = probabilities.reduce((count, p) => count + (p >= 0 && p <= 1 ? 0 : 1), 0);
  return {
    name: 'probabilities-finite',
    passed: wrong === 0,
    value: wrong,
    threshold: 0,
    explanation: {
      en: `${wrong} of ${probabilities.length} forecasts are no probability.`,
      fr: `${wrong} prévisions sur ${probabilities.length} ne sont pas des probabilités.`,
    },
  };
}

function checkEnough({ labels, jobIndex, cutoff }: GateInput, thresholds: GateThresholds): GateCheck[] {
  const positives = labels.reduce((sum, label) => sum + label, 0);
  const counts: [string, number, number, string, string][] = [
    ['enough-failures', positives, thresholds.minPositives, 'windows with a failure', 'fenêtres avec échec'],
    [
      'enough-quiet',
      labels.length - positives,
      thresholds.minNegatives,
      'windows without',
      'fenêtres sans échec',
    ],
    ['enough-jobs', new Set(jobIndex).size, thresholds.minJobs, 'jobs', 'jobs'],
    ['enough-windows', new Set(cutoff).size, thresholds.minWindows, 'cutoffs', 'dates de prévision'],
  ];
  return counts.map(([name, value, threshold, en, fr]) => ({
    name,
    passed: value >= threshold,
    value,
    threshold,
    explanation: {
      en: `${value} ${en} in the test, at least ${threshold} needed.`,
      fr: `${value} ${fr} dans le test, au moins ${threshold} nécessaires.`,
    },
  }));
}

function checkBetter(
  { challenger, labels, jobIndex }: GateInput,
  rival: GateContestant,
  as: string,
  brierSkill: number,
  thresholds: GateThresholds,
): GateCheck[] {
  const ours = challenger.probabilities;
  const theirs = rival.probabilities;
  const { confidence, resamples, seed } = thresholds;
  const paired = pairedBootstrap({
    metric: 'average precision',
    labels,
    blocks: jobIndex,
    ours,
    theirs,
    confidence,
    resamples,
    seed,
  });
  const precisions = [ours, theirs].map((scores) => (averagePrecision(labels, scores) ?? 0).toFixed(3));
  const brier = brierScore(labels, ours)!;
  const limit = brierScore(labels, theirs)! * (1 - brierSkill);
  return [
    {
      name: `ranks-better-than-${as}`,
      passed: paired === null ? null : paired.lower > 0,
      value: paired?.lower ?? null,
      threshold: 0,
      explanation: {
        en: `Average precision ${precisions[0]} against ${precisions[1]}; the difference is at least ${paired?.lower.toFixed(4) ?? 'unknown'} with ${confidence * 100} % confidence.`,
        fr: `Précision moyenne ${precisions[0]} contre ${precisions[1]} ; écart d'au moins ${paired?.lower.toFixed(4) ?? 'inconnu'} avec ${confidence * 100} % de confiance.`,
      },
    },
    {
      name: `brier-low-enough-beside-${as}`,
      passed: brier <= limit,
      value: brier,
      threshold: limit,
      explanation: {
        en: `Brier score ${brier.toFixed(4)}, at most ${limit.toFixed(4)} allowed.`,
        fr: `Score de Brier ${brier.toFixed(4)}, au plus ${limit.toFixed(4)} admis.`,
      },
    },
  ];
}

function checkCalibrated(
  { challenger, labels }: GateInput,
  { maxCalibrationError }: GateThresholds,
): GateCheck {
  const error = expectedCalibrationError(labels, challenger.probabilities)!;
  return {
    name: 'calibrated',
    passed: error <= maxCalibrationError,
    value: error,
    threshold: maxCalibrationError,
    explanation: {
      en: `Forecast and outcome differ by ${(100 * error).toFixed(1)} points on average, at most ${100 * maxCalibrationError} allowed.`,
      fr: `Prévision et réalité diffèrent de ${(100 * error).toFixed(1)} points en moyenne, au plus ${100 * maxCalibrationError} admis.`,
    },
  };
}
