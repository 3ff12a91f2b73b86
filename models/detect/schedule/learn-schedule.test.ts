import { describe, expect, it } from 'vitest';
import { calendarNamed } from '../../features/holiday-calendar.ts';
import { seededRandom } from '../../random.ts';
import { compareSchedules } from './compare-schedules.ts';
import { learnSchedule } from './learn-schedule.ts';
import { type Habit, localRhythms, madeUpRuns } from './made-up-starts.ts';
import type { ScheduleHistory } from './own-starts.ts';
import type { Rhythm } from './schedule.ts';
import { rhythmText } from './schedule-text.ts';

const DAY = 86_400_000;
const calendar = calendarNamed('FR');
const ZONE = 'Europe/Paris';
const TO = Date.parse('2025-09-15T00:00Z');
const options = { timeZone: ZONE, calendar, tellsStarts: false };
const rhythms = localRhythms(ZONE);

const history = (habit: Habit, days = 300, toMs = TO, seed = 5) =>
  madeUpRuns(habit, { fromMs: toMs - days * DAY, toMs, seed, calendar }).history;

function joined(...parts: ScheduleHistory[]): ScheduleHistory {
  const column = (name: 'startedAt' | 'knownAt' | 'durationMs') =>
    Float64Array.from(parts.flatMap((part) => [...part[name]]));
  return {
    startedAt: column('startedAt'),
    knownAt: column('knownAt'),
    durationMs: column('durationMs'),
    status: Uint8Array.from(parts.flatMap((part) => [...part.status])),
  };
}

const at = (startedAt: number[]): ScheduleHistory => ({
  startedAt: Float64Array.from(startedAt),
  knownAt: Float64Array.from(startedAt),
  durationMs: new Float64Array(startedAt.length).fill(60_000),
  status: new Uint8Array(startedAt.length).fill(1),
});

