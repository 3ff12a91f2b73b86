import { expect, test } from 'vitest';
import { CATALOGUE, selectEntries } from './catalogue.ts';

test('120 different names, each after the job it waits for', () => {
  const seen = new Set<string>();
  for (const entry of CATALOGUE) {
    if (entry.upstream !== null) expect(seen).toContain(entry.upstream);
    expect(seen).not.toContain(entry.name);
    expect(entry.name).toMatch(/^[a-z0-9_]+$/);
    seen.add(entry.name);
  }
  expect(seen.size).toBe(120);
});

test.each([1, 12, 119, 120, 121, 500])('%d jobs: that many names, no upstream left out', (count) => {
  const entries = selectEntries(count);
  const names = new Set(entries.map((entry) => entry.name));
  expect(names.size).toBe(count);
  for (const { upstream } of entries) if (upstream !== null) expect(names).toContain(upstream);
});

test('jobs that wait for another run at most once a day, as the exact hazard requires', () => {
  const waiting = CATALOGUE.filter((entry) => entry.upstream !== null);
  expect(waiting.length).toBeGreaterThan(20);
  for (const { rhythm } of waiting) expect(['daily', 'business_days']).toContain(rhythm);
});
