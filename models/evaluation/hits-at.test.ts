import { expect, it } from 'vitest';
import { hitsAt } from './hits-at.ts';

const of = (k: number, labels: number[], scores: number[], rounds = scores.map(() => 0)) =>
  hitsAt(k, Uint8Array.from(labels), Float64Array.from(scores), Int32Array.from(rounds));

it('counts the hits among the k highest scores of each round', () => {
  const found = of(2, [1, 0, 1, 0, 1, 1], [0.9, 0.8, 0.1, 0.2, 0.7, 0.6], [1, 1, 1, 2, 2, 2]);
  expect(found).toEqual({ checked: 4, hits: 3, precision: 3 / 4, recall: 3 / 4 });
});

it('shares the last places evenly among equal scores', () => {
  expect(of(3, [1, 1, 0, 0, 0], [0.9, 0.5, 0.5, 0.5, 0.5]).hits).toBe(1 + 2 / 4);
  expect(of(2, [1, 0, 0, 1], [0.5, 0.5, 0.5, 0.5]).hits).toBe(1);
});

it('takes what there is in a round of fewer rows, and knows nothing of no rows', () => {
  expect(of(10, [1, 0], [0.1, 0.2])).toEqual({ checked: 2, hits: 1, precision: 0.5, recall: 1 });
  expect(of(10, [], [])).toEqual({ checked: 0, hits: 0, precision: null, recall: null });
  expect(of(1, [0, 0], [0.1, 0.2]).recall).toBeNull();
});