describe('learnSchedule', () => {
  const known = Object.entries(rhythms).filter(([name]) => name !== 'every 7 hours');
  it.each(known)('learns %s from the runs alone', (_, rhythm) => {
    for (const seed of [1, 2]) {
      const learned = learnSchedule(history({ rhythm, skipShare: 0.02 }, 400, TO, seed), TO, options);
      expect(learned?.rhythm).toEqual(rhythm);
    }
  });

  it('learns what keeps no clock on a wall', () => {
    const learned = learnSchedule(history({ rhythm: rhythms['every 7 hours']! }), TO, options);
    expect(learned?.rhythm).toMatchObject({ kind: 'elapsed', everyMs: 7 * 3_600_000 });
  });

  it('tells UTC from the wall by what the runs did when the clock was changed', () => {
    const inUtc = localRhythms('UTC');
    for (const name of ['daily at 02:30', 'every 15 minutes from 05:00 to 23:00', 'business days at 06:00']) {
      const learned = learnSchedule(history({ rhythm: inUtc[name]! }), TO, options)!;
      expect(learned.rhythm).toEqual(inUtc[name]);
      expect(learned.isZoneProven).toBe(true);
    }
    const summer = learnSchedule(history({ rhythm: inUtc['daily at 02:30']! }, 60), TO, options)!;
    expect(summer.isZoneProven).toBe(false);
    expect(rhythmText(summer.rhythm, 'en')).toBe('every day at 04:30 (Europe/Paris)');
  });

  it('is an hour of the day, whatever comes late or not at all', () => {
    const habit = { rhythm: rhythms.hourly!, jitterMs: 30 * 60_000, skipShare: 0.06 };
    const learned = learnSchedule(history(habit, 60), TO, options)!;
    expect(learned.rhythm).toMatchObject({
      kind: 'windows',
      everyMinutes: 60,
      windows: [{ untilMinute: 1440 }],
    });
    expect(learned.filled).toBeGreaterThan(0.9);
    expect(learned.filled).toBeLessThan(0.97);
  });

  it('does not take second tries for starts of their own', () => {
    const habit = { rhythm: rhythms['daily at 02:30']!, failShare: 0.5, retries: true };
    expect(learnSchedule(history(habit), TO, options)).toMatchObject({
      rhythm: habit.rhythm,
      explained: 1,
    });
  });

  it('does not see what was not known yet', () => {
    const runs = history({ rhythm: rhythms['daily at 02:30']!, lagMs: 0, longLagShare: 0 }, 30);
    runs.knownAt.fill(TO + 1);
    expect(learnSchedule(runs, TO, options)).toBeNull();
  });

  it('says that there is no schedule: none, few runs, by chance, in office hours, retired', () => {
    expect(learnSchedule(at([]), TO, options)).toBeNull();
    expect(learnSchedule(at([TO - DAY, TO - 1]), TO, options)).toBeNull();
    for (const perDay of [0.3, 1, 3, 12, 48, 200]) {
      for (let seed = 1; seed <= 5; seed++) {
        const random = seededRandom(seed * 7);
        const byChance: number[] = [];
        const wait = () => (-Math.log(1 - random.uniform()) * DAY) / perDay;
        for (let t = TO - 200 * DAY; t < TO; t += wait()) byChance.push(t);
        expect(learnSchedule(at(byChance), TO, options), `${perDay} a day, seed ${seed}`).toBeNull();
      }
    }
    const random = seededRandom(3);
    const office = Array.from({ length: 200 }, (_, d) =>
      Array.from(
        { length: 1 + random.below(4) },
        () => TO - (200 - d) * DAY + (8 + 10 * random.uniform()) * 3_600_000,
      ),
    );
    expect(learnSchedule(at(office.flat().sort((a, b) => a - b)), TO, options)).toBeNull();
    expect(
      learnSchedule(history({ rhythm: rhythms['daily at 02:30']! }, 60, TO - 15 * DAY), TO, options),
    ).toBeNull();
  });

  it('is not moved by an odd run, nor by two', () => {
    for (const [name, rhythm] of Object.entries(rhythms)) {
      const before = learnSchedule(history({ rhythm }), TO, options);
      const odd = joined(history({ rhythm }, 300), at([TO - 7_000_000, TO - 3_500_000]));
      const order = [...odd.startedAt.keys()].sort((a, b) => odd.startedAt[a]! - odd.startedAt[b]!);
      const sorted = {
        startedAt: odd.startedAt.map((_, i) => odd.startedAt[order[i]!]!),
        knownAt: odd.knownAt.map((_, i) => odd.knownAt[order[i]!]!),
        durationMs: odd.durationMs.map((_, i) => odd.durationMs[order[i]!]!),
        status: odd.status.map((_, i) => odd.status[order[i]!]!),
      };
      const after = learnSchedule(sorted, TO, options);
      expect(compareSchedules(before, after, { asOfMs: TO, calendar }), name).toBeNull();
    }
  });

  const days = { kind: 'weekdays' as const, weekdays: [0, 1, 2, 3, 4, 5, 6], holidays: true };
  const daily = (...atMinutes: number[]): Rhythm => ({
    kind: 'times',
    timeZone: ZONE,
    lines: [{ days, atMinutes }],
  });
  const hourlyAt50: Rhythm = {
    ...rhythms.hourly!,
    windows: [{ fromMinute: 50, untilMinute: 1440 }],
  } as Rhythm;
  it.each([
    ['02:00 to 04:00', daily(120), daily(240), 3],
    ['every hour to once a day', rhythms.hourly!, daily(120), 3],
    ['once a day to every hour', daily(120), rhythms.hourly!, 2],
    ['an hour at :20 to :50', rhythms.hourly!, hourlyAt50, 2],
    ['three times a day to one', rhythms['three times a day']!, daily(120), 5],
    ['Monday to Friday 07:10 to 09:00', rhythms['Monday to Friday at 07:10']!, daily(540), 5],
    ['every day to business days', daily(360), rhythms['business days at 06:00']!, 22],
    [
      'the last business day to the first',
      rhythms['last business day at 20:00']!,
      rhythms['first business day at 04:00']!,
      78,
    ],
  ])('learns anew within days: from %s', (_, from, to, within) => {
    const moved = joined(history({ rhythm: from }), history({ rhythm: to }, within, TO + within * DAY, 6));
    const before = learnSchedule(moved, TO, options);
    const after = learnSchedule(moved, TO + within * DAY - 60_000, options);
    const change = compareSchedules(before, after, { asOfMs: TO + within * DAY, calendar });
    expect(change).toMatchObject({ kind: 'changed' });
    const learnedTimes = rhythmText(after!.rhythm, 'en').replace(/^.* (at|from) /, '');
    expect(learnedTimes).toBe(rhythmText(to, 'en').replace(/^.* (at|from) /, ''));
  });

  it('keeps its days when a weekday was struck twice: by a standstill, by a run that never ended', () => {
    const runs = history({ rhythm: daily(120) }, 100);
    const lost = new Set([7, 14].map((days) => Math.floor((TO - days * DAY) / DAY)));
    const kept = [...runs.startedAt].filter((start) => !lost.has(Math.floor(start / DAY)));
    expect(kept).toHaveLength(runs.startedAt.length - 2);
    const learned = learnSchedule(at(kept), TO, options)!;
    expect(learned.rhythm).toMatchObject({ lines: [{ days: { weekdays: [0, 1, 2, 3, 4, 5, 6] } }] });
  });

  it('waits no longer for starts that were late twice after a standstill', () => {
    const told = { ...options, tellsStarts: true };
    const runs = history({ rhythm: daily(120), longLagShare: 0 }, 90);
    const usual = learnSchedule(runs, TO, told)!.tolerance.startWithinMs!;
    const startedAt = runs.startedAt.slice();
    const knownAt = runs.knownAt.slice();
    for (const [i, hours] of [
      [30, 7],
      [60, 3],
    ] as const) {
      startedAt[i]! += hours * 3_600_000;
      knownAt[i]! += hours * 3_600_000;
    }
    const after = learnSchedule({ ...runs, startedAt, knownAt }, TO, told)!.tolerance.startWithinMs!;
    expect(after).toBeLessThan(1.2 * usual);
  });

  it('waits for an end whose log is shipped as long as shipping may stand still', () => {
    const within = (lagMs: number) => {
      const runs = history({ rhythm: rhythms.hourly!, lagMs, longLagShare: 0 }, 30);
      return learnSchedule(runs, TO, { ...options, tellsStarts: true })!.tolerance.endWithinMs;
    };
    expect(within(12_000)).toBeGreaterThan(30 * 60_000);
    expect(within(0)).toBeLessThan(15 * 60_000);
  });

  it('waits for a start as long as starts are told late, however late ends are', () => {
    const runs = history({ rhythm: rhythms.hourly!, lagMs: 12_000, longLagShare: 0.02 }, 30);
    const within = (share: number) => {
      const startKnownAt = runs.startedAt.map((start, i) =>
        i % 10 < 10 * share ? start + 2000 : Number.NaN,
      );
      return learnSchedule({ ...runs, startKnownAt }, TO, { ...options, tellsStarts: true })!.tolerance
        .startWithinMs!;
    };
    expect(within(1)).toBeLessThan(3 * 60_000);
    expect(within(0.5)).toBeLessThan(3 * 60_000);
    // Too few were told: ends have to say it.
    expect(within(0.4)).toBe(within(0));
    expect(within(0)).toBeGreaterThan(15 * 60_000);
  });

  it('goes by what was declared, and learns what is usual around it', () => {
    const declared = { cron: '0 2 * * *', timeZone: ZONE, startWithinMs: null, endWithinMs: null };
    const runs = history({ rhythm: daily(125), durationMs: 600_000 });
    const learned = learnSchedule(runs, TO, { ...options, tellsStarts: true, declared })!;
    expect(learned.rhythm).toEqual({ kind: 'cron', cron: '0 2 * * *', timeZone: ZONE });
    expect(learned.tolerance.usualStartMs).toBe(0);
    expect(learned.tolerance.startWithinMs).toBeGreaterThan(300_000);
    expect(learned.tolerance.endWithinMs).toBeGreaterThan(900_000);
    expect(learned.tolerance.endWithinMs).toBeLessThan(3 * 3_600_000);
    const another = learnSchedule(runs, TO, { ...options, declared: { ...declared, cron: '0 14 * * *' } })!;
    expect(another).toMatchObject({ explained: 0, tolerance: { usualStartMs: 0, startWithinMs: null } });
    expect(another.tolerance.endWithinMs).toBeGreaterThan(900_000);
    expect(another.tolerance.endWithinMs).toBeLessThan(3 * 3_600_000);
    const strict = { ...declared, startWithinMs: 60_000, endWithinMs: 120_000 };
    const given = learnSchedule(at([]), TO, { ...options, tellsStarts: true, declared: strict })!;
    expect(given.tolerance).toMatchObject({ startWithinMs: 60_000, endWithinMs: 120_000 });
  });
});
