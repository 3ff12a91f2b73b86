import { describe, expect, it } from 'vitest';
import { rerunProgress, rerunText, type VictimProgress } from './rerun-progress.ts';

const victim = (jobId: number, more: Partial<VictimProgress> = {}): VictimProgress => ({
  jobId,
  job: `job${jobId}`,
  after: [],
  state: 'waiting',
  outcome: null,
  deadlineMs: null,
  ...more,
});
const done = (jobId: number, outcome: string) => victim(jobId, { state: 'done', outcome });

describe('rerunProgress', () => {
  it('has nothing to do for nobody', () => {
    expect(rerunProgress([], 0)).toEqual({ ready: [], skipped: [], late: [], open: 0, nextMs: null });
  });

  it('lets go who waits for nobody, and who comes after a success', () => {
    const victims = [
      done(1, 'succeeded'),
      victim(2),
      victim(3, { after: [1] }),
      victim(4, { after: [1, 2] }),
    ];
    expect(rerunProgress(victims, 0)).toMatchObject({ ready: [2, 3], open: 3 });
  });

  it('asks again for one that was being asked when the worker died', () => {
    expect(rerunProgress([victim(1, { state: 'asking' })], 0).ready).toEqual([1]);
  });

  it.each(['failed', 'not-started', 'no-way', 'skipped'])(
    'skips all the way down what comes after %s',
    (outcome) => {
      const victims = [done(1, outcome), victim(2, { after: [1] }), victim(3, { after: [2] })];
      expect(rerunProgress(victims, 0)).toMatchObject({
        ready: [],
        skipped: [
          { jobId: 2, because: 'job1' },
          { jobId: 3, because: 'job2' },
        ],
        open: 2,
      });
    },
  );

  it('tells who is late, to the millisecond, and when the next will be', () => {
    const victims = [
      victim(1, { state: 'asked', deadlineMs: 10 }),
      victim(2, { state: 'started', deadlineMs: 30 }),
      victim(3, { state: 'by-hand', deadlineMs: 20 }),
    ];
    expect(rerunProgress(victims, 9)).toMatchObject({ late: [], nextMs: 10 });
    expect(rerunProgress(victims, 10)).toMatchObject({ late: [1], nextMs: 20, open: 3 });
  });
});

describe('rerunText', () => {
  it('says what is with each, and counts those it does not list', () => {
    const victims = Array.from({ length: 32 }, (_, id) => ({ ...victim(id), detail: null }));
    const text = rerunText([{ ...done(0, 'failed'), detail: 'disk full' }, ...victims.slice(1)]);
    expect(text).toContain('1 of 32 handled');
    expect(text).toContain('✗ job0: failed (disk full)');
    expect(text).toContain('… job1: waiting');
    expect(text).toContain('… and 2 more');
  });
});
