import { describe, expect, it } from 'vitest';
import { isWorseningToTell, type ToldSeverity } from './worsening.ts';

const MINUTE = 60_000;
const TOLD: ToldSeverity = { severity: 'major', toldSeverity: 'minor', toldMs: 0, worseToldMs: null };

describe('isWorseningToTell', () => {
  it('waits for the end of the burst, two minutes', () => {
    expect(isWorseningToTell(TOLD, 2 * MINUTE - 1)).toBe(false);
    expect(isWorseningToTell(TOLD, 2 * MINUTE)).toBe(true);
  });

  it('tells another step after an hour', () => {
    const again = { ...TOLD, severity: 'critical', toldSeverity: 'major', worseToldMs: 0 } as const;
    expect(isWorseningToTell(again, 60 * MINUTE - 1)).toBe(false);
    expect(isWorseningToTell(again, 60 * MINUTE)).toBe(true);
  });

  it('tells nothing to those who were told nothing, and nothing that is not worse', () => {
    expect(isWorseningToTell({ ...TOLD, toldSeverity: null, toldMs: null }, 60 * MINUTE)).toBe(false);
    expect(isWorseningToTell({ ...TOLD, toldSeverity: 'major' }, 60 * MINUTE)).toBe(false);
  });
});
