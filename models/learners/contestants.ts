import { baseRateFromJson, baseRateLearners } from './base-rates.ts';
import { blendFromJson, blendLearner } from './blend.ts';
import { chainLearner } from './chain-regression.ts';
import { boostingLearner } from './gradient-boosting.ts';
import {
  type FittedModel,
  isBaseRate,
  isLinear,
  LEARNER_KINDS,
  type Learner,
  type LearnerKind,
  type ModelJson,
} from './learner.ts';
import { linearFromJson } from './linear-model.ts';
import { logisticLearner } from './logistic-regression.ts';
import { mlRandomForestLearner } from './ml-random-forest.ts';
import { forestLearner } from './random-forest.ts';
import { recentLearner } from './recent-regression.ts';
import { treeEnsembleFromJson } from './tree-ensemble.ts';

/** Everybody who competes to forecast, in the order of LEARNER_KINDS. */
export const contestants: readonly Learner[] = [
  ...baseRateLearners,
  chainLearner,
  logisticLearner,
  recentLearner,
  boostingLearner,
  blendLearner,
  forestLearner,
  mlRandomForestLearner,
];

/** @throws Error naming the known kinds. */
export function learnerOf(kind: LearnerKind): Learner {
  const learner = contestants.find((one) => one.kind === kind);
  if (learner === undefined) {
    throw new Error(`unknown learner "${kind}"; known are ${LEARNER_KINDS.join(', ')}`);
  }
  return learner;
}

/** Reads what `toJSON` wrote. @throws Error for a kind or version this code does not know. */
export function modelFromJson(json: ModelJson): FittedModel {
  const { kind } = learnerOf(json.kind);
  if (json.version !== 1) throw new Error(`model of kind ${kind}: expected version 1, found ${json.version}`);
  if (isBaseRate(kind)) return baseRateFromJson(json);
  if (kind === 'blend') return blendFromJson(json, modelFromJson);
  return isLinear(kind) ? linearFromJson(json) : treeEnsembleFromJson(json);
}
