import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../random.ts';
import { findSilence } from './find-silence.ts';
import { noFacts, wholeFile } from './made-up-source.ts';
import type { SourceFacts } from './source-facts.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const instant = (text: string) => Date.parse(text);

/** Instants from day to day at which `minutes` of a local hour of Paris say so, some minutes late. */
function arrivals(from: string, days: number, minutesOf: (day: Date) => number[], lateMinutes = 5): number[] {
  const random = seededRandom(1);
  const told: number[] = [];
  for (let day = instant(from); day < instant(from) + days * DAY_MS; day += DAY_MS) {
    for (const minute of minutesOf(new Date(day))) {
      told.push(day + minute * MINUTE_MS + Math.round(random.uniform() * lateMinutes * MINUTE_MS));
    }
  }
  return told;
}

/** When the silence after `lastMs` is found, looking every ten minutes; null: not in `days`. */
function foundAfter(facts: Omit<SourceFacts, 'toldMs'>, toldMs: readonly number[], lastMs: number, days = 7) {
  const known = toldMs.filter((at) => at <= lastMs);
  for (let asOfMs = lastMs; asOfMs <= lastMs + days * DAY_MS; asOfMs += 10 * MINUTE_MS) {
    if (findSilence({ ...facts, toldMs: known }, asOfMs).length > 0) return asOfMs;
  }
  return null;
}
const falseAlarms = (
  facts: Omit<SourceFacts, 'toldMs'>,
  told: readonly number[],
  fromMs: number,
  toMs: number,
) => {
  const found: string[] = [];
  for (let asOfMs = fromMs; asOfMs < toMs; asOfMs += 20 * MINUTE_MS) {
    const toldMs = told.filter((at) => at <= asOfMs);
    if (findSilence({ ...facts, toldMs }, asOfMs).length > 0) found.push(new Date(asOfMs).toISOString());
  }
  return found;
};

const isWorkday = (day: Date) => day.getUTCDay() >= 1 && day.getUTCDay() <= 5;
const officeHours = Array.from({ length: 11 }, (_, hour) => (8 + hour) * 60);
const office = (day: Date) => (isWorkday(day) ? officeHours : []);

