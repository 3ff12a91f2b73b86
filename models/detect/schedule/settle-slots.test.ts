import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calendarNamed } from '../../features/holiday-calendar.ts';
import { localRhythms } from './made-up-starts.ts';
import type { Schedule } from './schedule.ts';
import { type SettledRun, settledChanges, settleSlots } from './settle-slots.ts';
import type { SlotFact } from './slot.ts';
import { slotsOf } from './slots-of.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const FROM = Date.parse('2026-03-27T00:00Z');
const scheduleOf = (name: string, more: Partial<Schedule['tolerance']> = {}): Schedule => ({
  rhythm: localRhythms('UTC')[name]!,
  tolerance: {
    usualStartMs: 0,
    spreadMs: 20_000,
    leadMs: 2 * MINUTE,
    startWithinMs: 10 * MINUTE,
    endWithinMs: 30 * MINUTE,
    lagMs: 20_000,
    ...more,
  },
});
const daily = scheduleOf('daily at 02:30');
const openSlots = (schedule: Schedule, days = 3): SlotFact[] =>
  slotsOf(schedule, FROM, FROM + days * DAY, calendarNamed('FR')).map((slot) => ({
    ...slot,
    outcome: null,
    runKey: null,
    endedMs: null,
  }));
const run = (runKey: string, startedAtMs: number, more: Partial<SettledRun> = {}): SettledRun => ({
  runKey,
  status: 'succeeded',
  startedAtMs,
  endedAtMs: startedAtMs + 5 * MINUTE,
  knownAtMs: startedAtMs + 6 * MINUTE,
  ...more,
});
const due = FROM + 2.5 * HOUR;
const outcomes = (slots: readonly SlotFact[]) => slots.map(({ outcome, runKey }) => [outcome, runKey]);
const settled = (runs: SettledRun[], asOf: number) =>
  outcomes(settleSlots(openSlots(daily, 1), runs, daily, asOf));

