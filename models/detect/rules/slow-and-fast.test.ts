import { describe, expect, it } from 'vitest';
import { daily } from '../baselines/made-up-past.ts';
import { HOUR_MS, look, lookFor, MINUTE_MS, NOW, PAST_DAYS, runOf } from './made-up-facts.ts';

const SIX = NOW + 6 * HOUR_MS;
const TOMORROW = SIX + 24 * HOUR_MS;

describe('a slow run', () => {
  it('is found by its own past, with what is usual and where the limit is', () => {
    const [finding] = lookFor('slow', { runs: [{ durationMs: 25 * MINUTE_MS }] });
    expect(finding).toMatchObject({
      key: 'slow/job 7/now',
      variant: null,
      sinceMs: SIX,
      runKey: 'now',
      course: 'new',
      evidence: { observed: 25 * MINUTE_MS, unit: 'ms', text: null },
    });
    expect(finding!.evidence.expected! / MINUTE_MS).toBeCloseTo(10, -0.5);
    expect(finding!.evidence.limit).toBeGreaterThan(15 * MINUTE_MS);
    expect(finding!.evidence.limit).toBeLessThan(20 * MINUTE_MS);
    expect(look({ runs: [{ durationMs: 12 * MINUTE_MS }] })).toEqual([]);
  });

  it('is found while it is under way, and stays the same finding when it ends', () => {
    const running = { status: 'running' as const };
    expect(look({ runs: [running], asOfMs: SIX + 12 * MINUTE_MS })).toEqual([]);
    const [early] = look({ runs: [running], asOfMs: SIX + 25 * MINUTE_MS });
    expect(early).toMatchObject({ key: 'slow/job 7/now', variant: 'running' });
    const [late] = look({ runs: [{ durationMs: 26 * MINUTE_MS }], asOfMs: SIX + 26 * MINUTE_MS });
    expect(late).toMatchObject({ key: 'slow/job 7/now', variant: null });
  });

  it('is not found under way before its end could be known', () => {
    const past = daily(PAST_DAYS, (run) => ({ knownAt: run.startedAt + run.durationMs! + 5000 }));
    const runs = [{ status: 'running' as const }];
    expect(look({ past, runs, asOfMs: SIX + 40 * MINUTE_MS })).toEqual([]);
    expect(look({ past, runs, asOfMs: SIX + 50 * MINUTE_MS })).toHaveLength(1);
  });

  it('lasts until a later one was not, and is told once when it was over before anybody looked', () => {
    const slow = { durationMs: 25 * MINUTE_MS };
    const asOfMs = TOMORROW + HOUR_MS;
    const fine = { runKey: 'next', startedAtMs: TOMORROW };
    expect(look({ runs: [slow], asOfMs, newsSinceMs: asOfMs })).toHaveLength(1);
    expect(look({ runs: [slow, fine], asOfMs, newsSinceMs: NOW })).toHaveLength(1);
    expect(look({ runs: [slow, fine], asOfMs, newsSinceMs: asOfMs })).toEqual([]);
    expect(look({ runs: [slow, fine], asOfMs, newsSinceMs: NOW, open: ['slow/job 7/now'] })).toEqual([]);
    const failed = { ...fine, status: 'failed' as const };
    expect(look({ runs: [slow, failed], asOfMs, newsSinceMs: asOfMs }).map(({ kind }) => kind)).toEqual([
      'crash',
      'slow',
    ]);
  });

  it('stays open when a limit learned anew is a little further', () => {
    const [found] = look({ runs: [{ durationMs: 25 * MINUTE_MS }] });
    const justBelow = { runs: [{ durationMs: found!.evidence.limit! - 1000 }] };
    expect(look(justBelow)).toEqual([]);
    expect(look({ ...justBelow, open: ['slow/job 7/now'] })).toHaveLength(1);
  });

  it('is held against its rows once they are known, where these say how long it takes', () => {
    const past = daily(PAST_DAYS, (run, day) => {
      const times = [0.6, 1, 1.6, 1.2][day % 4]!;
      const durationMs = Math.round(run.durationMs! * times);
      return { durationMs, rowsWritten: Math.round(1000 * times), knownAt: run.startedAt + durationMs };
    });
    const at = (minutes: number, rowsWritten: number) =>
      lookFor('slow', { past, runs: [{ durationMs: minutes * MINUTE_MS, rowsWritten }] });
    expect(at(40, 4000)).toEqual([]);
    expect(at(40, 1000)).toHaveLength(1);
    expect(at(18, 1000)).toHaveLength(1);
    // Fewer rows may be the fault itself.
    expect(at(10, 100)).toEqual([]);
    const fast = lookFor('fast', { past, runs: [{ durationMs: MINUTE_MS, rowsWritten: 20 }] });
    expect(fast).toHaveLength(1);
  });

  it('is a crash when it failed, and nothing when it was cancelled', () => {
    const kinds = (status: 'failed' | 'cancelled') =>
      look({ runs: [{ status, durationMs: 60 * MINUTE_MS }] }).map(({ kind }) => kind);
    expect(kinds('failed')).toEqual(['crash']);
    expect(kinds('cancelled')).toEqual([]);
  });

  it('is not known without a past, nor where no duration is told', () => {
    expect(look({ young: true, runs: [{ durationMs: 100 * HOUR_MS }] })).toEqual([]);
    expect(look({ runs: [{ durationMs: null }] })).toEqual([]);
    const past = daily(PAST_DAYS, () => ({ durationMs: Number.NaN }));
    expect(look({ past, runs: [{ durationMs: 100 * HOUR_MS }] })).toEqual([]);
  });

  it('is what a person decided', () => {
    const at = { runs: [{ durationMs: 25 * MINUTE_MS }] };
    expect(look({ ...at, overrides: { slow: { limitMs: 30 * MINUTE_MS } } })).toEqual([]);
    expect(look({ ...at, overrides: { slow: { factor: 4 } } })).toEqual([]);
    expect(look({ ...at, overrides: { ignore: ['slow'] } })).toEqual([]);
    const strict = { runs: [{}], overrides: { slow: { limitMs: 9 * MINUTE_MS } }, past: [], young: true };
    expect(look(strict)).toMatchObject([
      { kind: 'slow', evidence: { limit: 9 * MINUTE_MS, expected: null } },
    ]);
  });

  it('is chronic when nearly all were', () => {
    const runs = Array.from({ length: 6 }, (_, day) => ({
      runKey: `day ${day}`,
      startedAtMs: SIX + day * 24 * HOUR_MS,
      durationMs: 40 * MINUTE_MS,
    }));
    const found = look({ past: daily(PAST_DAYS), runs, asOfMs: SIX + 6 * 24 * HOUR_MS });
    expect(found.map(({ course }) => course)).toEqual(['new', 'new', 'new', 'new', 'new', 'new']);
    const more = [
      ...runs,
      ...runs.map((run) => ({ ...run, runKey: `${run.runKey}+`, startedAtMs: run.startedAtMs + HOUR_MS })),
    ];
    expect(look({ runs: more, asOfMs: SIX + 6 * 24 * HOUR_MS }).at(-1)?.course).toBe('chronic');
  });
});

