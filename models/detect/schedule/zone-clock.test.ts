import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LocalTime } from '../../clean/local-time.ts';
import { ZoneClock } from './zone-clock.ts';

const FROM = Date.parse('2019-01-01T00:00Z');
const TO = Date.parse('2029-01-01T00:00Z');
const ZONES = [
  'UTC',
  'Europe/Paris',
  'America/New_York',
  'Africa/Casablanca',
  'Australia/Lord_Howe',
  'Asia/Kolkata',
];

describe('the clock of a zone', () => {
  it('knows no zone that is none', () => {
    expect(() => ZoneClock.of('Mars/Olympus')).toThrow(RangeError);
  });

  it('reads local times as the cleaning does, in any order of years', () => {
    for (const zone of ZONES) {
      const reader = new LocalTime(zone);
      const clock = ZoneClock.of(zone);
      fc.assert(
        fc.property(fc.integer({ min: FROM / 60_000, max: TO / 60_000 }), (minute) => {
          expect(clock.toInstant(minute * 60_000)).toBe(reader.read(minute * 60_000));
        }),
        { numRuns: 300 },
      );
    }
  });

  it('comes back to an instant, except from the second of two equal local times', () => {
    fc.assert(
      fc.property(fc.constantFrom(...ZONES), fc.integer({ min: FROM, max: TO }), (zone, instant) => {
        const clock = ZoneClock.of(zone);
        const back = clock.toInstant(clock.toLocal(instant));
        expect([0, 1_800_000, 3_600_000]).toContain(instant - back);
      }),
      { numRuns: 2_000 },
    );
  });

  it('reads 02:30 of the night without it as 03:30, and of the night with two as the first', () => {
    const paris = ZoneClock.of('Europe/Paris');
    const at = (text: string) => new Date(paris.toInstant(Date.parse(`${text}Z`))).toISOString().slice(0, 16);
    expect(at('2026-03-29T02:30')).toBe('2026-03-29T01:30');
    expect(at('2026-03-29T01:59')).toBe('2026-03-29T00:59');
    expect(at('2026-03-29T03:00')).toBe('2026-03-29T01:00');
    expect(at('2026-10-25T02:30')).toBe('2026-10-25T00:30');
    expect(at('2026-10-25T03:00')).toBe('2026-10-25T02:00');
  });
});
