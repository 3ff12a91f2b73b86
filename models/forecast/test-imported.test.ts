import { describe, expect, it } from 'vitest';
import { foreignOnnx } from '../../tests/foreign-onnx.ts';
import { DAY_MS } from '../features/feature.ts';
import { madeUpEstate } from '../features/made-up-jobs.ts';
import { decodeOnnx } from '../onnx/decode-onnx.ts';
import { encodeOnnx } from '../onnx/encode-onnx.ts';
import { decodeArtifact } from './artifact.ts';
import { type ImportedFiles, readImported } from './imported-model.ts';
import { matricesAt, prepareTraining } from './prepare-training.ts';
import { testImported } from './test-imported.ts';
import { trainPrepared } from './train-contestant.ts';

const prepared = prepareTraining(madeUpEstate({ jobs: 40, days: 330, seed: 6 }));
const { firstTest, later, train } = prepared.split;
const trained = trainPrepared(prepared, { kind: 'boosting', seed: 4, testOnly: true });
const files = foreignOnnx(trained.artifact);
const iso = (instant: number) => new Date(instant).toISOString();

/** The files with another entry in their metadata; undefined: without it. */
function told(name: string, text: string | undefined, from: ImportedFiles = files): ImportedFiles {
  const [week, day] = [from.week, from.day].map((bytes) => {
    const onnx = decodeOnnx(bytes);
    if (text === undefined) onnx.metadata.delete(name);
    else onnx.metadata.set(name, text);
    return encodeOnnx(onnx);
  });
  return { week: week!, day: day! };
}

describe('testImported', () => {
  it('gives the same bytes for the same files', () => {
    const once = testImported(prepared, { files, trainedAt: null, seed: 1 });
    const twice = testImported(prepared, { files: foreignOnnx(trained.artifact), trainedAt: null, seed: 1 });
    expect(Buffer.compare(once.artifact, twice.artifact)).toBe(0);
    expect(once.report.kind).toBe('boosting');
  });

  it('bends probabilities only by windows that the model has not learned from', () => {
    // Far too unsure of itself: that is beyond doubt.
    const onnx = decodeOnnx(files.week);
    const weights = onnx.nodes[0]!.attributes.get('target_weights') as { value: Float64Array };
    for (let w = 0; w < weights.value.length; w++) weights.value[w]! *= 0.1;
    const unsure = { ...files, week: encodeOnnx(onnx) };
    const shapeOf = (until: number) => {
      const options = { files: told('trained_at', iso(until), unsure), trainedAt: null, seed: 1 };
      return decodeArtifact(testImported(prepared, options).artifact).week.calibrator.shape.kind;
    };
    expect(shapeOf(later[0]!)).not.toBe('identity');
    expect(shapeOf(later[0]! + 1)).toBe('identity');
  });

  it('holds the latest word on when it was trained, and lets nobody see the test before', () => {
    const run = (trainedAt: number | null, of = files) =>
      testImported(prepared, { files: of, trainedAt, seed: 1 });
    expect(() => run(firstTest! + 1)).toThrow(
      `trained_at: expected a model that learned from nothing known after ${iso(firstTest!)}, found ${iso(firstTest! + 1)}`,
    );
    expect(() => run(0, told('trained_at', iso(firstTest! + DAY_MS)))).toThrow(
      'learned from nothing known after',
    );
    expect(() => run(null, told('trained_at', undefined))).toThrow('found no word of it');
    expect(run(firstTest!, told('trained_at', undefined)).report.kind).toBe('boosting');
  });

  it('needs some weeks to be tested on', () => {
    const young = prepareTraining(madeUpEstate({ jobs: 5, days: 12, seed: 1 }));
    expect(() => testImported(young, { files, trainedAt: 0, seed: 1 })).toThrow(/training requires at least/);
  });
});

describe('readImported', () => {
  it('tells reasons against the rows that teach', () => {
    const training = matricesAt(prepared.matrices(), train);
    const { week } = readImported(files, training);
    const matrix = { ...training.week };
    const columns = week.names.map((name) => matrix.columns[matrix.names.indexOf(name)]!);
    const rows = { ...matrix, names: week.names, columns };
    expect(week.explain(rows, 0).base).not.toBe(readImported(files).week.explain(rows, 0).base);
  });

  it.each<[string, () => ImportedFiles, string]>([
    [
      'a feature that nobody knows',
      () => told('feature_names', JSON.stringify(['moon', ...readImported(files).week.names.slice(1)])),
      'week model: ONNX feature_names: expected features of the week (`smart-etl model matrix` writes them), found "moon"',
    ],
    [
      'a word that is no instant',
      () => told('trained_at', 'yesterday'),
      'week model: ONNX trained_at: expected an instant such as 2026-03-01T06:00:00Z, found "yesterday"',
    ],
    ['an instant without a zone', () => told('trained_at', '2026-03-01T06:00:00'), 'expected an instant'],
    ['no ONNX', () => ({ ...files, day: new TextEncoder().encode('no') }), 'day model: ONNX '],
  ])('says where, what was expected and what was found: %s', (_, of, message) => {
    expect(() => readImported(of())).toThrow(message);
  });
});
