import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { COLUMNS, readMatrix, syntheticExamples, writeMatrix } from './synthetic-matrix.ts';

it('is the same for the same seed, another for another', () => {
  const of = (seed: number) => syntheticExamples({ seed, rows: 50 });
  expect(of(1)).toEqual(of(1));
  expect(of(2).matrix.columns[0]).not.toEqual(of(1).matrix.columns[0]);
});

it('has about 15 % of label 1 and some values missing', () => {
  const { matrix, labels, weights } = syntheticExamples({ seed: 3, rows: 20_000 });
  const share = labels.reduce((sum, label) => sum + label, 0) / labels.length;
  expect(share).toBeGreaterThan(0.13);
  expect(share).toBeLessThan(0.17);
  expect(matrix.columns.length).toBe(COLUMNS);
  expect(weights.every((weight) => weight === 1)).toBe(true);
  const missing = matrix.columns.map((column) => column.filter(Number.isNaN).length / column.length);
  expect(missing[0]).toBe(0);
  expect(missing[1]).toBeGreaterThan(0.06);
  expect(missing[1]).toBeLessThan(0.1);
});

it('is read as it was written, and a file that was cut off is refused', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'matrix-'));
  try {
    const file = path.join(folder, 'matrix');
    const examples = syntheticExamples({ seed: 4, rows: 33 });
    writeMatrix(file, examples);
    expect(readMatrix(file)).toEqual(examples);
    writeFileSync(file, new Uint8Array(1000));
    expect(() => readMatrix(file)).toThrow('found 1000 bytes');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
