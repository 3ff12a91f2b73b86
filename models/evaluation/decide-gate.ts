import { averagePrecision } from './average-precision.ts';
import { brierScore } from './brier-score.ts';
import { expectedCalibrationError } from './expected-calibration-error.ts';
import { type GateCheck, notKnown } from './gate-check.ts';
import { GATE_THRESHOLDS, type GateThresholds } from './gate-thresholds.ts';
import { pairedBootstrap } from './paired-bootstrap.ts';

/** A forecast of the test rows, in their order. */
export interface GateContestant {
  kind: string;
  baseRate: boolean;
  probabilities: Float64Array;
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
  /** Rows of one number share their weather: a week of a server. */
  hostWeek: Int32Array;
  cutoff: Float64Array;
  /** Checks of what lies beside these forecasts: slices, features, inputs. Each has to pass. */
  evidence: readonly GateCheck[];
  thresholds?: GateThresholds;
}

/**
 * May the challenger replace the champion?
 *
 * A learner is promoted when there is enough data, its probabilities are finite and calibrated, and it beats
 * every base rate, a constant, and the champion, in average precision (lower bound of the paired difference above zero,
 * resampling jobs, and resampling weeks of servers), with a Brier score 1 % better than the base rates' and no
 * worse than the champion's, and all the evidence is for it. Where something speaks against it the verdict is `keep`;
 * where something could not be decided, `undecided`. A base rate is not asked to beat itself: it may take over from a
 * champion it beats. Without a champion the rule `first-champion` lets the best base rate serve until a
 * learner proves itself, so that there is always an honest forecast.
 */
export function decideGate(input: GateInput): GateDecision {
  const thresholds = input.thresholds ?? GATE_THRESHOLDS;
  const { challenger, champion, baseRates } = input;
  const finite = checkFinite(challenger);
  if (finite.passed !== true) return decided('keep', null, [finite], input);
  const enough = checkEnough(input, thresholds);
  const checks = [finite, ...enough];
  if (enough.some((check) => check.passed !== true)) {
    const isRefused = input.evidence.some((check) => check.passed === false);
    return decided(isRefused ? 'keep' : 'undecided', null, [...checks, ...input.evidence], input);
  }
  const rivals = challenger.baseRate ? [] : [...baseRates, constantOf(input)];
  for (const rival of rivals)
    checks.push(...checkBetter(input, rival, rival.kind, thresholds.minBrierSkill, thresholds));
  if (champion !== null) checks.push(...checkBetter(input, champion, 'champion', 0, thresholds));
  if (!challenger.baseRate) checks.push(checkGain(input, thresholds), checkCalibrated(input, thresholds));
  checks.push(...input.evidence);
  // A base rate has nothing to prove when nobody serves yet; that is the rule below.
  const compared = rivals.length > 0 || champion !== null;
  if (!compared || checks.some((check) => check.passed === false))
    return decided('keep', null, checks, input);
  if (checks.some((check) => check.passed !== true)) return decided('undecided', null, checks, input);
  return decided('promote', challenger.kind, checks, input);
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
  input: GateInput,
  rival: GateContestant,
  as: string,
  brierSkill: number,
  thresholds: GateThresholds,
): GateCheck[] {
  const { labels } = input;
  const ours = input.challenger.probabilities;
  const theirs = rival.probabilities;
  if (checkFinite(rival).passed !== true) {
    return [
      notKnown(`ranks-better-than-${as}`, 0, {
        en: `The forecasts of ${as} are not all probabilities: nothing can be said beside them.`,
        fr: `Les prévisions de ${as} ne sont pas toutes des probabilités : aucune comparaison possible.`,
      }),
    ];
  }
  const { confidence } = thresholds;
  const lower = lowerBound('average precision', input, ours, theirs, thresholds);
  const precisions = [ours, theirs].map((scores) => (averagePrecision(labels, scores) ?? 0).toFixed(3));
  const brier = brierScore(labels, ours)!;
  const limit = brierScore(labels, theirs)! * (1 - brierSkill);
  return [
    {
      name: `ranks-better-than-${as}`,
      passed: lower === null ? null : lower > 0,
      value: lower,
      threshold: 0,
      explanation: {
        en: `Average precision ${precisions[0]} against ${precisions[1]}; the difference is at least ${lower?.toFixed(4) ?? 'unknown'} with ${confidence * 100} % confidence.`,
        fr: `Précision moyenne ${precisions[0]} contre ${precisions[1]} ; écart d'au moins ${lower?.toFixed(4) ?? 'inconnu'} avec ${confidence * 100} % de confiance.`,
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

/**
 * Lower bound of how much better ours is, positive for better. Rows of a job share its luck, rows of a server's week
 * its weather: each is resampled, the less sure answer counts. Null: not known.
 */
function lowerBound(
  metric: 'average precision' | 'brier',
  { labels, jobIndex, hostWeek }: GateInput,
  ours: Float64Array,
  theirs: Float64Array,
  { confidence, resamples, seed }: GateThresholds,
): number | null {
  const bounds = [jobIndex, hostWeek].map((blocks) => {
    // One block says nothing of the next.
    if (new Set(blocks).size < 2) return null;
    const found = pairedBootstrap({ metric, labels, blocks, ours, theirs, confidence, resamples, seed });
    if (found === null) return null;
    return metric === 'brier' ? -found.upper : found.lower;
  });
  return bounds.reduce<number | null>(
    (least, bound) => (least === null || bound === null ? null : Math.min(least, bound)),
    Number.POSITIVE_INFINITY,
  );
}

/**
 * On noise nothing has a lower Brier score than one chance for all, but by luck: what is gained over it has to be there
 * however jobs and weeks are drawn.
 */
function checkGain(input: GateInput, thresholds: GateThresholds): GateCheck {
  const constant = constantOf(input).probabilities;
  const gain = lowerBound('brier', input, input.challenger.probabilities, constant, thresholds);
  const sure = thresholds.confidence * 100;
  const [en, fr] = gain === null ? ['unknown', 'inconnu'] : [gain.toFixed(4), gain.toFixed(4)];
  return {
    name: 'gains-over-constant',
    passed: gain === null ? null : gain > 0,
    value: gain,
    threshold: 0,
    explanation: {
      en: `The Brier score is below that of one chance for all by at least ${en} with ${sure} % confidence.`,
      fr: `Le score de Brier est au-dessous de celui d'une même chance pour tous d'au moins ${fr} avec ${sure} % de confiance.`,
    },
  };
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
