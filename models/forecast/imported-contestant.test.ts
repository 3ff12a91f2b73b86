import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { runInOnnxRuntime } from '../../tests/onnxruntime.ts';
import { decideGate } from '../evaluation/decide-gate.ts';
import { buildMatrices } from '../features/build-matrices.ts';
import { madeUpEstate } from '../features/made-up-jobs.ts';
import { BASE_RATE_KINDS, type LearnerKind } from '../learners/learner.ts';
import { exportOnnx } from '../onnx/export-model.ts';
import { importOnnx } from '../onnx/import-model.ts';
import { decodeArtifact, headProbabilities } from './artifact.ts';
import { gateInput } from './gate-input.ts';
import { prepareTraining } from './prepare-training.ts';
import { replayChampion } from './replay-champion.ts';
import { scoreForecast } from './score.ts';
import { type TrainingOptions, trainContestant } from './train-contestant.ts';

const snapshot = madeUpEstate({ jobs: 25, days: 110, seed: 21 });
const file = path.join(import.meta.dirname, '../../tests/fixtures/onnx/lightgbm-classifier.onnx');
/** It learned that many failures at a high rate are followed by another; the rest hardly counts. */
const names = ['failed_28d', 'failure_rate_28d', 'runs_all', 'last_day_failed', 'failure_rate_7d'];
const imported = importOnnx(new Uint8Array(readFileSync(file)), { names });
const contestant = () =>
  trainContestant(snapshot, {
    kind: 'boosting',
    seed: 4,
    given: () => ({ week: imported, day: imported, trainedAt: 0 }),
  });

describe('a model trained elsewhere', () => {
  const { artifact, report, testPredictions } = contestant();

  it('is calibrated, tested and saved as it is, the same to the last byte', () => {
    expect(contestant().artifact).toEqual(artifact);
    const back = decodeArtifact(artifact);
    expect(JSON.stringify(back.week.model)).toBe(JSON.stringify(imported));
    expect(report.week.settings).toEqual({ imported: 1 });
    expect(back.day.calibrator.shift).not.toBe(0);
    const { test } = report.week;
    expect(test.averagePrecision!).toBeGreaterThan(test.positives / test.rows);
  });

  it('serves what was tested, with reasons out of its own features', () => {
    expect(replayChampion(artifact, prepareTraining(snapshot))).toEqual(testPredictions);
    const forecast = scoreForecast(artifact, snapshot, snapshot.cutoff);
    const told = forecast.weeks.filter(({ basis }) => basis === 'model').flatMap(({ reasons }) => reasons);
    expect(told.length).toBeGreaterThan(0);
    for (const { feature } of told) expect(names).toContain(feature);
  });

  it('stands before the gate like any other: a good one passes, one that knows little does not', () => {
    const tested = (kind: LearnerKind, given?: TrainingOptions['given']) => ({
      kind,
      predictions: trainContestant(snapshot, { kind, seed: 4, ...(given && { given }) }).testPredictions,
    });
    const baseRates = BASE_RATE_KINDS.map((kind) => tested(kind));
    const promoted = (challenger: ReturnType<typeof tested>) =>
      decideGate(gateInput({ challenger, champion: null, baseRates })).promote;
    const { week, day } = decodeArtifact(trainContestant(snapshot, { kind: 'chains', seed: 4 }).artifact);
    expect(
      promoted(tested('chains', () => ({ week: week.model, day: day.model, trainedAt: snapshot.cutoff }))),
    ).toBe('chains');
    expect(promoted({ kind: 'boosting', predictions: testPredictions })).toMatch(/^base-/);
  });

  it('goes out as ONNX with its calibration, and scores alike in doubles', async () => {
    const { week } = buildMatrices(snapshot.histories, snapshot.hostSeries, [snapshot.cutoff]);
    const head = decodeArtifact(artifact).week;
    const columns = names.map((name) => week.columns[week.names.indexOf(name)]!);
    const { probability } = await runInOnnxRuntime(exportOnnx(artifact).week, { rows: week.rows, columns });
    const ours = headProbabilities(head, week);
    expect(Math.max(...probability!.map((p, r) => Math.abs(p - ours[r]!)))).toBeLessThan(1e-12);
  });

  it('is refused under another name, or without one of its features', () => {
    const given = () => ({ week: imported, day: imported, trainedAt: 0 });
    expect(() => trainContestant(snapshot, { kind: 'forest', seed: 4, given })).toThrow(
      'given models: expected both of kind forest, found boosting and boosting',
    );
    const other = importOnnx(new Uint8Array(readFileSync(file)), { names: ['x', ...names.slice(1)] });
    const strange = () => ({ week: other, day: other, trainedAt: 0 });
    expect(() => trainContestant(snapshot, { kind: 'boosting', seed: 4, given: strange })).toThrow(
      'expected a column "x"',
    );
  });
});
