import { brierScore } from '../evaluation/brier-score.ts';
import { checkSlices } from '../evaluation/check-slices.ts';
import { decideGate, type GateDecision, type GateInput } from '../evaluation/decide-gate.ts';
import type { GateCheck } from '../evaluation/gate-check.ts';
import type { GateThresholds } from '../evaluation/gate-thresholds.ts';
import { isBaseRate, type LearnerKind } from '../learners/learner.ts';
import { auditLeaks } from './audit-leaks.ts';
import { checkServed } from './check-served.ts';
import { gateInput, type HostOf, type TestedContestant } from './gate-input.ts';
import { gateSlices } from './gate-slices.ts';
import { checkInputs } from './poisoned-inputs.ts';
import type { PreparedSnapshot } from './prepare-training.ts';
import { replayChampion } from './replay-champion.ts';

export interface TrainingToJudge {
  /** `artifact`: what would serve. */
  challenger: TestedContestant & { artifact?: Uint8Array };
  champion: { kind: LearnerKind; artifact: Uint8Array } | null;
  baseRates: TestedContestant[];
  /** Those in force when the training's data was frozen. */
  thresholds: GateThresholds;
}

/**
 * Lets the gate judge a training: the forecasts of its test, slice by slice, its features and its inputs.
 *
 * Slices are compared with the champion; while nobody serves with the best base rate, which would serve instead.
 *
 * @throws Error when a contestant was not tested on the snapshot's test
 */
export function judgeTraining(prepared: PreparedSnapshot, training: TrainingToJudge): GateDecision {
  const { challenger, baseRates, thresholds } = training;
  const champion: TestedContestant | null =
    training.champion === null
      ? null
      : {
          kind: training.champion.kind,
          predictions: replayChampion(training.champion.artifact, prepared),
        };
  const hosts = new Map(prepared.histories.map(({ jobId, host }) => [jobId, host]));
  const hostOf: HostOf = (jobId) => hosts.get(jobId) ?? null;
  const input = gateInput({ challenger, champion, baseRates, hostOf });
  const rival = champion ?? bestOf(input, baseRates);
  const slices =
    rival === null || (champion === null && isBaseRate(challenger.kind))
      ? []
      : [
          checkSlices(
            gateSlices(prepared, challenger.predictions, rival.predictions),
            nameOf(champion, rival),
            thresholds,
          ),
        ];
  const served =
    challenger.artifact === undefined
      ? null
      : checkServed(prepared, challenger.artifact, challenger.predictions, thresholds);
  const evidence = [
    ...slices,
    ...(served === null ? [] : [served]),
    ...auditLeaks(prepared, thresholds),
    ...checkInputs(prepared, thresholds),
  ];
  const decision = decideGate({ ...input, evidence, thresholds });
  return { ...decision, checks: [...decision.checks, tellThresholds(thresholds)] };
}

function bestOf({ labels, baseRates }: GateInput, tested: TestedContestant[]): TestedContestant | null {
  const brier = baseRates.map(({ probabilities }) => brierScore(labels, probabilities) ?? 1);
  const best = brier.indexOf(Math.min(...brier));
  return tested[best] ?? null;
}

const nameOf = (champion: TestedContestant | null, { kind }: TestedContestant) =>
  champion === null
    ? { en: `the base rate "${kind}"`, fr: `du taux de base « ${kind} »` }
    : { en: 'the champion', fr: 'du modèle en service' };

/** Not a question that was asked of the training, but what all of them were. */
function tellThresholds(thresholds: GateThresholds): GateCheck {
  const { confidence, sliceTolerance, maxShiftFactor } = thresholds;
  const [sure, slice] = [confidence, sliceTolerance].map((share) => Math.round(1000 * share) / 10);
  return {
    name: 'thresholds-fixed-before',
    passed: true,
    value: confidence,
    threshold: confidence,
    explanation: {
      en: `Judged by the thresholds fixed before the training: confidence ${sure} %, slices up to ${slice} % worse, inputs off by a factor of ${maxShiftFactor}, and the rest as recorded.`,
      fr: `Jugé selon les seuils fixés avant l'entraînement : confiance ${sure} %, tranches jusqu'à ${slice} % moins bonnes, entrées écartées d'un facteur ${maxShiftFactor}, et le reste tel que noté.`,
    },
    thresholds,
  };
}