describe('settleSlots', () => {
  it('has nothing to say of nothing', () => {
    expect(settleSlots([], [], daily, FROM)).toEqual([]);
    expect(settleSlots([], [run('a', FROM)], daily, FROM + DAY)).toEqual([]);
  });

  it.each([
    ['open before anything is known', [], due, [[null, null]]],
    ['open until it closes', [], due + 12 * HOUR - 1, [[null, null]]],
    ['missing when it has closed', [], due + 12 * HOUR, [['missing', null]]],
    [
      'open while its run goes on',
      [run('a', due, { status: 'running', endedAtMs: null })],
      due + HOUR,
      [[null, 'a']],
    ],
    ['met', [run('a', due)], due + HOUR, [['met', 'a']]],
    ['met a minute before it is due', [run('a', due - MINUTE)], due + HOUR, [['met', 'a']]],
    ['met by a run that failed in time', [run('a', due, { status: 'failed' })], due + HOUR, [['met', 'a']]],
    ['late: its start', [run('a', due + 11 * MINUTE)], due + HOUR, [['late', 'a']]],
    ['late: its end', [run('a', due, { endedAtMs: due + 31 * MINUTE })], due + HOUR, [['late', 'a']]],
    [
      'met although its log was late',
      [run('a', due, { knownAtMs: due + 5 * HOUR })],
      due + 6 * HOUR,
      [['met', 'a']],
    ],
    [
      'late where only the late log tells',
      [run('a', due, { endedAtMs: null, knownAtMs: due + 5 * HOUR })],
      due + 6 * HOUR,
      [['late', 'a']],
    ],
    [
      'late when nobody ever tells of an end',
      [run('a', due, { status: 'running', endedAtMs: null })],
      due + 13 * HOUR,
      [['late', 'a']],
    ],
    ['unknown while its run is', [run('a', due, { knownAtMs: due + 5 * HOUR })], due + HOUR, [[null, null]]],
    [
      'extra: a second run',
      [run('a', due), run('b', due + HOUR)],
      due + 2 * HOUR,
      [
        ['met', 'a'],
        ['extra', 'b'],
      ],
    ],
    [
      'extra: doubled at the same instant',
      [run('b', due), run('a', due)],
      due + HOUR,
      [
        ['met', 'a'],
        ['extra', 'b'],
      ],
    ],
    [
      'one slot for a failure and what was tried after it',
      [
        run('a', due, { status: 'failed' }),
        run('b', due + 8 * MINUTE, { status: 'failed' }),
        run('c', due + HOUR),
      ],
      due + 3 * HOUR,
      [['met', 'a']],
    ],
    [
      'missing, and extra what came after it closed',
      [run('a', due + 13 * HOUR)],
      due + 14 * HOUR,
      [
        ['missing', null],
        ['extra', 'a'],
      ],
    ],
  ] as const)('%s', (_, runs, asOf, expected) => {
    expect(settled([...runs], asOf)).toEqual(expected);
  });

  it('corrects missing when a late log shows that the run was there', () => {
    const before = settleSlots(openSlots(daily, 1), [], daily, due + 12 * HOUR);
    const after = settleSlots(before, [run('a', due, { knownAtMs: due + DAY })], daily, due + DAY);
    expect(settledChanges(before, after, due)).toEqual({
      changes: [{ slot: after[0], correctedFrom: 'missing' }],
      expectedAfterAll: [],
    });
    expect(settledChanges(before, after, due + 1).changes).toEqual([]);
    expect(after[0]).toMatchObject({ outcome: 'met', endedMs: due + DAY });
    expect(settledChanges(after, after, due)).toEqual({ changes: [], expectedAfterAll: [] });
  });

  it('tells which runs were extra and are expected after all', () => {
    const retry = run('b', due + 10 * MINUTE);
    const first = run('a', due, { status: 'failed', knownAtMs: due + HOUR });
    const failed = { ...first, endedAtMs: due + 5 * MINUTE };
    const other = run('c', due + 3 * HOUR);
    const before = settleSlots(openSlots(daily, 1), [run('a', due), retry, other], daily, due + 4 * HOUR);
    expect(before.filter(({ outcome }) => outcome === 'extra')).toHaveLength(2);
    const after = settleSlots(
      before,
      [failed, retry, { ...other, startedAtMs: due + 12 * MINUTE }],
      daily,
      due + 4 * HOUR,
    );
    expect(settledChanges(before, after, due).expectedAfterAll).toContain('b');
    expect(settledChanges(before, after, due + 11 * MINUTE).expectedAfterAll).not.toContain('b');
  });

  it.each([
    [
      'before the next is due leaves that slot to its own run',
      [run('again', due - MINUTE, { isRerun: true }), run('own', due)],
      [['met', 'own']],
    ],
    [
      'stands for a run that never came',
      [run('again', due + 2 * HOUR, { isRerun: true })],
      [['late', 'again']],
    ],
    [
      'beside a run that succeeded is nothing unexpected',
      [run('own', due), run('again', due + HOUR, { isRerun: true })],
      [['met', 'own']],
    ],
    [
      'after the slot was missed is nothing unexpected',
      [run('again', due + 13 * HOUR, { isRerun: true })],
      [['missing', null]],
    ],
  ])('what somebody had run again %s', (_, runs, expected) => {
    expect(settled(runs, due + 14 * HOUR)).toEqual(expected);
  });

  it('leaves what was waived, whatever comes', () => {
    const [slot] = openSlots(daily, 1);
    const waived: SlotFact = { ...slot!, outcome: 'waived', endedMs: due - HOUR };
    for (const runs of [[], [run('a', due)], [run('a', due + 11 * MINUTE)]]) {
      expect(settleSlots([waived], runs, daily, due + DAY)).toEqual([
        { ...waived, runKey: runs[0]?.runKey ?? null },
      ]);
    }
  });

  it('gives two runs to two slots when the first came too late for its own', () => {
    const quarter = scheduleOf('every 15 minutes from 05:00 to 23:00', {
      usualStartMs: 5 * MINUTE,
      leadMs: 6 * MINUTE,
    });
    const slots = openSlots(quarter, 1).slice(0, 2);
    const [first, second] = slots;
    const runs = [run('a', second!.dueMs - 3 * MINUTE), run('b', second!.dueMs)];
    expect(outcomes(settleSlots(slots, runs, quarter, first!.dueMs + HOUR))).toEqual([
      ['late', 'a'],
      ['met', 'b'],
    ]);
  });

  it('settled step by step, in any order of knowledge, is settled at once; closed slots have one outcome', () => {
    const names = ['daily at 02:30', 'hourly', 'every 15 minutes from 05:00 to 23:00', 'three times a day'];
    const anyRun = fc.record({
      at: fc.integer({ min: -60, max: 3 * 1440 }),
      took: fc.integer({ min: 0, max: 90 }),
      lag: fc.integer({ min: 0, max: 600 }),
      status: fc.constantFrom('succeeded' as const, 'failed' as const, 'cancelled' as const),
      tellsEnd: fc.boolean(),
    });
    fc.assert(
      fc.property(
        fc.constantFrom(...names),
        fc.array(anyRun, { maxLength: 40 }),
        fc.array(fc.integer({ min: 0, max: 5 * 1440 }), { maxLength: 5 }),
        fc.array(fc.nat(60), { maxLength: 3 }),
        (name, drawn, steps, waived) => {
          const schedule = scheduleOf(name);
          const slots = openSlots(schedule);
          for (const index of waived) {
            const slot = slots[index];
            if (slot !== undefined) slots[index] = { ...slot, outcome: 'waived', endedMs: FROM };
          }
          const finals = drawn.map(({ at, took, lag, status, tellsEnd }, i) => {
            const startedAtMs = FROM + at * MINUTE;
            const endedAtMs = startedAtMs + took * MINUTE;
            return run(String(i), startedAtMs, {
              status,
              endedAtMs: tellsEnd ? endedAtMs : null,
              knownAtMs: endedAtMs + lag * MINUTE,
            });
          });
          const knownAt = (asOf: number) =>
            finals.map(
              (one): SettledRun =>
                one.knownAtMs <= asOf
                  ? one
                  : { ...one, status: 'running', endedAtMs: null, knownAtMs: one.startedAtMs },
            );
          const end = FROM + 8 * DAY;
          const once = settleSlots(slots, knownAt(end), schedule, end);
          let stepwise = slots;
          for (const minute of steps.toSorted((a, b) => a - b)) {
            const asOf = FROM + minute * MINUTE;
            stepwise = settleSlots(stepwise, knownAt(asOf).toReversed(), schedule, asOf);
            for (const slot of stepwise) {
              if (slot.outcome === null) expect(slot.closesMs).toBeGreaterThan(asOf);
            }
          }
          stepwise = settleSlots(stepwise, knownAt(end), schedule, end);
          expect(outcomes(stepwise)).toEqual(outcomes(once));
          expect(settleSlots(stepwise, knownAt(end), schedule, end)).toEqual(stepwise);
          expect(once.every(({ outcome }) => outcome !== null)).toBe(true);
          expect(once.filter(({ outcome }) => outcome !== 'extra')).toHaveLength(slots.length);
          const keys = once.flatMap(({ runKey }) => runKey ?? []);
          expect(new Set(keys).size).toBe(keys.length);
          for (const slot of slots) {
            if (slot.outcome !== 'waived') continue;
            expect(once.some(({ dueMs, outcome }) => dueMs === slot.dueMs && outcome === 'waived')).toBe(
              true,
            );
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});
