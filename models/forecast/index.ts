/** What the rest of the system may call: freeze, train, choose, compare, score. */

export type { GateDecision } from '../evaluation/decide-gate.ts';
export { GATE_THRESHOLDS, type GateThresholds } from '../evaluation/gate-thresholds.ts';
export { BASE_RATE_KINDS, isBaseRate, LEARNER_KINDS, type LearnerKind } from '../learners/learner.ts';
export { chooseChallenger } from './choose-challenger.ts';
export { TooFewRuns } from './fit-examples.ts';
export type { TestedContestant } from './gate-input.ts';
export { type ImportedFiles, readImported } from './imported-model.ts';
export { judgeTraining, type TrainingToJudge } from './judge-training.ts';
export { type PreparedSnapshot, prepareTraining } from './prepare-training.ts';
export type { Reason } from './reasons.ts';
export { type DayForecast, type Forecast, scoreForecast, type WeekForecast } from './score.ts';
export { decodeSnapshot, encodeSnapshot, type Snapshot } from './snapshot.ts';
export { TestMayBeKnown, testImported } from './test-imported.ts';
export { decodeTestPredictions, encodeTestPredictions, type TestPredictions } from './test-predictions.ts';
export {
  type HeadReport,
  type TrainedContestant,
  type TrainingOptions,
  type TrainingReport,
  trainContestant,
  trainPrepared,
} from './train-contestant.ts';
