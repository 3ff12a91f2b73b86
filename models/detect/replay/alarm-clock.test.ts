import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AlarmClock } from './alarm-clock.ts';

describe('the alarm clock', () => {
  it('never wakes anybody who is not asleep', () => {
    expect(new AlarmClock(0).next()).toBe(Number.POSITIVE_INFINITY);
    const clock = new AlarmClock(1);
    clock.set(0, 5);
    clock.set(0, Number.POSITIVE_INFINITY);
    expect(clock.next()).toBe(Number.POSITIVE_INFINITY);
  });

  it('wakes each at the instant set last, the earliest first, whatever was set before', () => {
    const settings = fc.array(fc.record({ sleeper: fc.nat(6), atMs: fc.nat(20) }), { maxLength: 60 });
    fc.assert(
      fc.property(settings, (given) => {
        const clock = new AlarmClock(7);
        const last = new Map<number, number>();
        for (const { sleeper, atMs } of given) {
          clock.set(sleeper, atMs);
          last.set(sleeper, atMs);
        }
        const woken: [number, number][] = [];
        while (clock.next() < Number.POSITIVE_INFINITY) {
          const atMs = clock.next();
          woken.push([clock.take(), atMs]);
        }
        expect(woken.map(([, atMs]) => atMs)).toEqual([...last.values()].sort((a, b) => a - b));
        expect(new Map(woken)).toEqual(last);
        expect(woken.length).toBe(last.size);
      }),
    );
  });
});
