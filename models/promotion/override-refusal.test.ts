import { expect, it } from 'vitest';
import { overrideRefusal } from './override-refusal.ts';

const NOW = Date.UTC(2026, 2, 1);
const ask = (probability: number | null, until: string) => overrideRefusal({ probability, until }, NOW);

it('takes a probability or none, for a while', () => {
  for (const probability of [null, 0, 0.5, 1]) expect(ask(probability, '2026-03-08T00:00:00Z')).toBeNull();
  expect(ask(0.1, '2026-06-01T00:00:00Z')).toBeNull();
});

it.each([
  [1.2, '2026-03-08T00:00:00Z', 'probability must be a number from 0 to 1'],
  [Number.NaN, '2026-03-08T00:00:00Z', 'found NaN'],
  [0.1, 'tomorrow', 'until must be an ISO 8601 instant, found "tomorrow"'],
  [0.1, '2026-03-01T00:00:00Z', 'until must be later than now (2026-03-01T00:00:00.000Z)'],
  [0.1, '2026-06-02T00:00:00Z', 'until must be within 92 days of now'],
])('refuses %s until %s', (probability, until, sentence) => {
  expect(ask(probability, until)).toContain(sentence);
});
