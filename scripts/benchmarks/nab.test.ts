import { describe, expect, it } from 'vitest';
import { compareDetectors } from './nab.ts';
import { parseLabelledSeries, UnreadableLabels } from './nab-data.ts';
import { normalBelow, ours, relativeEntropy, windowedGaussian } from './nab-detectors.ts';
import type { LabelledSeries } from './nab-score.ts';

const HEADER = 'series,ts,value,in_anomaly_window,anomaly_point';

describe('labelled metrics', () => {
  it('are read with their windows', () => {
    const rows = [
      'b,2026-01-01T00:00:00Z,1,1,0',
      'b,2026-01-01T00:05:00Z,2,1,1',
      'a,2026-01-01T00:00:00Z,3,0,0',
    ];
    expect(parseLabelledSeries([HEADER, ...rows, ''].join('\n'))).toEqual([
      { name: 'a', ts: Float64Array.of(1_767_225_600_000), value: Float64Array.of(3), windows: [] },
      {
        name: 'b',
        ts: Float64Array.of(1_767_225_600_000, 1_767_225_900_000),
        value: Float64Array.of(1, 2),
        windows: [[0, 1]],
      },
    ]);
    expect(parseLabelledSeries(HEADER)).toEqual([]);
  });

  it.each([
    ['series,ts,value', 'line 1: expected the columns'],
    [`${HEADER}\na,today,1,0,0`, 'line 2: expected a name, an instant'],
    [`${HEADER}\na,2026-01-01T00:00:00Z,,0,0`, 'line 2'],
    [`${HEADER}\na,2026-01-01T00:00:00Z,1,yes,0`, 'line 2'],
  ])('are not %j', (text, message) => {
    expect(() => parseLabelledSeries(text)).toThrow(UnreadableLabels);
    expect(() => parseLabelledSeries(text)).toThrow(message);
  });
});

/** A saw of 24 rows; from row 600 to 640 of 1000 it is three times as high. */
const saw: LabelledSeries = {
  name: 'saw',
  ts: Float64Array.from({ length: 1000 }, (_, row) => row * 300_000),
  value: Float64Array.from({ length: 1000 }, (_, row) => (row % 24) * (row >= 600 && row < 640 ? 3 : 1)),
  windows: [[600, 699]],
};
const rowsOf = (scores: Float64Array, least: number) =>
  [...scores.keys()].filter((row) => scores[row]! >= least);

describe('detectors', () => {
  it('know the normal distribution', () => {
    // R: pnorm(c(0, 1, 1.96, 3))
    expect([0, 1, 1.96, 3].map((z) => Number(normalBelow(z).toFixed(6)))).toEqual([
      0.5, 0.841345, 0.975002, 0.99865,
    ]);
  });

  it.each([
    ['ours', ours, 0.3],
    ['windowed Gaussian', windowedGaussian, 0.99999],
    ['relative entropy', relativeEntropy, 1],
  ] as const)('%s finds what is there, at its first rows', (_, detect, threshold) => {
    const found = rowsOf(detect(saw), threshold).filter((row) => row >= 150);
    expect(found[0]).toBeGreaterThanOrEqual(600);
    expect(found[0]).toBeLessThan(640);
  });

  it('look at nothing that comes later', () => {
    const changed = { ...saw, value: saw.value.map((x, row) => (row > 700 ? 1000 : x)) };
    for (const detect of [ours, windowedGaussian]) {
      expect(detect(changed).subarray(0, 701)).toEqual(detect(saw).subarray(0, 701));
    }
  });

  it('are compared on all series by the threshold of every other', () => {
    const { figures, details } = compareDetectors([saw, { ...saw, name: 'saw 2' }]);
    const figureOf = (name: string) => figures.find((one) => one.name === name)!.value!;
    expect(figureOf('nab_standard')).toBeGreaterThan(90);
    expect(figureOf('nab_standard_other_half')).toBe(figureOf('nab_standard'));
    expect(figureOf('nab_null')).toBe(0);
    expect(details.standard).toMatchObject({ series: [{ windows: 1, found: 1, outside: 0 }, {}] });
  });
});
