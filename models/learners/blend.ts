import { lossesAtLevel } from '../evaluation/calibrate.ts';
import { bestBeyondDoubt } from '../evaluation/compare-losses.ts';
import { type FeatureMatrix, requireColumns } from '../features/feature-matrix.ts';
import { logit, sigmoid } from '../log-odds.ts';
import { chainLearner } from './chain-regression.ts';
import { boostingLearner } from './gradient-boosting.ts';
import {
  type Explanation,
  type FitOptions,
  type FittedModel,
  type Learner,
  type ModelJson,
  requireBothLabels,
  type Settings,
} from './learner.ts';
import { logisticLearner } from './logistic-regression.ts';

/** All speak in log-odds, so what they say can be added up. */
const PARTS: readonly Learner[] = [chainLearner, logisticLearner, boostingLearner];
/** Nobody is surer than this, so that no part outvotes the others by infinity. */
export const SUREST = 1e-12;
/** Weights are quarters. */
const QUARTERS = 4;
/** What is known to be robust; others have to show beyond doubt that they add something. */
const CHAINS_ALONE = [1, 0, 0];

/**
 * The weighted mean of the log-odds of the regression on failure chains, of logistic regression and of boosting: a
 * logarithmic pool (Genest and Zidek, "Combining probability distributions", 1986). The weights are not negative and one
 * in sum. The chains speak alone unless on later time others lower the log loss beyond doubt: where few weeks are known,
 * the best of many blends is best by accident.
 */
export const blendLearner: Learner = {
  kind: 'blend',
  fit(matrix, labels, weights, { seed, later, settings }) {
    requireBothLabels('blend', { matrix, labels, weights });
    const parts = PARTS.map((learner) => {
      const options: FitOptions = { seed };
      if (settings !== undefined) options.settings = settingsOf(learner.kind, settings);
      else if (later !== undefined) options.later = later;
      return learner.fit(matrix, labels, weights, options);
    });
    let shares = CHAINS_ALONE;
    if (settings !== undefined)
      shares = PARTS.map(({ kind }, p) => settings[`${kind}_weight`] ?? CHAINS_ALONE[p]!);
    else if (later !== undefined && later.labels.length > 0) {
      const margins = parts.map((part) => part.predict(later.matrix).map(heldLogit));
      const lossesOf = (candidate: number[]) => {
        const blended = margins[0]!.map((_, r) => sigmoid(pooled(candidate, (p) => margins[p]![r]!)));
        return lossesAtLevel({ kind: 'identity' }, { ...later, times: later.matrix.cutoff }, blended);
      };
      const blends = simplex().map((candidate) => [candidate, lossesOf(candidate)] as const);
      shares = bestBeyondDoubt(lossesOf(CHAINS_ALONE), blends) ?? CHAINS_ALONE;
    }
    return blendModel(matrix.names, parts, shares);
  },
};

/** Reads what `toJSON` of a blend wrote. `read` reads its parts. */
export function blendFromJson(json: ModelJson, read: (part: ModelJson) => FittedModel): FittedModel {
  const { names, shares, parts } = json as ModelJson & { shares: number[]; parts: ModelJson[] };
  return blendModel(names, parts.map(read), shares);
}

function blendModel(names: string[], parts: FittedModel[], shares: number[]): FittedModel {
  const settings: Settings = {};
  parts.forEach((part, p) => {
    for (const [name, value] of Object.entries(part.settings)) settings[`${part.kind}_${name}`] = value;
    settings[`${part.kind}_weight`] = shares[p]!;
  });
  return {
    kind: 'blend',
    names,
    settings,
    predict(matrix: FeatureMatrix) {
      requireColumns(matrix, names);
      const margins = parts.map((part) => part.predict(matrix).map(heldLogit));
      return Float64Array.from({ length: matrix.rows }, (_, r) =>
        sigmoid(pooled(shares, (p) => margins[p]![r]!)),
      );
    },
    explain(matrix, row): Explanation {
      const explained = parts.map((part) => part.explain(matrix, row));
      return {
        base: pooled(shares, (p) => explained[p]!.base),
        margin: pooled(shares, (p) => explained[p]!.margin),
        contributions: names.map((feature, f) => ({
          feature,
          value: matrix.columns[f]![row]!,
          contribution: pooled(shares, (p) => explained[p]!.contributions[f]!.contribution),
        })),
      };
    },
    toJSON: () => ({
      kind: 'blend',
      version: 1,
      names,
      settings,
      shares,
      parts: parts.map((part) => part.toJSON()),
    }),
  };
}

const pooled = (shares: readonly number[], of: (part: number) => number): number =>
  shares.reduce((sum, share, p) => (share === 0 ? sum : sum + share * of(p)), 0);

const heldLogit = (probability: number): number => logit(Math.min(1 - SUREST, Math.max(SUREST, probability)));

/** What the settings of a blend say of one part. */
function settingsOf(kind: string, settings: Settings): Settings {
  const prefix = `${kind}_`;
  return Object.fromEntries(
    Object.entries(settings)
      .filter(([name]) => name.startsWith(prefix) && name !== `${prefix}weight`)
      .map(([name, value]) => [name.slice(prefix.length), value]),
  );
}

/** Every triple of quarters with the sum one. */
function simplex(): number[][] {
  const triples: number[][] = [];
  for (let a = QUARTERS; a >= 0; a--) {
    for (let b = QUARTERS - a; b >= 0; b--)
      triples.push([a, b, QUARTERS - a - b].map((part) => part / QUARTERS));
  }
  return triples;
}
