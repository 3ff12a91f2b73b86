import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findGaps } from './find-gaps.ts';
import { noFacts, wholeFile } from './made-up-source.ts';
import { numberedName } from './name-series.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const START_MS = Date.parse('2026-03-02T00:00:00Z');
const two = (n: number) => String(n).padStart(2, '0');
const dateOf = (day: number) => new Date(START_MS + day * DAY_MS).toISOString().slice(0, 10);

/** Ten numbered files a day. */
const daily = (days: number) =>
  Array.from({ length: days * 10 }, (_, place) => {
    const day = Math.floor(place / 10);
    const name = `in/orders_${dateOf(day).replaceAll('-', '')}_${two((place % 10) + 1)}.csv`;
    return wholeFile(name, START_MS + day * DAY_MS + (place % 10) * HOUR_MS);
  });
const without = (files: ReturnType<typeof daily>, ...places: number[]) =>
  files.filter((_, place) => !places.includes(place));
const asOf = (files: ReturnType<typeof daily>) => files.at(-1)!.receivedAtMs;

describe('names that count', () => {
  it.each([
    ['in/orders_20260301_0007.csv', 'orders_{date}_{n}.csv', '2026-03-01', 7],
    ['orders-2026-03-01.csv.gz', 'orders-{date}.csv.gz', '2026-03-01', null],
    ['batch17.csv', 'batch{n}.csv', null, 17],
    ['orders_20260231.csv', 'orders_{n}.csv', null, 20260231],
  ])('%s', (name, template, date, number) => {
    const day = date === null ? null : Date.parse(`${date}T00:00:00Z`) / DAY_MS;
    expect(numberedName(name)).toMatchObject({ template, day, number });
  });

  it('others do not', () => {
    expect(numberedName('orders.csv')).toBeNull();
  });
});

describe('findGaps', () => {
  it('finds nothing where nothing is missing, and nothing in nothing', () => {
    expect(findGaps(noFacts, 0)).toEqual([]);
    expect(findGaps({ ...noFacts, files: daily(5) }, asOf(daily(5)))).toEqual([]);
  });

  it('finds a missing number as soon as the next one came, until it comes', () => {
    const files = without(daily(5), 43);
    const next = files[43]!;
    expect(findGaps({ ...noFacts, files }, next.receivedAtMs - 1)).toEqual([]);
    expect(findGaps({ ...noFacts, files }, next.receivedAtMs)).toEqual([
      {
        kind: 'transmission',
        variant: 'sequence-gap',
        what: 'sequence-gap/orders_20260306_04.csv',
        sinceMs: next.receivedAtMs,
        evidence: { observed: 1, expected: 0, limit: 0, unit: 'files', text: 'orders_20260306_04.csv' },
      },
    ]);
    const late = [...files, { ...daily(5)[43]!, receivedAtMs: asOf(files) + 1 }];
    expect(findGaps({ ...noFacts, files: late }, asOf(late))).toEqual([]);
  });

  it('counts a hole as one finding, each hole for a week', () => {
    const files = without(daily(12), 31, 32, 57);
    const textsAt = (atMs: number) =>
      findGaps({ ...noFacts, files }, atMs).map(({ evidence }) => evidence.text);
    const [hole, one] = ['orders_20260305_02.csv +1', 'orders_20260307_08.csv'];
    expect(textsAt(START_MS + 6 * DAY_MS)).toEqual([one, hole]);
    expect(textsAt(START_MS + 10 * DAY_MS + 13 * HOUR_MS)).toEqual([one]);
    expect(textsAt(START_MS + 13 * DAY_MS)).toEqual([]);
  });

  it('waits for what usually comes out of order', () => {
    const files = daily(5).map((file, place) =>
      place % 7 === 3 ? { ...file, receivedAtMs: file.receivedAtMs + 2 * HOUR_MS } : file,
    );
    const ordered = without(files, 44).sort((a, b) => a.receivedAtMs - b.receivedAtMs);
    const next = files[45]!.receivedAtMs;
    expect(findGaps({ ...noFacts, files: ordered }, next + HOUR_MS)).toEqual([]);
    expect(findGaps({ ...noFacts, files: ordered }, next + 2 * HOUR_MS)).toHaveLength(1);
  });

  it('follows a number that goes on from day to day', () => {
    const files = Array.from({ length: 30 }, (_, n) =>
      wholeFile(`batch_${n + 990}.csv`, START_MS + n * HOUR_MS),
    );
    expect(findGaps({ ...noFacts, files }, asOf(files))).toEqual([]);
    expect(findGaps({ ...noFacts, files: without(files, 12) }, asOf(files))).toMatchObject([
      { evidence: { text: 'batch_1002.csv' } },
    ]);
  });

  it('does not count what does not', () => {
    const times = Array.from({ length: 60 }, (_, n) =>
      wholeFile(
        `x_${dateOf(Math.floor(n / 6)).replaceAll('-', '')}_${two((n % 6) * 4)}15.csv`,
        START_MS + n * 4 * HOUR_MS,
      ),
    );
    expect(findGaps({ ...noFacts, files: times }, asOf(times))).toEqual([]);
    const ids = Array.from({ length: 60 }, (_, n) =>
      wholeFile(`x_${(n * 7919) % 100_003}.csv`, START_MS + n * HOUR_MS),
    );
    expect(findGaps({ ...noFacts, files: ids }, asOf(ids))).toEqual([]);
  });

  it('finds a missing day of those that usually come, and no holiday and no weekend', () => {
    // Monday the 2nd of March to Friday the 17th of April; Easter Monday is the 6th.
    const days = Array.from({ length: 47 }, (_, day) => day).filter(
      (day) => day % 7 < 5 && dateOf(day) !== '2026-04-06',
    );
    const files = days.map((day) =>
      wholeFile(`stock_${dateOf(day)}_1.csv`, START_MS + day * DAY_MS + 6 * HOUR_MS),
    );
    expect(findGaps({ ...noFacts, files }, asOf(files))).toEqual([]);
    expect(
      findGaps({ ...noFacts, files, calendar: 'none' }, Date.parse('2026-04-08T00:00:00Z')),
    ).toHaveLength(1);
    const lost = files.filter(({ name }) => !name.includes('2026-04-14'));
    expect(findGaps({ ...noFacts, files: lost }, asOf(lost))).toMatchObject([
      { sinceMs: Date.parse('2026-04-15T06:00:00Z'), evidence: { text: 'stock_2026-04-14_1.csv' } },
    ]);
  });

  it('names exactly what was taken away from between', () => {
    const inner = fc.uniqueArray(
      fc.integer({ min: 61, max: 78 }).filter((n) => n % 10 !== 0 && n % 10 !== 9),
      { maxLength: 4 },
    );
    fc.assert(
      fc.property(inner, (places) => {
        const files = without(daily(8), ...places);
        const found = findGaps({ ...noFacts, files }, asOf(files));
        const missing = found.reduce((sum, { evidence }) => sum + evidence.observed!, 0);
        expect(missing).toBe(places.length);
      }),
    );
  });
});
