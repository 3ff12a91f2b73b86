/** Small estates that are trained on and judged as `retrain` does it; and whether the gate fell for one. */
import { madeUpEstate } from '../../models/features/made-up-jobs.ts';
import { chooseChallenger } from '../../models/forecast/choose-challenger.ts';
import { GATE_THRESHOLDS, type GateDecision, type TestedContestant } from '../../models/forecast/index.ts';
import { judgeTraining } from '../../models/forecast/judge-training.ts';
import { knownBy } from '../../models/forecast/known-by.ts';
import {
  type MatrixBuilder,
  type PreparedSnapshot,
  prepareTraining,
} from '../../models/forecast/prepare-training.ts';
import { type TrainedContestant, trainPrepared } from '../../models/forecast/train-contestant.ts';
import { BASE_RATE_KINDS, isBaseRate, type LearnerKind } from '../../models/learners/learner.ts';
import { LEAKS, lateNoise } from './planted-leaks.ts';

export const SMALL = { jobs: 12, days: 77 };
const LEARNERS = ['chains', 'logistic', 'recent', 'boosting'] as const satisfies LearnerKind[];

export type EstateRequest = { part: 'noise'; seed: number } | { part: 'leak'; leak: string; seed: number };

export interface JudgedEstate {
  seed: number;
  /** The gate let a learner through, or took a leak for none. */
  isWrong: boolean;
  /** What it said, and why not. */
  told: Record<string, string>;
  /** Of a leak: nothing but the audit stood in its way. */
  onlyAudit?: boolean;
}

export function judgeEstate(request: EstateRequest): JudgedEstate {
  return request.part === 'noise' ? judgeNoise(request.seed) : judgeLeak(request.leak, request.seed);
}

/**
 * Every run fails by the same chance: trained and judged with nobody serving, and beside a champion: a base rate, or
 * in every second estate a learner of the time before the test. The best of the learners stands before the gate even
 * where `retrain` would have sent a base rate.
 */
function judgeNoise(seed: number): JudgedEstate {
  const snapshot = madeUpEstate({ ...SMALL, seed, noise: true });
  const prepared = prepareTraining(snapshot);
  const { tested, trained, challenger } = contest(prepared, seed, LEARNERS);
  const champion =
    seed % 2 === 0
      ? { kind: 'base-window-rate' as const, artifact: trained.get('base-window-rate')!.artifact }
      : {
          kind: 'logistic' as const,
          artifact: trainPrepared(prepareTraining(knownBy(snapshot, prepared.split.firstTest!)), {
            kind: 'logistic',
            seed,
          }).artifact,
        };
  const judge = (serving: typeof champion | null) =>
    judgeTraining(prepared, {
      challenger: tested.get(challenger)!,
      champion: serving,
      baseRates: BASE_RATE_KINDS.map((kind) => tested.get(kind)!),
      thresholds: GATE_THRESHOLDS,
    });
  const alone = judge(null);
  const beside = judge(champion);
  const isLearner = ({ promote }: GateDecision) => promote !== null && !isBaseRate(promote as LearnerKind);
  return {
    seed,
    isWrong: isLearner(alone) || isLearner(beside),
    told: { challenger, alone: wordOf(alone), [`beside ${champion.kind}`]: wordOf(beside) },
  };
}

/** A leak is missed unless the audit says so and no learner is promoted. */
function judgeLeak(leak: string, seed: number): JudgedEstate {
  const prepared = prepareTraining(lateNoise({ ...SMALL, seed }), LEAKS[leak] as MatrixBuilder);
  const { tested, challenger } = contest(prepared, seed, ['boosting']);
  const decision = judgeTraining(prepared, {
    challenger: tested.get('boosting')!,
    champion: null,
    baseRates: BASE_RATE_KINDS.map((kind) => tested.get(kind)!),
    thresholds: GATE_THRESHOLDS,
  });
  const failed = decision.checks.filter(({ passed }) => passed !== true).map(({ name }) => name);
  const isSeen = failed.includes('features-known-in-time') && decision.promote !== 'boosting';
  const audits = ['features-known-in-time', 'no-column-tells-all'];
  return {
    seed,
    isWrong: !isSeen,
    told: { leak, challenger, verdict: wordOf(decision) },
    onlyAudit: failed.every((name) => audits.includes(name)),
  };
}

function contest(prepared: PreparedSnapshot, seed: number, learners: readonly LearnerKind[]) {
  const kinds = [...BASE_RATE_KINDS, ...learners];
  const trained = new Map<LearnerKind, TrainedContestant>(
    kinds.map((kind) => [kind, trainPrepared(prepared, { kind, seed, testOnly: true })]),
  );
  const tested = new Map<LearnerKind, TestedContestant>(
    [...trained].map(([kind, { testPredictions }]) => [kind, { kind, predictions: testPredictions }]),
  );
  return { trained, tested, challenger: chooseChallenger(learners.map((kind) => trained.get(kind)!.report)) };
}

const wordOf = ({ verdict, promote, checks }: GateDecision): string => {
  const failed = checks.filter(({ passed }) => passed !== true).map(({ name }) => name);
  return `${verdict} ${promote ?? 'nobody'}; not passed: ${failed.join(', ') || 'none'}`;
};
