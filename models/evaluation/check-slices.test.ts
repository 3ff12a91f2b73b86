import { describe, expect, it } from 'vitest';
import { type Random, seededRandom } from '../random.ts';
import { checkSlices, type GateSlice } from './check-slices.ts';
import { GATE_THRESHOLDS } from './gate-thresholds.ts';

const rival = { en: 'the champion', fr: 'du modèle en service' };
const clipped = (p: number) => Math.min(0.99, Math.max(0.01, p));

/** 20 jobs over six weeks; `blur` is how far off each forecast is. */
function slice(random: Random, name: string, blur: { ours: number; theirs: number }): GateSlice {
  const rows = Array.from({ length: 120 }, (_, r) => ({ job: r % 20, week: Math.floor(r / 20) }));
  const risk = rows.map(() => 0.1 + 0.5 * random.uniform());
  const off = (by: number) => Float64Array.from(risk, (p) => clipped(p + by * random.normal()));
  return {
    name: { en: name, fr: `${name} (fr)` },
    labels: Uint8Array.from(risk, (p) => (random.uniform() < p ? 1 : 0)),
    ours: off(blur.ours),
    theirs: off(blur.theirs),
    jobIndex: Int32Array.from(rows, ({ job }) => job),
    hostWeek: Int32Array.from(rows, ({ week }) => week),
  };
}

describe('checkSlices', () => {
  it('finds the slice that is worse among many that are not, and names it', () => {
    const random = seededRandom(1);
    const slices = Array.from({ length: 15 }, (_, i) =>
      slice(random, `owner ${i}`, { ours: 0.1, theirs: 0.1 }),
    );
    const check = checkSlices(
      [...slices, slice(random, 'owner x', { ours: 0.7, theirs: 0.02 })],
      rival,
      GATE_THRESHOLDS,
    );
    expect(check).toMatchObject({ name: 'no-slice-worse', passed: false, value: 1, threshold: 0 });
    expect(check.explanation.en).toMatch(
      /^Of 16 slices 1 have .* that of the champion, beyond doubt: owner x \(\+\d+ %\)\.$/,
    );
    expect(check.explanation.fr).toContain('owner x (fr)');
  });

  it('is not misled by luck: 200 times 15 slices of two equals', () => {
    const random = seededRandom(2);
    const refused = Array.from({ length: 200 }, () => {
      const slices = Array.from({ length: 15 }, (_, i) => slice(random, `${i}`, { ours: 0.1, theirs: 0.1 }));
      return checkSlices(slices, rival, GATE_THRESHOLDS).passed === false;
    });
    expect(refused.filter(Boolean).length).toBeLessThanOrEqual(10);
  });

  it('does not take one bad week of a server for a bad slice', () => {
    const random = seededRandom(3);
    const stormy = slice(random, 'storm', { ours: 0, theirs: 0 });
    // Ours is 0.1 lower; in one week nearly all failed.
    stormy.ours.set(stormy.theirs.map((p) => clipped(p - 0.1)));
    stormy.labels.forEach((_, r) => {
      stormy.labels[r] = stormy.hostWeek[r] === 3 ? 1 : random.uniform() < stormy.ours[r]! + 0.02 ? 1 : 0;
    });
    expect(checkSlices([stormy], rival, GATE_THRESHOLDS).passed).toBe(true);
  });

  it('finds an error where there is no doubt at all, and no tolerance in an exact rival', () => {
    const random = seededRandom(4);
    const exact = slice(random, 'exact', { ours: 0, theirs: 0 });
    exact.theirs.set(exact.labels);
    exact.ours.set(exact.labels.map((label) => 1 - label));
    expect(checkSlices([exact], rival, GATE_THRESHOLDS).passed).toBe(false);
    exact.ours.set(exact.labels);
    expect(checkSlices([exact], rival, GATE_THRESHOLDS)).toMatchObject({ passed: true, value: 0 });
  });

  it('says that it does not know where no slice is large enough', () => {
    const small = { ...slice(seededRandom(5), 'small', { ours: 0.1, theirs: 0.1 }) };
    const thresholds = { ...GATE_THRESHOLDS, sliceMinRows: 121 };
    for (const slices of [[], [small]]) {
      expect(checkSlices(slices, rival, thresholds)).toMatchObject({ passed: null, value: null });
    }
    const oneWeek = { ...small, hostWeek: new Int32Array(120) };
    expect(checkSlices([oneWeek], rival, GATE_THRESHOLDS).passed).toBe(true);
    const oneWeekOfFew = { ...oneWeek, jobIndex: oneWeek.jobIndex.map((job) => job % 5) };
    expect(checkSlices([oneWeekOfFew], rival, GATE_THRESHOLDS).passed).toBeNull();
  });
});
