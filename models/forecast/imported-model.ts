import type { Matrices } from '../features/build-matrices.ts';
import type { FeatureDefinition } from '../features/feature.ts';
import { selectRows } from '../features/feature-matrix.ts';
import { dayFeatures, weekFeatures } from '../features/registry.ts';
import type { FittedModel, LearnerKind } from '../learners/learner.ts';
import { importDescribedOnnx } from '../onnx/import-model.ts';
import { OnnxNotUnderstood } from '../onnx/onnx-not-understood.ts';

/** A model trained elsewhere, as it came: an ONNX file for each head. */
export interface ImportedFiles {
  week: Uint8Array;
  day: Uint8Array;
}

export interface ImportedModel {
  kind: LearnerKind;
  week: FittedModel;
  day: FittedModel;
  /** Epoch milliseconds: nothing that became known later was learned from. The later of what the two files tell. */
  trainedAt: number | null;
}

const HEADS = ['week', 'day'] as const;
const FEATURES: Record<(typeof HEADS)[number], readonly FeatureDefinition[]> = {
  week: weekFeatures,
  day: dayFeatures,
};
/** Rows against which reasons are told: more make them no truer, and every one is sent down every tree. */
const MAX_BACKGROUND_ROWS = 5_000;

/**
 * Reads both files as one model: heads of one kind, over features that the registry knows for their head.
 *
 * @param training rows against which reasons are told, and whose medians stand for what is missing in a linear model
 * @throws OnnxNotUnderstood naming the file by its head, what was expected and what was found
 */
export function readImported(files: ImportedFiles, training?: Matrices): ImportedModel {
  const [week, day] = HEADS.map((head) => readHead(head, files[head], training));
  if (week!.model.kind !== day!.model.kind) {
    throw new OnnxNotUnderstood(
      'day',
      `a model of the kind of the week's, ${week!.model.kind}`,
      day!.model.kind,
    );
  }
  const told = [week!.trainedAt, day!.trainedAt].filter((instant) => instant !== null);
  return {
    kind: week!.model.kind,
    week: week!.model,
    day: day!.model,
    trainedAt: told.length === 0 ? null : Math.max(...told),
  };
}

function readHead(head: (typeof HEADS)[number], bytes: Uint8Array, training?: Matrices) {
  try {
    // First without rows: they have no column for a feature that nobody knows.
    const { model, metadata } = importDescribedOnnx(bytes);
    const known = new Set(FEATURES[head].map(({ name }) => name));
    const strange = model.names.find((name) => !known.has(name));
    if (strange !== undefined) {
      const expected = `features of the ${head} (\`smart-etl model matrix\` writes them)`;
      throw new OnnxNotUnderstood('feature_names', expected, JSON.stringify(strange.slice(0, 100)));
    }
    const background = training && thinned(training[head]);
    return {
      model: background === undefined ? model : importDescribedOnnx(bytes, { background }).model,
      trainedAt: instantOf(metadata.get('trained_at')),
    };
  } catch (error) {
    throw error instanceof OnnxNotUnderstood ? error.inFile(`${head} model`) : error;
  }
}

function instantOf(text: string | undefined): number | null {
  if (text === undefined) return null;
  const instant = /^\d{4}-\d{2}-\d{2}T.*(Z|[+-]\d{2}:\d{2})$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(instant)) {
    const expected = 'an instant such as 2026-03-01T06:00:00Z';
    throw new OnnxNotUnderstood('trained_at', expected, JSON.stringify(text.slice(0, 60)));
  }
  return instant;
}

function thinned(matrix: Matrices['week']): Matrices['week'] {
  const step = Math.ceil(matrix.rows / MAX_BACKGROUND_ROWS);
  if (step <= 1) return matrix;
  return selectRows(
    matrix,
    Int32Array.from({ length: Math.ceil(matrix.rows / step) }, (_, i) => i * step),
  );
}
