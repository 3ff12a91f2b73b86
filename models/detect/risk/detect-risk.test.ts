import { describe, expect, it } from 'vitest';
import { detectRisk, type RiskFacts } from './detect-risk.ts';

const DAY_MS = 86_400_000;
const CUTOFF_MS = Date.parse('2026-03-02T00:00:00Z');
const week = (...told: number[]) =>
  Array.from({ length: 7 }, (_, day) => ({ probability: told[day] ?? 0.05, low: null }));
const risky: RiskFacts = {
  jobId: 7,
  criticality: 1,
  cutoffMs: CUTOFF_MS,
  basis: 'model',
  days: week(0.1, 0.7),
  daysRun: 88,
  daysFailed: 8,
};

describe('detectRisk', () => {
  it('finds a critical job that will fail though it usually does not', () => {
    expect(detectRisk([risky], CUTOFF_MS + 1)).toEqual([
      {
        key: 'risk/job 7',
        kind: 'risk',
        variant: null,
        subject: { type: 'job', jobId: 7 },
        sinceMs: CUTOFF_MS,
        runKey: null,
        dueMs: null,
        evidence: { observed: 0.7, expected: 0.1, limit: 0.5, unit: 'share', text: '2026-03-03' },
        family: null,
        course: 'new',
      },
    ]);
  });

  it.each([
    ['nothing of nobody', []],
    ['none that nobody waits for', [{ ...risky, criticality: 3 }]],
    ['none of which only its group is known', [{ ...risky, basis: 'group-rate' as const }]],
    ['none of which it is usual', [{ ...risky, daysFailed: 40 }]],
    ['none without a past', [{ ...risky, daysRun: 0, daysFailed: 0 }]],
    ['none that is not likely', [{ ...risky, days: week(0.49, 0.49) }]],
    ['none that is far off', [{ ...risky, days: week(0.1, 0.1, 0.9) }]],
    ['none that may as well be usual', [{ ...risky, days: [{ probability: 0.7, low: 0.05 }] }]],
    ['none of a forecast without days', [{ ...risky, days: [] }]],
  ])('finds %s', (_, facts) => {
    expect(detectRisk(facts, CUTOFF_MS)).toEqual([]);
  });

  it('looks at the days that are still to come, of a forecast of today', () => {
    const facts = [{ ...risky, days: week(0.9, 0.1, 0.1) }];
    expect(detectRisk(facts, CUTOFF_MS + DAY_MS - 1)).toHaveLength(1);
    expect(detectRisk(facts, CUTOFF_MS + DAY_MS)).toEqual([]);
    expect(detectRisk([{ ...risky, days: week(0.1, 0.1, 0.9, 0.9) }], CUTOFF_MS + 2 * DAY_MS)).toEqual([]);
    expect(detectRisk(facts, CUTOFF_MS - 1)).toEqual([]);
  });

  it('names the five most likely, the more critical first', () => {
    const facts = [1, 2, 3, 4, 5, 6, 7].map((jobId) => ({
      ...risky,
      jobId,
      criticality: jobId === 7 ? 1 : 2,
      days: week(jobId === 1 ? 0.6 : 0.8),
    }));
    const named = detectRisk(facts, CUTOFF_MS).map(({ subject }) => subject.type === 'job' && subject.jobId);
    expect(named).toEqual([7, 2, 3, 4, 5]);
  });
});
