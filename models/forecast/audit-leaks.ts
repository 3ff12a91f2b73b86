import { checkAtMost, type GateCheck, notKnown } from '../evaluation/gate-check.ts';
import type { GateThresholds } from '../evaluation/gate-thresholds.ts';
import { rocAuc } from '../evaluation/roc-auc.ts';
import type { FeatureMatrix } from '../features/feature-matrix.ts';
import { selectRows } from '../features/feature-matrix.ts';
import { labelWindows } from '../features/label-windows.ts';
import { knownBy } from './known-by.ts';
import { matricesAt, type PreparedSnapshot } from './prepare-training.ts';

/** Cutoffs of the training, and of the test, at which features are computed again. */
const AUDITED = 3;
/** Sums that grew from cutoff to cutoff, and those made at once, differ in their last digits. */
const ROUNDING = 1e-9;
/** A column is ranked on so many rows at most: more make it no clearer. */
const MAX_RANKED_ROWS = 10_000;

/**
 * Did what was learned from, or tested on, tell of the future?
 *
 * At cutoffs over the whole of the training and the test, the features are computed again from what was known then,
 * every later record left out, and have to be the same, to the last bit beside those of all records at that cutoff
 * alone, and but for rounding beside those learned from. Whatever looks ahead, however little, moves. What is lied
 * about its own time cannot be seen like that: so no single column, a missing value being the lowest, may tell
 * failures and the rest apart all by itself.
 */
export function auditLeaks(prepared: PreparedSnapshot, thresholds: GateThresholds): GateCheck[] {
  return [checkRecomputed(prepared), checkColumns(prepared, thresholds)];
}

function checkRecomputed({ snapshot, split, matrices, build }: PreparedSnapshot): GateCheck {
  const name = 'features-known-in-time';
  const cutoffs = [...spread(split.train), ...spread(split.test)];
  if (cutoffs.length === 0) {
    return notKnown(name, 0, {
      en: 'No past forecast to compute again.',
      fr: 'Aucune prévision passée à recalculer.',
    });
  }
  const moved = new Set<string>();
  for (const cutoff of cutoffs) {
    const at = (from: typeof snapshot) =>
      build(from.histories, from.hostSeries, [cutoff], { facts: from.facts });
    const alone = at(snapshot);
    const then = at(knownBy(snapshot, cutoff));
    const learned = matricesAt(matrices(), [cutoff]);
    for (const head of ['week', 'day'] as const) {
      for (const feature of differing(alone[head], then[head], 0)) moved.add(feature);
      for (const feature of differing(learned[head], then[head], ROUNDING)) moved.add(feature);
    }
  }
  const named = [...moved].slice(0, 3).join(', ');
  const ending = moved.size === 0 ? { en: '.', fr: '.' } : { en: `: ${named}.`, fr: ` : ${named}.` };
  return checkAtMost(name, moved.size, 0, {
    en: `${moved.size} features change at ${cutoffs.length} past cutoffs when what came later is left out${ending.en}`,
    fr: `${moved.size} variables changent à ${cutoffs.length} dates passées quand on retire ce qui est venu après${ending.fr}`,
  });
}

/** First, middle and last. */
function spread(cutoffs: readonly number[]): number[] {
  const positions = Array.from({ length: AUDITED }, (_, i) =>
    Math.round((i * (cutoffs.length - 1)) / (AUDITED - 1)),
  );
  return cutoffs.length === 0 ? [] : [...new Set(positions)].map((position) => cutoffs[position]!);
}

/** Names of the columns that are not the same; where the rows are others, of all. */
function differing(found: FeatureMatrix, expected: FeatureMatrix, rounding: number): string[] {
  const sameRows =
    found.rows === expected.rows &&
    found.jobIndex.every((job, r) => job === expected.jobIndex[r]) &&
    found.horizon.every((horizon, r) => horizon === expected.horizon[r]);
  if (!sameRows || found.names.length !== expected.names.length) return found.names;
  return found.names.filter((name, f) => {
    if (name !== expected.names[f]) return true;
    const column = expected.columns[f]!;
    return found.columns[f]!.some((value, r) => !isSame(value, column[r]!, rounding));
  });
}

const isSame = (a: number, b: number, rounding: number): boolean =>
  Object.is(a, b) || a === b || Math.abs(a - b) <= rounding * Math.max(1, Math.abs(a), Math.abs(b));

function checkColumns(prepared: PreparedSnapshot, thresholds: GateThresholds): GateCheck {
  const { cutoff, histories, split, matrices } = prepared;
  const name = 'no-column-tells-all';
  let highest: { auc: number; feature: string } | null = null;
  for (const cutoffs of [split.train, split.test]) {
    const rows = matricesAt(matrices(), cutoffs);
    for (const head of ['week', 'day'] as const) {
      const matrix = thinned(rows[head]);
      const labels = labelWindows(matrix, histories, cutoff);
      const positives = labels.reduce((sum, label) => sum + label, 0);
      const { minPositives, minNegatives } = thresholds;
      if (positives < minPositives || labels.length - positives < minNegatives) continue;
      matrix.columns.forEach((column, f) => {
        const auc = rocAuc(
          labels,
          column.map((value) => (Number.isNaN(value) ? Number.NEGATIVE_INFINITY : value)),
        )!;
        const apart = Math.max(auc, 1 - auc);
        if (highest === null || apart > highest.auc) highest = { auc: apart, feature: matrix.names[f]! };
      });
    }
  }
  const { maxColumnAuc } = thresholds;
  if (highest === null) {
    return notKnown(name, maxColumnAuc, {
      en: 'Too few failures to say what a single column tells.',
      fr: "Trop peu d'échecs pour dire ce que révèle une seule colonne.",
    });
  }
  const { auc, feature } = highest as { auc: number; feature: string };
  return checkAtMost(name, auc, maxColumnAuc, {
    en: `The column that tells most by itself is ${feature}: ROC-AUC ${auc.toFixed(4)}, at most ${maxColumnAuc} is believed.`,
    fr: `La colonne qui en dit le plus à elle seule est ${feature} : AUC ${auc.toFixed(4)}, au plus ${maxColumnAuc} crédible.`,
  });
}

function thinned(matrix: FeatureMatrix): FeatureMatrix {
  const step = Math.ceil(matrix.rows / MAX_RANKED_ROWS);
  if (step <= 1) return matrix;
  return selectRows(
    matrix,
    Int32Array.from({ length: Math.ceil(matrix.rows / step) }, (_, i) => i * step),
  );
}
