import { describe, expect, it } from 'vitest';
import type { JobFacts, RunFact } from './job-facts.ts';
import { findFailing } from './job-failed.ts';

const DAY = 86_400_000;
const AS_OF = 100 * DAY;
const run = (runKey: string, status: RunFact['status'], startedAtMs = AS_OF - DAY): RunFact => ({
  ...{ runKey, status, startedAtMs, endedAtMs: null, durationMs: null, knownAtMs: startedAtMs, host: null },
  ...{ rowsRead: null, rowsWritten: null, expectedRows: null, error: 'exit code 1', anomalies: [] },
});
const job = (...runs: RunFact[]): JobFacts => ({
  ...{ jobId: 1, namespace: 'd', job: 'orders', owner: null, host: null, criticality: 3, runs, slots: [] },
});
const found = (facts: JobFacts, open: string[] = []) => findFailing(facts, AS_OF, new Set(open));

describe('findFailing', () => {
  it('knows nothing of nothing, and nothing of a run that is under way', () => {
    expect(found(job())).toEqual([]);
    expect(found(job(run('a', 'running')))).toEqual([]);
  });

  it('finds a job whose last finished run failed, since the first failure after its last success', () => {
    const runs = [
      run('a', 'failed', AS_OF - 5 * DAY),
      run('b', 'succeeded', AS_OF - 4 * DAY),
      run('c', 'failed', AS_OF - 3 * DAY),
      run('d', 'cancelled', AS_OF - 2 * DAY),
      run('e', 'failed'),
      run('f', 'running'),
    ];
    expect(found(job(...runs))).toMatchObject([
      { key: 'crash/job 1', runKey: 'e', sinceMs: AS_OF - 3 * DAY, family: 'exit code 1' },
    ]);
    expect(found(job(...runs, run('g', 'succeeded')))).toEqual([]);
  });

  it('takes a failure of exactly seven days for news, an older one for history unless it is known', () => {
    expect(found(job(run('a', 'failed', AS_OF - 7 * DAY)))).toHaveLength(1);
    const older = job(run('a', 'failed', AS_OF - 7 * DAY - 1));
    expect(found(older)).toEqual([]);
    expect(found(older, ['crash/job 1'])).toHaveLength(1);
  });
});
