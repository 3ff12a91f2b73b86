import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SlotFact } from '../schedule/slot.ts';
import { HOUR_MS, look, lookFor, MINUTE_MS, NOW } from './made-up-facts.ts';

const SIX = NOW + 6 * HOUR_MS;
const DAY_MS = 24 * HOUR_MS;
const slot = (told: Partial<SlotFact> = {}, day = 0): SlotFact => ({
  earliestMs: SIX + day * DAY_MS - HOUR_MS,
  dueMs: SIX + day * DAY_MS,
  startDeadlineMs: SIX + day * DAY_MS + 10 * MINUTE_MS,
  deadlineMs: SIX + day * DAY_MS + 30 * MINUTE_MS,
  closesMs: SIX + day * DAY_MS + 12 * HOUR_MS,
  outcome: null,
  runKey: null,
  endedMs: null,
  ...told,
});
const KEY = `late/job 7/${SIX}`;

describe('an absence', () => {
  it('is late from the deadline of its start on, and not a moment before', () => {
    const at = (asOfMs: number) => look({ slots: [slot()], asOfMs });
    expect(at(SIX + 10 * MINUTE_MS)).toEqual([]);
    expect(at(SIX + 10 * MINUTE_MS + 1)).toMatchObject([
      {
        key: KEY,
        kind: 'late',
        variant: 'not-started',
        sinceMs: SIX + 10 * MINUTE_MS,
        dueMs: SIX,
        runKey: null,
        evidence: { observed: 10 * MINUTE_MS + 1, limit: 10 * MINUTE_MS, unit: 'ms' },
      },
    ]);
  });

  it('is late from the deadline of its end on, where it has begun or beginnings are not told', () => {
    const begun = [slot({ runKey: 'x' })];
    expect(look({ slots: begun, asOfMs: SIX + 30 * MINUTE_MS })).toEqual([]);
    expect(look({ slots: begun, asOfMs: SIX + 31 * MINUTE_MS })).toMatchObject([
      { variant: 'not-ended', key: KEY },
    ]);
    const ends = [slot({ startDeadlineMs: null })];
    expect(look({ slots: ends, asOfMs: SIX + 30 * MINUTE_MS })).toEqual([]);
    expect(look({ slots: ends, asOfMs: SIX + 31 * MINUTE_MS })).toMatchObject([{ variant: 'not-started' }]);
  });

  it('is missing from the close of the slot on, under the same key', () => {
    const closed = slot({ outcome: 'missing', endedMs: SIX + 12 * HOUR_MS });
    expect(look({ slots: [closed], asOfMs: SIX + 12 * HOUR_MS })).toMatchObject([
      { key: KEY, kind: 'missing' },
    ]);
  });

  it('is over when its run came, or the slot is waived; told once where nobody had looked', () => {
    const endedMs = SIX + HOUR_MS;
    const came = [slot({ outcome: 'late', runKey: 'x', endedMs })];
    expect(look({ slots: came, asOfMs: endedMs, newsSinceMs: endedMs - 1 })).toMatchObject([
      { key: KEY, kind: 'late', variant: 'came-late', runKey: 'x', evidence: { observed: HOUR_MS } },
    ]);
    expect(look({ slots: came, asOfMs: endedMs + 1, newsSinceMs: endedMs })).toEqual([]);
    expect(look({ slots: came, asOfMs: endedMs, newsSinceMs: NOW, open: [KEY] })).toEqual([]);
    for (const outcome of ['met', 'waived'] as const) {
      expect(look({ slots: [slot({ outcome, endedMs })], asOfMs: SIX + DAY_MS })).toEqual([]);
    }
  });

  it('is over when the next slot is met, or a run started after it closed', () => {
    const endedMs = SIX + 12 * HOUR_MS;
    const closed = slot({ outcome: 'missing', endedMs });
    const asOfMs = SIX + DAY_MS + HOUR_MS;
    const at = { asOfMs, newsSinceMs: endedMs };
    const both = [closed, slot({ outcome: 'missing', endedMs: asOfMs }, 1)];
    expect(look({ ...at, slots: both })).toHaveLength(2);
    expect(look({ ...at, slots: [closed, slot({ outcome: 'met', runKey: 'x' }, 1)] })).toEqual([]);
    expect(look({ ...at, slots: [closed], runs: [{ startedAtMs: SIX + DAY_MS }] })).toEqual([]);
    expect(
      look({ ...at, slots: [closed], runs: [{ startedAtMs: SIX + DAY_MS }], newsSinceMs: NOW }),
    ).toHaveLength(1);
  });

  it('of last month is history', () => {
    const closed = slot({ outcome: 'missing', endedMs: SIX + 12 * HOUR_MS });
    expect(look({ slots: [closed], asOfMs: SIX + 30 * DAY_MS })).toEqual([]);
    expect(look({ slots: [closed], asOfMs: SIX + 30 * DAY_MS, open: [KEY] })).toHaveLength(1);
  });

  it('has one key, whatever its slot goes through', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 40 * 60 }), (minutes) => {
        const asOfMs = SIX + minutes * MINUTE_MS;
        const outcome = asOfMs >= SIX + 12 * HOUR_MS ? ('missing' as const) : null;
        const found = look({ slots: [slot({ outcome, endedMs: outcome && SIX + 12 * HOUR_MS })], asOfMs });
        expect(found.map(({ key }) => key)).toEqual(minutes > 10 ? [KEY] : []);
      }),
    );
  });
});

describe('an extra run', () => {
  const extra = slot({ outcome: 'extra', runKey: 'twice', dueMs: SIX + HOUR_MS, endedMs: SIX + 2 * HOUR_MS });

  it('is found once known, and lasts until a run that was expected', () => {
    const twice = { runKey: 'twice', startedAtMs: SIX + HOUR_MS };
    const asOfMs = SIX + DAY_MS + HOUR_MS;
    const at = { slots: [extra], asOfMs, newsSinceMs: SIX + 2 * HOUR_MS };
    expect(look({ ...at, runs: [{}, twice] })).toMatchObject([
      { key: 'extra/job 7/twice', kind: 'extra', runKey: 'twice', sinceMs: SIX + HOUR_MS },
    ]);
    expect(look({ ...at, runs: [{}, twice, { runKey: 'next', startedAtMs: SIX + DAY_MS }] })).toEqual([]);
  });

  it('is not told while the run before it may still turn out to have failed', () => {
    const twice = { runKey: 'twice', startedAtMs: SIX + HOUR_MS };
    const at = { slots: [extra], asOfMs: SIX + 3 * HOUR_MS };
    const first = { startedAtMs: SIX, durationMs: 600_000 };
    expect(lookFor('extra', { ...at, runs: [{ startedAtMs: SIX, status: 'running' }, twice] })).toEqual([]);
    // Its end is known only now: news, though the second run was known before.
    const late = { ...first, knownAtMs: SIX + 3 * HOUR_MS };
    expect(look({ ...at, runs: [late, twice], newsSinceMs: SIX + 3 * HOUR_MS - 1 })).toMatchObject([
      { key: 'extra/job 7/twice' },
    ]);
  });
});
