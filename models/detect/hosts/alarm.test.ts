import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Alarm, nextAlarm } from './alarm.ts';

const MINUTE_MS = 60_000;
/** `^` beyond, `-` between, `.` over. */
function play(samples: string, stepMs = 5 * MINUTE_MS): (Alarm | null)[] {
  let alarm: Alarm | null = null;
  return [...samples].map((sample, place) => {
    alarm = nextAlarm(alarm, {
      ts: place * stepMs,
      value: sample === '^' ? 99 : sample === '-' ? 92 : 10,
      isBeyond: sample === '^',
      isOver: sample === '.',
      usual: 10,
      limit: 95,
    });
    return alarm;
  });
}
const shown = (samples: string, stepMs?: number) =>
  play(samples, stepMs)
    .map((alarm) => (alarm?.isOpen ? 'O' : alarm === null ? '.' : '?'))
    .join('');

describe('an alarm', () => {
  it.each([
    ['......', '......'],
    ['..^...', '..?...'],
    ['.^^^^..', '.??OOOO'],
    ['.^^^-^^', '.??OOOO'],
    ['^^^.^^^', '??OOOOO'],
    ['^^^....', '??OOO..'],
    ['^.^.^.^.', '?.?.?.?.'],
    ['^---.', '????.'],
  ])('%s is %s', (samples, states) => {
    expect(shown(samples).slice(0, states.length)).toBe(states);
  });

  it('opens at the second of hourly samples and at the eleventh of one a minute', () => {
    expect(shown('^^', 60 * MINUTE_MS)).toBe('?O');
    expect(shown('^'.repeat(11), MINUTE_MS)).toBe(`${'?'.repeat(10)}O`);
  });

  it('says since when, and keeps the worst', () => {
    expect(play('.^^^-').at(-1)).toEqual({
      sinceMs: 5 * MINUTE_MS,
      beyond: 3,
      isOpen: true,
      worst: 99,
      usual: 10,
      limit: 95,
      overSinceMs: null,
      over: 0,
    });
  });

  it('never opens for single samples, and always ends when all is over', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('^', '-', '.'), { maxLength: 60 }), (samples) => {
        const single = samples.join('').replace(/[\^-]+/g, '^.');
        expect(shown(single)).not.toContain('O');
        expect(play(`${samples.join('')}...`).at(-1)).toBeNull();
      }),
    );
  });
});
