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
