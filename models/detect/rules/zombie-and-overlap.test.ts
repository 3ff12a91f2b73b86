import { describe, expect, it } from 'vitest';
import { daily } from '../baselines/made-up-past.ts';
import { HOUR_MS, look, lookFor, MINUTE_MS, NOW, PAST_DAYS } from './made-up-facts.ts';

const SIX = NOW + 6 * HOUR_MS;
const running = { status: 'running' as const };
const next = (hours: number) => ({ runKey: `after ${hours} h`, startedAtMs: SIX + hours * HOUR_MS });

describe('a zombie', () => {
  it('is past any plausible end: slow before, and then no more', () => {
    const kinds = (minutes: number) =>
      look({ runs: [running], asOfMs: SIX + minutes * MINUTE_MS }).map(({ kind }) => kind);
    expect(kinds(60)).toEqual(['slow']);
    expect(kinds(3 * 60)).toEqual(['zombie']);
    expect(look({ runs: [running], asOfMs: SIX + 5 * HOUR_MS })).toMatchObject([
      { key: 'zombie/job 7/now', variant: 'past-any-end', sinceMs: SIX, evidence: { observed: 5 * HOUR_MS } },
    ]);
  });

  it('was overtaken: newer runs have begun and ended since', () => {
    const runs = [running, { runKey: 'next', startedAtMs: SIX + 30 * MINUTE_MS }];
    expect(lookFor('zombie', { runs, asOfMs: SIX + 41 * MINUTE_MS })).toMatchObject([
      { key: 'zombie/job 7/now', variant: 'overtaken' },
    ]);
    expect(lookFor('zombie', { runs: [running], asOfMs: SIX + 41 * MINUTE_MS })).toEqual([]);
  });

  it('is over when its end is told, whatever the end', () => {
    const runs = [{ ...next(0), status: 'failed' as const }, next(1)];
    expect(look({ runs, asOfMs: SIX + 5 * HOUR_MS })).toEqual([]);
  });

  it('of an unknown job is one that two newer runs overtook, or that is two days old', () => {
    const young = { young: true, past: [] };
    expect(look({ ...young, runs: [running], asOfMs: SIX + 47 * HOUR_MS })).toEqual([]);
    expect(look({ ...young, runs: [running], asOfMs: SIX + 49 * HOUR_MS })).toHaveLength(1);
    const runs = [running, next(1), next(2)];
    expect(look({ ...young, runs, asOfMs: SIX + 3 * HOUR_MS })).toMatchObject([{ kind: 'zombie' }]);
    expect(look({ ...young, runs: runs.slice(0, 2), asOfMs: SIX + 3 * HOUR_MS })).toEqual([]);
  });

  it('of a job whose runs overlap anyway is not told by newer runs', () => {
    const past = daily(PAST_DAYS, (_, day) => (day % 2 ? {} : { durationMs: 30 * HOUR_MS }));
    expect(look({ past, runs: [running, next(1), next(2)], asOfMs: SIX + 4 * HOUR_MS })).toEqual([]);
  });

  it('waits as long as a person allowed', () => {
    const at = { runs: [running], overrides: { slow: { limitMs: 4 * HOUR_MS } } };
    expect(look({ ...at, asOfMs: SIX + 3 * HOUR_MS })).toEqual([]);
    expect(look({ ...at, asOfMs: SIX + 5 * HOUR_MS })).toMatchObject([{ kind: 'slow' }]);
    expect(look({ ...at, asOfMs: SIX + 9 * HOUR_MS })).toMatchObject([{ kind: 'zombie' }]);
  });
});

describe('an overlap', () => {
  const twin = { runKey: 'twin', startedAtMs: SIX + 4 * MINUTE_MS };

  it('is found while both are under way, and when both have ended', () => {
    const both = [running, { ...twin, ...running }];
    expect(look({ runs: both, asOfMs: SIX + 5 * MINUTE_MS })).toMatchObject([
      {
        key: 'overlap/job 7/twin',
        sinceMs: twin.startedAtMs,
        evidence: { text: 'now', observed: MINUTE_MS },
      },
    ]);
    expect(look({ runs: [{}, twin], asOfMs: SIX + HOUR_MS })).toMatchObject([
      { key: 'overlap/job 7/twin', evidence: { observed: 6 * MINUTE_MS, unit: 'ms' } },
    ]);
  });

  it('is none when one begins as the other ends, within the second', () => {
    const beginning = (ms: number) =>
      look({ runs: [{}, { ...twin, startedAtMs: SIX + 10 * MINUTE_MS + ms }] });
    expect(beginning(0)).toEqual([]);
    expect(beginning(-900)).toEqual([]);
    expect(beginning(-1100)).toHaveLength(1);
  });

  it('is over at the next run that has ended by itself', () => {
    const later = { runKey: 'later', startedAtMs: SIX + 2 * HOUR_MS };
    const at = { asOfMs: SIX + 3 * HOUR_MS, newsSinceMs: SIX + 2.5 * HOUR_MS };
    expect(look({ ...at, runs: [{}, twin] })).toHaveLength(1);
    expect(look({ ...at, runs: [{}, twin, later] })).toEqual([]);
  });

  it('is no news of a run after a slow one, nor where it is a habit, nor where nothing is known', () => {
    const hour = { ...running, runKey: 'twin', startedAtMs: SIX + HOUR_MS };
    expect(lookFor('overlap', { runs: [running, hour], asOfMs: SIX + HOUR_MS + 1 })).toEqual([]);
    const past = daily(PAST_DAYS, (_, day) => (day % 10 ? {} : { durationMs: 30 * HOUR_MS }));
    expect(lookFor('overlap', { past, runs: [{}, twin] })).toEqual([]);
    expect(lookFor('overlap', { young: true, past: [], runs: [{}, twin] })).toEqual([]);
  });

  it('waits until the end of the first would be known', () => {
    const past = daily(PAST_DAYS, (run) => ({ knownAt: run.startedAt + run.durationMs! + 5000 }));
    const runs = [running, { ...twin, ...running }];
    expect(lookFor('overlap', { past, runs, asOfMs: SIX + 20 * MINUTE_MS })).toEqual([]);
    expect(lookFor('overlap', { past, runs, asOfMs: SIX + 35 * MINUTE_MS })).toHaveLength(1);
  });
});
