import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calendarNamed } from '../../features/holiday-calendar.ts';
import { localRhythms } from './made-up-starts.ts';
import type { Rhythm, Tolerance } from './schedule.ts';
import { slotsOf } from './slots-of.ts';

const calendar = calendarNamed('FR');
const HOUR = 3_600_000;
const tolerance: Tolerance = {
  usualStartMs: 0,
  spreadMs: 20_000,
  leadMs: 120_000,
  startWithinMs: 600_000,
  endWithinMs: 1_800_000,
  lagMs: 20_000,
};
const rhythms = localRhythms('Europe/Paris');
const dues = (rhythm: Rhythm, from: string, to: string) =>
  slotsOf({ rhythm, tolerance }, Date.parse(from), Date.parse(to), calendar).map(({ dueMs }) =>
    new Date(dueMs).toISOString().slice(0, 16),
  );

describe('slotsOf', () => {
  it('runs once in the night without 02:30 and once in the night with two of them', () => {
    const daily = rhythms['daily at 02:30']!;
    expect(dues(daily, '2026-03-28T12:00Z', '2026-03-30T12:00Z')).toEqual([
      '2026-03-29T01:30',
      '2026-03-30T00:30',
    ]);
    expect(dues(daily, '2026-10-24T12:00Z', '2026-10-26T12:00Z')).toEqual([
      '2026-10-25T00:30',
      '2026-10-26T01:30',
    ]);
  });

  it('goes on by the quarter of an hour through both nights', () => {
    for (const [from, to] of [
      ['2026-03-28T12:00Z', '2026-03-30T12:00Z'],
      ['2026-10-24T12:00Z', '2026-10-26T12:00Z'],
    ] as const) {
      const slots = slotsOf(
        { rhythm: rhythms['every 5 minutes']!, tolerance },
        Date.parse(from),
        Date.parse(to),
        calendar,
      );
      expect(slots).toHaveLength((48 * HOUR) / 300_000);
      for (const [i, slot] of slots.entries())
        if (i > 0) expect(slot.dueMs - slots[i - 1]!.dueMs).toBe(300_000);
    }
    const nightly = rhythms['every 10 minutes from 00:00 to 05:00']!;
    expect(dues(nightly, '2026-03-28T22:00Z', '2026-03-29T20:00Z')).toHaveLength(24);
    expect(dues(nightly, '2026-10-24T20:00Z', '2026-10-25T20:00Z')).toHaveLength(36);
  });

  it('rests on holidays when business days are meant', () => {
    const found = dues(rhythms['business days at 06:00']!, '2026-04-30T00:00Z', '2026-05-12T00:00Z');
    expect(found.map((due) => due.slice(5, 10))).toEqual([
      '04-30',
      '05-04',
      '05-05',
      '05-06',
      '05-07',
      '05-11',
    ]);
    expect(
      dues(rhythms['Monday to Friday at 07:10']!, '2026-04-30T00:00Z', '2026-05-12T00:00Z'),
    ).toHaveLength(8);
  });

  it.each([
    ['last business day at 20:00', ['2026-01-30T19:00', '2026-02-27T19:00', '2026-03-31T18:00']],
    [
      'first business day at 04:00',
      ['2026-01-02T03:00', '2026-02-02T03:00', '2026-03-02T03:00', '2026-04-01T02:00'],
    ],
    ['the last of the month at 22:30', ['2026-01-31T21:30', '2026-02-28T21:30', '2026-03-31T20:30']],
    ['every other Monday at 05:00', ['2026-01-05T04:00', '2026-01-19T04:00']],
  ])('%s', (name, expected) => {
    const found = dues(rhythms[name]!, '2026-01-01T00:00Z', '2026-04-02T00:00Z');
    expect(found.slice(0, expected.length)).toEqual(expected);
  });

  it('has no slot in no time', () => {
    expect(slotsOf({ rhythm: rhythms.hourly!, tolerance }, 0, 0, calendar)).toEqual([]);
  });

  it('keeps the order of its instants, and tells the same slot whatever the span', () => {
    const names = Object.keys(rhythms);
    const start = Date.parse('2026-01-01T00:00Z');
    fc.assert(
      fc.property(
        fc.constantFrom(...names),
        fc.integer({ min: 0, max: 400 * 24 }),
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 0, max: 100 }),
        (name, hour, hours, usual) => {
          const schedule = {
            rhythm: rhythms[name]!,
            tolerance: { ...tolerance, usualStartMs: usual * 60_000 },
          };
          const from = start + hour * HOUR;
          const all = slotsOf(schedule, from - 9 * HOUR, from + (hours + 30) * HOUR, calendar);
          const some = slotsOf(schedule, from, from + hours * HOUR, calendar);
          expect(some).toEqual(all.filter(({ dueMs }) => dueMs >= from && dueMs < from + hours * HOUR));
          for (const [i, slot] of all.entries()) {
            expect(slot.earliestMs).toBeLessThanOrEqual(slot.dueMs);
            expect(slot.dueMs).toBeLessThan(slot.startDeadlineMs!);
            expect(slot.deadlineMs).toBeLessThanOrEqual(slot.closesMs);
            expect(slot.startDeadlineMs!).toBeLessThanOrEqual(slot.closesMs);
            if (i > 0) expect(slot.earliestMs).toBeGreaterThan(all[i - 1]!.earliestMs);
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  it('follows cron texts and their zones', () => {
    const cron: Rhythm = { kind: 'cron', cron: '30 6 * * 1-5', timeZone: 'Europe/Paris' };
    expect(dues(cron, '2026-03-27T00:00Z', '2026-03-31T00:00Z')).toEqual([
      '2026-03-27T05:30',
      '2026-03-30T04:30',
    ]);
  });
});
