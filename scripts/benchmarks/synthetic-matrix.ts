/**
 * The matrix that learners are timed on. It is shaped like features of jobs: smooth and heavy-tailed columns, counts
 * that are mostly 0, columns of few values, near copies of each other, some values missing. About 15 % of the rows
 * have label 1, by thresholds, interactions, waves and missing values; the rest is chance.
 */
import { closeSync, openSync, readSync, statSync, writeSync } from 'node:fs';
import type { FeatureMatrix } from '../../models/features/feature-matrix.ts';
import type { Examples } from '../../models/learners/learner.ts';
import { seededRandom } from '../../models/random.ts';
import { cachedFile } from './bench-place.ts';

export const COLUMNS = 40;
/** Counted up when the generator changes what it invents. */
const GENERATOR = 1;
/** Brings the mean label to about 0.15. */
const INTERCEPT = -3.75;

export interface MatrixOptions {
  seed: number;
  rows: number;
}

/** The same options, the same numbers. */
export function syntheticExamples({ seed, rows }: MatrixOptions): Examples {
  const random = seededRandom(seed);
  const columns = Array.from({ length: COLUMNS }, () => new Float64Array(rows));
  const labels = new Uint8Array(rows);
  const x = new Float64Array(COLUMNS);
  for (let r = 0; r < rows; r++) {
    for (let f = 0; f < 12; f++) x[f] = random.normal();
    for (let f = 12; f < 20; f++) x[f] = Math.round(100 * Math.exp(random.normal())) / 100;
    for (let f = 20; f < 28; f++) x[f] = Math.max(0, Math.floor(Math.exp(1.2 * random.normal()) - 0.5));
    for (let f = 28; f < 34; f++) x[f] = random.below(f - 26);
    for (let f = 34; f < 40; f++) x[f] = x[f - 34]! + 0.5 * random.normal();
    for (let f = 1; f < COLUMNS; f += 3) if (random.uniform() < 0.08) x[f] = Number.NaN;
    labels[r] = random.uniform() < 1 / (1 + Math.exp(-marginOf(x))) ? 1 : 0;
    for (let f = 0; f < COLUMNS; f++) columns[f]![r] = x[f]!;
  }
  return examplesOf(columns, labels);
}

/** Comparisons with NaN are false and `|| 0` takes it for 0, so a missing value says nothing but where it is asked for. */
function marginOf(x: Float64Array): number {
  let margin = INTERCEPT;
  if (x[0]! > 0.5 && x[2]! < 0.3) margin += 2.5;
  margin += Math.sin(2 * x[3]!) + 0.8 * x[5]! * x[6]!;
  margin += 0.7 * Math.log1p(x[12]!) * (x[28] === 1 ? 1 : -0.5);
  if (x[20]! >= 2 && x[21]! < 1) margin += 1.8;
  margin += 0.4 * (x[7] || 0) + 0.3 * Math.abs(x[8]!);
  if (Number.isNaN(x[4]!)) margin += 1.5;
  return margin;
}

function examplesOf(columns: Float64Array[], labels: Uint8Array): Examples {
  const rows = labels.length;
  const matrix: FeatureMatrix = {
    names: columns.map((_, f) => `column_${f}`),
    rows,
    columns,
    jobIndex: new Int32Array(rows),
    cutoff: new Float64Array(rows),
    horizon: new Uint8Array(rows),
  };
  return { matrix, labels, weights: new Float64Array(rows).fill(1) };
}

/** A file that all contestants read: 64-bit little-endian floats, one column after the other, the labels last. */
export const matrixFile = (options: MatrixOptions): Promise<string> =>
  cachedFile(`matrix-g${GENERATOR}-seed${options.seed}-rows${options.rows}.f64`, (file) =>
    writeMatrix(file, syntheticExamples(options)),
  );

export function writeMatrix(file: string, { matrix, labels }: Examples): void {
  const descriptor = openSync(file, 'w');
  try {
    for (const column of [...matrix.columns, Float64Array.from(labels)]) {
      const bytes = new Uint8Array(column.buffer, column.byteOffset, column.byteLength);
      for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
    }
  } finally {
    closeSync(descriptor);
  }
}

/** @throws Error when the file is not as long as its columns want */
export function readMatrix(file: string): Examples {
  const sizeBytes = statSync(file).size;
  const rows = sizeBytes / 8 / (COLUMNS + 1);
  if (!Number.isInteger(rows)) {
    throw new Error(`${file}: expected ${COLUMNS + 1} columns of 64-bit floats, found ${sizeBytes} bytes`);
  }
  const descriptor = openSync(file, 'r');
  try {
    const columns = Array.from({ length: COLUMNS + 1 }, () => readColumn(descriptor, rows));
    return examplesOf(columns.slice(0, COLUMNS), Uint8Array.from(columns[COLUMNS]!));
  } finally {
    closeSync(descriptor);
  }
}

/** One after the other: a copy of the whole file would be counted as memory of the training. */
function readColumn(descriptor: number, rows: number): Float64Array {
  const column = new Float64Array(rows);
  const bytes = new Uint8Array(column.buffer);
  for (let at = 0; at < bytes.length; ) {
    const read = readSync(descriptor, bytes, { offset: at });
    if (read === 0) throw new Error(`the matrix ended after ${at} of ${bytes.length} bytes of a column`);
    at += read;
  }
  return column;
}
