import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LocalTime } from './local-time.ts';

const ZONES = [
  'Europe/Paris',
  'America/New_York',
  'Australia/Lord_Howe',
  'Asia/Kolkata',
  'America/St_Johns',
  'Pacific/Kiritimati',
  'Africa/Casablanca',
];
const utc = (text: string) => Date.parse(`${text}Z`);

/** What the clocks of a zone show at an instant, by the engine's own formatter. */
function shownAt(instant: number, timeZone: string): number {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
  const part = Object.fromEntries(format.formatToParts(instant).map(({ type, value }) => [type, value]));
  return utc(`${part.year}-${part.month}-${part.day}T${part.hour}:${part.minute}:${part.second}`);
}

describe('the clocks of Paris', () => {
  const paris = new LocalTime('Europe/Paris');
  test.each([
    ['2025-01-31T08:00:00', '2025-01-31T07:00:00', null],
    ['2025-07-31T08:00:00', '2025-07-31T06:00:00', null],
    ['2025-03-30T01:59:59', '2025-03-30T00:59:59', null],
    ['2025-03-30T02:00:00', '2025-03-30T01:00:00', 'skipped'],
    ['2025-03-30T02:59:59', '2025-03-30T01:59:59', 'skipped'],
    ['2025-03-30T03:00:00', '2025-03-30T01:00:00', null],
    ['2025-10-26T01:59:59', '2025-10-25T23:59:59', null],
    ['2025-10-26T02:00:00', '2025-10-26T00:00:00', 'repeated'],
    ['2025-10-26T02:59:59', '2025-10-26T00:59:59', 'repeated'],
    ['2025-10-26T03:00:00', '2025-10-26T02:00:00', null],
    ['2025-10-26T23:59:59', '2025-10-26T22:59:59', null],
  ])('%s', (local, instant, doubt) => {
    expect(new Date(paris.read(utc(local)))).toEqual(new Date(utc(instant)));
    expect(paris.doubt).toBe(doubt);
  });
});

test('a change by half an hour', () => {
  const lordHowe = new LocalTime('Australia/Lord_Howe');
  expect(lordHowe.read(utc('2025-04-06T01:45:00'))).toBe(utc('2025-04-05T14:45:00'));
  expect([lordHowe.doubt, lordHowe.later]).toEqual(['repeated', utc('2025-04-05T15:15:00')]);
});

test('every instant is one of the meanings of what the clocks showed', () => {
  const zones = ZONES.map((timeZone) => new LocalTime(timeZone));
  const second = fc.integer({
    min: utc('2000-01-01T00:00:00') / 1000,
    max: utc('2037-12-31T00:00:00') / 1000,
  });
  // Half of them in the days in which clocks are changed.
  const change = fc
    .tuple(fc.integer({ min: 2000, max: 2037 }), fc.constantFrom(2, 3, 8, 9, 10), fc.nat(31 * 86_400))
    .map(([year, month, rest]) => Date.UTC(year, month, 1) / 1000 + rest);
  fc.assert(
    fc.property(fc.constantFrom(...zones), fc.oneof(second, change), (zone, seconds) => {
      const instant = seconds * 1000;
      const first = zone.read(shownAt(instant, zone.timeZone));
      expect([first, zone.later]).toContain(instant);
      expect(zone.doubt).not.toBe('skipped');
      if (zone.doubt === 'repeated')
        expect(shownAt(zone.later, zone.timeZone)).toBe(shownAt(first, zone.timeZone));
    }),
    { numRuns: 4000 },
  );
});
