import { expect, it } from 'vitest';
import { standingStill, standstillText } from './standstill.ts';

const watched = [
  { part: 'detect', withinMs: 100 },
  { part: 'collect/runs', withinMs: 1_000 },
];

it('gives each part its time, to the millisecond', () => {
  const beats = new Map([
    ['detect', 500],
    ['collect/runs', 500],
  ]);
  expect(standingStill(watched, beats, 0, 600)).toEqual([]);
  expect(standingStill(watched, beats, 0, 601)).toEqual([{ part: 'detect', lastMs: 500 }]);
});

it('gives a part that has not moved yet, or moved before a restart, its time from the start', () => {
  expect(standingStill(watched, new Map(), 1_000, 1_100)).toEqual([]);
  expect(standingStill(watched, new Map([['detect', 1]]), 1_000, 1_100)).toEqual([]);
  expect(standingStill(watched, new Map(), 1_000, 1_101)).toEqual([{ part: 'detect', lastMs: null }]);
});

it('watches nothing where nothing is watched', () => {
  expect(standingStill([], new Map(), 0, 9)).toEqual([]);
});

it('names each and since when', () => {
  const text = standstillText([
    { part: 'detect', lastMs: 0 },
    { part: 'queue/train', lastMs: null },
  ]);
  expect(text).toBe('detect stands still since 1970-01-01T00:00:00.000Z\nqueue/train has never moved');
});
