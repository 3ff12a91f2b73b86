import { expect, it } from 'vitest';
import { biggestMoves } from './biggest-moves.ts';

const said = (probabilities: Record<number, number>) =>
  Object.entries(probabilities).map(([jobId, probability]) => ({ jobId: Number(jobId), probability }));
const nameOf = (jobId: number) => ['zero', 'one', 'two', 'three', 'four'][jobId];

it('tells the largest changes first, up or down', () => {
  const moves = biggestMoves(said({ 1: 0.5, 2: 0.1, 3: 0.3 }), said({ 1: 0.1, 2: 0.9, 3: 0.35 }), nameOf, 2);
  expect(moves).toEqual([
    { job: 'two', before: 0.1, after: 0.9 },
    { job: 'one', before: 0.5, after: 0.1 },
  ]);
});

it('leaves out what hardly changes and what only one of both says', () => {
  expect(biggestMoves(said({ 1: 0.5, 2: 0.1 }), said({ 1: 0.51, 3: 0.9 }), nameOf)).toEqual([]);
  expect(biggestMoves([], said({ 1: 0.5 }), nameOf)).toEqual([]);
  expect(biggestMoves(said({ 9: 0.1 }), said({ 9: 0.9 }), nameOf)).toEqual([]);
});

it('orders equal changes by name', () => {
  const moves = biggestMoves(said({ 1: 0.25, 2: 0.25 }), said({ 1: 0.5, 2: 0.5 }), nameOf);
  expect(moves.map(({ job }) => job)).toEqual(['one', 'two']);
});