describe('a fast run', () => {
  it('is found when it took a fifth of its time, and lasts until one took its time', () => {
    const [finding] = look({ runs: [{ durationMs: 2 * MINUTE_MS }] });
    expect(finding).toMatchObject({ kind: 'fast', key: 'fast/job 7/now', evidence: { observed: 120_000 } });
    expect(finding!.evidence.limit).toBeLessThan(6 * MINUTE_MS);
    expect(look({ runs: [{ durationMs: 7 * MINUTE_MS }] })).toEqual([]);
    const runs = [{ durationMs: 2 * MINUTE_MS }, { runKey: 'next', startedAtMs: TOMORROW }];
    expect(look({ runs, asOfMs: TOMORROW + HOUR_MS, newsSinceMs: TOMORROW })).toEqual([]);
  });

  it('is none when the job takes seconds, or a person decided so', () => {
    const past = daily(PAST_DAYS, (run) => ({
      durationMs: run.durationMs! / 200,
      knownAt: run.startedAt + 3000,
    }));
    expect(look({ past, runs: [{ durationMs: 500 }] })).toEqual([]);
    expect(look({ runs: [{ durationMs: 1000 }], overrides: { fast: { factor: 0.001 } } })).toEqual([]);
  });
});

it('nothing is wrong with a run as usual', () => {
  expect(look({ runs: [runOf()] })).toEqual([]);
});
