import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InstantReader } from './instant-reader.ts';

const reader = new InstantReader();
const parseInstant = (text: string) => reader.read(text);
const iso = (text: string) => Date.parse(text);

describe('read', () => {
  test.each([
    ['2025-01-31', '2025-01-31T00:00:00Z'],
    ['2025-01-31T08:00', '2025-01-31T08:00:00Z'],
    ['2025-01-31 08:00:05', '2025-01-31T08:00:05Z'],
    ['2025/01/31 08:00:05', '2025-01-31T08:00:05Z'],
    ['2025-01-31T08:00:05.1Z', '2025-01-31T08:00:05.100Z'],
    ['2025-01-31T08:00:05,123456z', '2025-01-31T08:00:05.123Z'],
    ['2025-01-31T08:00:05.999999Z', '2025-01-31T08:00:05.999Z'],
    ['2025-01-31T08:00:05+01:00', '2025-01-31T07:00:05Z'],
    ['2025-01-31T08:00:05-0530', '2025-01-31T13:30:05Z'],
    ['2025-01-31 08:00:05 +02', '2025-01-31T06:00:05Z'],
    ['2025-01-31 08:00 UTC', '2025-01-31T08:00:00Z'],
    ['31/01/2025 08:00', '2025-01-31T08:00:00Z'],
    ['01/02/2025 08:00:05', '2025-02-01T08:00:05Z'],
    ['31-01-2025 08:00', '2025-01-31T08:00:00Z'],
    ['31.01.2025', '2025-01-31T00:00:00Z'],
    ['29/02/2024 23:59:59', '2024-02-29T23:59:59Z'],
    ['1738310400', '2025-01-31T08:00:00Z'],
    ['1738310400.5', '2025-01-31T08:00:00.500Z'],
    ['1738310400000', '2025-01-31T08:00:00Z'],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00Z'],
    ['20250131', '2025-01-31T00:00:00Z'],
    ['20250131080005', '2025-01-31T08:00:05Z'],
    ['202501310800', '2025-01-31T08:00:00Z'],
    ['20250131T080005Z', '2025-01-31T08:00:05Z'],
    ['20250131080005123', '2025-01-31T08:00:05.123Z'],
    ['2025-1-31 8:00', '2025-01-31T08:00:00Z'],
    ['31/1/2025 8:05', '2025-01-31T08:05:00Z'],
    ['31/01/25 08:00', '2025-01-31T08:00:00Z'],
    ['31/01/99', '1999-01-31T00:00:00Z'],
    ['31/01/2025 08h05', '2025-01-31T08:05:00Z'],
    ['31/01/2025 à 8 h 05', '2025-01-31T08:05:00Z'],
    ['31/01/2025 08:00:05 PM', '2025-01-31T20:00:05Z'],
    ['31/01/2025 12:05 am', '2025-01-31T00:05:00Z'],
    ['31 janvier 2025 08:00', '2025-01-31T08:00:00Z'],
    ['1er févr. 2025', '2025-02-01T00:00:00Z'],
    ['le 3 août 2025 à 08:00', '2025-08-03T08:00:00Z'],
    ['mar. 4 mars 2025 08:00', '2025-03-04T08:00:00Z'],
    ['mardi 4 février 2025', '2025-02-04T00:00:00Z'],
    ['31-JAN-2025 08:00:05', '2025-01-31T08:00:05Z'],
    ['31-JAN-25', '2025-01-31T00:00:00Z'],
    ['Jan 31, 2025 8:00 PM', '2025-01-31T20:00:00Z'],
    ['March 4 2025', '2025-03-04T00:00:00Z'],
    ['Fri Jan 31 08:00:05 2025', '2025-01-31T08:00:05Z'],
    ['Fri Jan 31 08:00:05 CET 2025', '2025-01-31T07:00:05Z'],
    ['Fri, 31 Jan 2025 08:00:05 +0100', '2025-01-31T07:00:05Z'],
    ['31/Jan/2025:08:00:05 +0100', '2025-01-31T07:00:05Z'],
    ['2025-01-31-08.00.05.123456', '2025-01-31T08:00:05.123Z'],
    ['2025-01-31T08:00:05+01:00[Europe/Paris]', '2025-01-31T07:00:05Z'],
    ['2025-01-31T08:00:05 Europe/Paris', '2025-01-31T07:00:05Z'],
    ['2025-07-31 08:00:05 CEST', '2025-07-31T06:00:05Z'],
    ['2025-01-31 08:00 (EST)', '2025-01-31T13:00:00Z'],
    ['2025-01-31 08:00 UTC+2', '2025-01-31T06:00:00Z'],
  ])('%s', (text, expected) => {
    expect(parseInstant(text)).toBe(iso(expected));
  });
});

