import { expect, it } from 'vitest';
import { seededRandom } from '../random.ts';
import { pairedBootstrap } from './paired-bootstrap.ts';

const random = seededRandom(1);
const labels = Uint8Array.from({ length: 600 }, () => (random.uniform() < 0.2 ? 1 : 0));
const blocks = Int32Array.from({ length: 600 }, (_, r) => r % 40);
const guess = Float64Array.from({ length: 600 }, () => random.uniform());
const informed = guess.map((score, r) => 0.5 * score + 0.3 * labels[r]!);
const compare = (
  metric: 'average precision' | 'brier',
  ours: Float64Array,
  theirs: Float64Array,
  more = {},
) =>
  pairedBootstrap({
    metric,
    labels,
    blocks,
    ours,
    theirs,
    confidence: 0.95,
    resamples: 300,
    seed: 7,
    ...more,
  });

it('finds a real difference above zero, and none between equals', () => {
  expect(compare('average precision', informed, guess)!.lower).toBeGreaterThan(0.2);
  expect(compare('brier', informed, guess)!.upper).toBeLessThan(0);
  const same = compare('average precision', guess, guess)!;
  expect([same.difference, same.lower, same.upper]).toEqual([0, 0, 0]);
});

it('between two guesses includes zero; the same seed gives the same bounds', () => {
  const other = guess.toReversed();
  const found = compare('average precision', guess, other)!;
  expect(found.lower).toBeLessThan(0);
  expect(found.upper).toBeGreaterThan(0);
  expect(compare('average precision', guess, other)).toEqual(found);
  expect(compare('average precision', guess, other, { seed: 8 })).not.toEqual(found);
});

it('is wider over whole blocks when rows of a block share their fate', () => {
  const fate = Float64Array.from({ length: 600 }, (_, r) => labels[r % 40]!);
  const together = compare('brier', fate, guess, { labels: Uint8Array.from(fate) })!;
  const alone = compare('brier', fate, guess, {
    labels: Uint8Array.from(fate),
    blocks: Int32Array.from({ length: 600 }, (_, r) => r),
  })!;
  expect(together.upper - together.lower).toBeGreaterThan(0);
  expect(alone.upper - alone.lower).not.toBe(together.upper - together.lower);
});

it('is null when nothing failed', () => {
  expect(compare('average precision', guess, guess, { labels: new Uint8Array(600) })).toBeNull();
});