describe('findSilence', () => {
  it('knows nothing of nothing and of too little', () => {
    expect(findSilence(noFacts, 0)).toEqual([]);
    const toldMs = [1, 2, 3].map((day) => day * DAY_MS);
    expect(findSilence({ ...noFacts, toldMs }, 20 * DAY_MS)).toEqual([]);
  });

  it('finds a daily file that does not come, within three hours, and says since when', () => {
    const told = arrivals('2026-01-05T00:00:00Z', 60, () => [360]);
    const last = told.at(-1)!;
    const found = foundAfter(noFacts, told, last)!;
    expect((found - last - DAY_MS) / HOUR_MS).toBeGreaterThan(0.5);
    expect((found - last - DAY_MS) / HOUR_MS).toBeLessThan(3.5);
    expect(findSilence({ ...noFacts, toldMs: told }, found)).toEqual([
      {
        kind: 'freshness',
        variant: 'silent',
        what: 'silence',
        sinceMs: last,
        evidence: {
          observed: found - last,
          expected: expect.any(Number),
          limit: expect.any(Number),
          unit: 'ms',
          text: null,
        },
      },
    ]);
  });

  it('finds a silence in office hours within two hours, and none at night or at a weekend', () => {
    const told = arrivals('2026-01-05T00:00:00Z', 56, office);
    expect(
      falseAlarms(noFacts, told, instant('2026-02-09T00:00:00Z'), instant('2026-03-02T00:00:00Z')),
    ).toEqual([]);
    const tuesday = told.findLast((at) => at < instant('2026-02-24T14:30:00Z'))!;
    expect(foundAfter(noFacts, told, tuesday)! - instant('2026-02-24T15:00:00Z')).toBeLessThan(2 * HOUR_MS);
    const monday = told.findLast((at) => at < instant('2026-02-23T00:00:00Z'))!;
    expect(foundAfter(noFacts, told, monday)! - instant('2026-02-23T08:00:00Z')).toBeLessThan(4 * HOUR_MS);
  });

  it('expects nothing on a holiday, and what comes after it again', () => {
    // Easter Monday of 2026 is the 6th of April, Labour Day a Friday, the 8th of May a Friday, Ascension a Thursday.
    const off = ['2026-04-06', '2026-05-01', '2026-05-08', '2026-05-14', '2026-05-25'];
    const told = arrivals('2026-02-02T00:00:00Z', 120, (day) => {
      return off.includes(day.toISOString().slice(0, 10)) ? [] : office(day);
    });
    expect(
      falseAlarms(noFacts, told, instant('2026-04-01T00:00:00Z'), instant('2026-05-30T00:00:00Z')),
    ).toEqual([]);
    const friday = told.findLast((at) => at < instant('2026-04-05T00:00:00Z'))!;
    const found = foundAfter(noFacts, told, friday)!;
    expect(found).toBeGreaterThan(instant('2026-04-07T08:00:00Z'));
    expect(found).toBeLessThan(instant('2026-04-07T14:00:00Z'));
    expect(
      falseAlarms(
        { ...noFacts, calendar: 'none' },
        told,
        instant('2026-04-06T08:00:00Z'),
        instant('2026-04-06T20:00:00Z'),
      ),
    ).not.toEqual([]);
  });

  it('keeps the hours of its own clock over both changes of it', () => {
    for (const [from, change] of [
      ['2026-01-26T00:00:00Z', '2026-03-29T01:00:00Z'],
      ['2026-08-24T00:00:00Z', '2026-10-25T01:00:00Z'],
    ] as const) {
      const summer = (day: number) => day >= instant(change) === change < '2026-06';
      const told = arrivals(from, 75, office).map((at) => at - (summer(at) ? 2 : 1) * HOUR_MS);
      const facts = { ...noFacts, timeZone: 'Europe/Paris', calendar: 'none' };
      const around = [instant(change) - 2 * DAY_MS, instant(change) + 8 * DAY_MS] as const;
      expect(falseAlarms(facts, told, ...around)).toEqual([]);
    }
  });

  it('takes what comes at random for that', () => {
    const random = seededRandom(7);
    const told: number[] = [];
    for (
      let at = instant('2026-01-05T00:00:00Z');
      told.length < 1500;
      at += -Math.log(1 - random.uniform()) * HOUR_MS
    ) {
      told.push(at);
    }
    const from = instant('2026-02-02T00:00:00Z');
    expect(falseAlarms({ ...noFacts, calendar: 'none' }, told, from, told.at(-1)!).length).toBeLessThan(6);
    const last = told.at(-1)!;
    expect(foundAfter({ ...noFacts, calendar: 'none' }, told, last)! - last).toBeLessThan(16 * HOUR_MS);
  });

  it('tells files with nothing new in them from none', () => {
    const toldMs = arrivals('2026-01-05T00:00:00Z', 60, () => [360]);
    const files = [wholeFile('again.csv', toldMs.at(-1)! + DAY_MS)];
    const asOfMs = toldMs.at(-1)! + 2 * DAY_MS;
    expect(findSilence({ ...noFacts, toldMs, files }, asOfMs)).toMatchObject([{ variant: 'stale' }]);
  });

  it('holds a source to its contract, and lets go of one that is gone', () => {
    const toldMs = [0];
    const facts = { ...noFacts, toldMs, freshnessMs: 2 * HOUR_MS };
    expect(findSilence(facts, 2 * HOUR_MS)).toEqual([]);
    expect(findSilence(facts, 2 * HOUR_MS + 1)).toMatchObject([
      { evidence: { limit: 2 * HOUR_MS, expected: null } },
    ]);
    expect(findSilence(facts, 31 * DAY_MS)).toEqual([]);
  });

  it('never finds a silence that is shorter than one of the same hour that was usual', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 0, max: 4 }), (everyHours, late) => {
        const told = arrivals(
          '2026-01-05T00:00:00Z',
          40,
          () => {
            return Array.from({ length: Math.floor(24 / everyHours) }, (_, n) => n * everyHours * 60);
          },
          late,
        );
        const asOfMs = told.at(-1)! + everyHours * HOUR_MS;
        expect(findSilence({ ...noFacts, calendar: 'none', toldMs: told }, asOfMs)).toEqual([]);
      }),
    );
  });
});