test.each([
  '',
  'yesterday',
  '0',
  '31/02/2025 08:00',
  '29/02/2025',
  '2025-02-29',
  '2025-13-01',
  '2025-00-10',
  '2025-01-00',
  '2025-01/31',
  '2025-01-31T24:00:00Z',
  '2025-01-31T08:60',
  '2025-01-31T08:00:60Z',
  '2025-01-31T08',
  '2025-01-31T08:00:05.Z',
  '2025-01-31T08:00:05+15:00',
  '2025-01-31T08:00:05+01:00x',
  '2025-01-31x08:00',
  '31 juvembre 2025',
  '31 février 2025',
  '31/01/2025 13:00 PM',
  '2025-01-31 08:00 Mars/Olympus',
  '20250231',
  '31/01/2025 08:00 banana',
  '1/2/2025/3',
  'mar 2025',
  '-1738310400',
  '17383104000000',
])('not an instant: %s', (text) => {
  expect(parseInstant(text)).toBeNaN();
});

test('agrees with the engine on every ISO text it writes', () => {
  const instant = fc.integer({ min: Date.UTC(1000, 0, 1), max: Date.UTC(9999, 11, 31) });
  fc.assert(
    fc.property(instant, (ms) => {
      expect(parseInstant(new Date(ms).toISOString())).toBe(ms);
    }),
    { numRuns: 2000 },
  );
});

test('French order and ISO order of the same day are the same instant', () => {
  fc.assert(
    fc.property(fc.nat(9999), fc.nat(13), fc.nat(32), (year, month, day) => {
      const [yyyy, mm, dd] = [
        String(year).padStart(4, '0'),
        String(month).padStart(2, '0'),
        String(day).padStart(2, '0'),
      ];
      expect(parseInstant(`${dd}/${mm}/${yyyy}`)).toEqual(parseInstant(`${yyyy}-${mm}-${dd}`));
    }),
    { numRuns: 1000 },
  );
});

test('the month may come first', () => {
  const american = new InstantReader({ dateOrder: 'month-first' });
  expect(american.read('01/02/2025 08:00')).toBe(iso('2025-01-02T08:00:00Z'));
  expect(american.read('1/2/25 8:00 PM')).toBe(iso('2025-01-02T20:00:00Z'));
  expect(american.read('13/01/2025')).toBeNaN();
  expect(american.read('2025-01-02')).toBe(iso('2025-01-02T00:00:00Z'));
});

test('a time without a zone is of the zone of the source; one with a zone is not', () => {
  const paris = new InstantReader({ timeZone: 'Europe/Paris' });
  expect(paris.read('31/01/2025 08:00')).toBe(iso('2025-01-31T07:00:00Z'));
  expect(paris.read('31/07/2025 08:00')).toBe(iso('2025-07-31T06:00:00Z'));
  expect(paris.read('31 juillet 2025')).toBe(iso('2025-07-30T22:00:00Z'));
  expect(paris.read('2025-07-31T08:00:00Z')).toBe(iso('2025-07-31T08:00:00Z'));
  expect(paris.read('1738310400')).toBe(iso('2025-01-31T08:00:00Z'));
});

test('both nights on which the clock is changed', () => {
  const paris = new InstantReader({ timeZone: 'Europe/Paris' });
  expect(paris.read('26/10/2025 02:30')).toBe(iso('2025-10-26T00:30:00Z'));
  expect([paris.doubt, paris.later]).toEqual(['repeated', iso('2025-10-26T01:30:00Z')]);
  expect(paris.read('30/03/2025 02:30')).toBe(iso('2025-03-30T01:30:00Z'));
  expect(paris.doubt).toBe('skipped');
  expect(paris.read('2025-10-26T02:30:00+01:00')).toBe(iso('2025-10-26T01:30:00Z'));
  expect(paris.doubt).toBeNull();
});

test('an unknown zone of a source is an error, in a text it is no instant', () => {
  expect(() => new InstantReader({ timeZone: 'Mars/Olympus' })).toThrow(RangeError);
});

test('never throws, whatever the text', () => {
  const piece = fc.constantFrom(
    '31',
    '/',
    '01',
    '2025',
    ' ',
    ':',
    '08',
    'jan',
    'mar',
    'PM',
    '+',
    'Z',
    'é',
    '[Europe/Paris]',
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(piece, { maxLength: 12 }).map((all) => all.join('')),
      ),
      (text) => {
        expect(typeof parseInstant(text)).toBe('number');
      },
    ),
    { numRuns: 5000 },
  );
});
