import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { learnBaselines } from './baselines/learn-baselines.ts';
import { afterDays, daily, factsOf, historyOf } from './baselines/made-up-past.ts';
import { detectJob } from './detect-job.ts';
import { fileCounts } from './file-counts.ts';
import { FINDING_KINDS } from './finding.ts';
import type { JobFacts } from './job-facts.ts';
import { NO_OVERRIDES } from './job-overrides.ts';
import { look, NOW, PAST_DAYS, runOf } from './rules/made-up-facts.ts';

const DAY_MS = 86_400_000;
const nobody: Omit<JobFacts, 'runs'> = {
  jobId: 7,
  namespace: '',
  job: '',
  owner: null,
  host: null,
  criticality: 1,
  slots: [],
};

describe('detectJob', () => {
  it('finds nothing of a job without runs and slots', () => {
    expect(look({ past: [], young: true })).toEqual([]);
    expect(look({})).toEqual([]);
  });

  it('finds nothing of a year of old logs, and its last failure only of this week', () => {
    const old = daily(400, (run, day) => ({
      durationMs: run.durationMs! * (day % 7 === 3 ? 9 : 1),
      rowsWritten: day % 5 === 0 ? 3 : run.rowsWritten!,
      status: day > 390 ? 'failed' : 'succeeded',
    }));
    const facts = { ...nobody, runs: factsOf(old) };
    const found = (asOfMs: number) => {
      const baselines = learnBaselines(historyOf(old), asOfMs);
      return detectJob(facts, baselines, NO_OVERRIDES, asOfMs, Number.NEGATIVE_INFINITY);
    };
    expect(found(afterDays(500))).toEqual([]);
    expect(found(afterDays(400)).map(({ kind }) => kind)).toEqual(['crash']);
  });

  it('tells each key once, only what is wrong, in one order, and the same twice', () => {
    const run = fc.record({
      runKey: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
      status: fc.constantFrom(
        'succeeded' as const,
        'failed' as const,
        'cancelled' as const,
        'running' as const,
      ),
      startedAtMs: fc.integer({ min: 0, max: 30 }).map((half) => NOW + (half * DAY_MS) / 48),
      durationMs: fc.constantFrom(null, 0, 1000, 600_000, 5_000_000, Number.NaN),
      rowsWritten: fc.constantFrom(null, 0, 400, 1000),
      expectedRows: fc.constantFrom(null, 0, 1000),
      rowsRead: fc.constantFrom(null, 0, 1000),
    });
    fc.assert(
      fc.property(fc.uniqueArray(run, { selector: ({ runKey }) => runKey }), fc.boolean(), (runs, young) => {
        const found = look({ runs, young, asOfMs: NOW + DAY_MS });
        expect(new Set(found.map(({ key }) => key)).size).toBe(found.length);
        expect(look({ runs: runs.toReversed(), young, asOfMs: NOW + DAY_MS })).toEqual(found);
        expect(JSON.parse(JSON.stringify(found))).toEqual(found);
        for (const { kind, evidence } of found) {
          if (kind === 'slow') expect(evidence.observed).toBeGreaterThan(evidence.limit!);
          if (kind === 'fast') expect(evidence.observed).toBeLessThan(evidence.limit!);
        }
      }),
    );
  });

  it('does not change its mind about a run for what comes after, but by ending', () => {
    const runs = [runOf({ durationMs: 1_500_000 }), runOf({ runKey: 'fine', startedAtMs: NOW + DAY_MS })];
    const asOfMs = NOW + 1.5 * DAY_MS;
    const past = daily(PAST_DAYS);
    const facts = { ...nobody, runs: [...factsOf(past).slice(-20), ...runs] };
    const all = [
      ...past,
      ...runs.map((run) => ({ ...past[0]!, startedAt: run.startedAtMs, knownAt: run.knownAtMs })),
    ];
    const before = detectJob(facts, learnBaselines(historyOf(past), NOW), NO_OVERRIDES, asOfMs, NOW);
    const after = detectJob(facts, learnBaselines(historyOf(all), asOfMs), NO_OVERRIDES, asOfMs, NOW);
    expect(before.map(({ key }) => key)).toEqual(['slow/job 7/now']);
    expect(after.map(({ key }) => key)).toEqual(['slow/job 7/now']);
  });

  it('is silent about kinds nobody wants to hear of', () => {
    const runs = [{ status: 'failed' as const }];
    for (const kind of FINDING_KINDS) {
      expect(look({ runs, overrides: { ignore: [kind] } })).toHaveLength(kind === 'crash' ? 0 : 1);
    }
  });
});

describe('fileCounts', () => {
  it('needs both, as whole numbers', () => {
    expect(fileCounts({ Files_Expected: '12', 'fichiers recus': ' 11 ' })).toEqual({
      expected: 12,
      received: 11,
    });
    expect(fileCounts({ files_expected: '12' })).toBeNull();
    expect(fileCounts({ files_expected: '12', files_received: 'many' })).toBeNull();
    expect(fileCounts({ files_expected: '', files_received: '1.5' })).toBeNull();
    expect(fileCounts({})).toBeNull();
  });
});
