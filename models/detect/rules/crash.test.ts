import { describe, expect, it } from 'vitest';
import { daily } from '../baselines/made-up-past.ts';
import { HOUR_MS, look, MINUTE_MS, NOW, PAST_DAYS } from './made-up-facts.ts';

const SIX = NOW + 6 * HOUR_MS;
const DAY_MS = 24 * HOUR_MS;
const failed = { status: 'failed' as const };

describe('a crash', () => {
  it('is found at once, with its error and the family of that', () => {
    expect(look({ runs: [failed], asOfMs: SIX + 10 * MINUTE_MS, newsSinceMs: SIX })).toEqual([
      {
        key: 'crash/job 7',
        kind: 'crash',
        variant: null,
        subject: { type: 'job', jobId: 7 },
        sinceMs: SIX + 10 * MINUTE_MS,
        runKey: 'now',
        dueMs: null,
        evidence: {
          observed: null,
          expected: null,
          limit: null,
          unit: null,
          text: 'ORA-01555 snapshot too old',
        },
        family: 'ORA-01555 snapshot too old',
        course: 'new',
      },
    ]);
  });

  it('is not known before the run is', () => {
    const late = { ...failed, knownAtMs: SIX + HOUR_MS };
    expect(look({ runs: [late], asOfMs: SIX + HOUR_MS - 1 })).toEqual([]);
    expect(look({ runs: [late], asOfMs: SIX + HOUR_MS })).toHaveLength(1);
  });

  it('is one, since the first failure, until a run or a retry succeeds', () => {
    const again = { ...failed, runKey: 'again', startedAtMs: SIX + HOUR_MS };
    const [finding, ...more] = look({ runs: [failed, again] });
    expect(finding).toMatchObject({ key: 'crash/job 7', sinceMs: SIX + 10 * MINUTE_MS, runKey: 'again' });
    expect(more).toEqual([]);
    const retry = { runKey: 'retry', startedAtMs: SIX + 2 * HOUR_MS };
    expect(look({ runs: [failed, again, retry] })).toEqual([]);
    expect(look({ runs: [failed, { ...retry, status: 'cancelled' }] })).toHaveLength(1);
    expect(look({ runs: [failed, { ...retry, status: 'running' }], asOfMs: SIX + 2 * HOUR_MS })).toHaveLength(
      1,
    );
  });

  it('needs no past, and tells no family of no error', () => {
    expect(look({ young: true, past: [], runs: [{ ...failed, error: ' ' }] })).toMatchObject([
      { kind: 'crash', family: null, evidence: { text: null } },
    ]);
  });

  it('takes a tie of starts by the keys', () => {
    const a = { ...failed, runKey: 'a' };
    const b = { runKey: 'b' };
    expect(look({ runs: [b, a] }).filter(({ kind }) => kind === 'crash')).toEqual([]);
    expect(look({ runs: [{ ...a, runKey: 'c' }, b] }).filter(({ kind }) => kind === 'crash')).toHaveLength(1);
  });

  it('is chronic after three days, flapping when it comes and goes', () => {
    const chronic = [0, 1, 2, 3].map((day) => ({
      ...failed,
      runKey: `${day}`,
      startedAtMs: SIX + day * DAY_MS,
    }));
    const courseOf = (runs: typeof chronic) => look({ runs, asOfMs: SIX + 5 * DAY_MS })[0]?.course;
    expect(courseOf(chronic)).toBe('chronic');
    expect(courseOf(chronic.slice(0, 3))).toBe('new');
    const past = daily(PAST_DAYS, (_, day) => (day > 54 && day % 2 ? { status: 'failed' } : {}));
    expect(look({ past, runs: [failed] })[0]?.course).toBe('flapping');
  });

  it('of more than a week ago is history, unless it is open', () => {
    const asOfMs = SIX + 10 * MINUTE_MS + 7 * DAY_MS;
    expect(look({ runs: [failed], asOfMs })).toHaveLength(1);
    expect(look({ runs: [failed], asOfMs: asOfMs + 1 })).toEqual([]);
    expect(look({ runs: [failed], asOfMs: asOfMs + 1, open: ['crash/job 7'] })).toHaveLength(1);
  });
});
