import { expect, test } from 'vitest';
import type { Timeline } from '../../api/contract/runs.ts';
import { presentOf } from './present.ts';

const at = (time: string): string => `2026-03-02T${time}:00.000Z`;
const NOW_MS = Date.parse(at('06:00'));
type Run = Timeline['runs'][number];
type Slot = Timeline['slots'][number];

const runOf = (jobId: number, from: string, to: string | null, more: Partial<Run> = {}): Run => ({
  ...{ jobId, runKey: `r${jobId}`, host: null, status: to === null ? 'running' : 'succeeded' },
  ...{ startedAt: at(from), endedAt: to && at(to), expectedEndAt: null },
  ...more,
});
const slotOf = (jobId: number, due: string, outcome: Slot['outcome'] = null): Slot => ({
  ...{ jobId, dueAt: at(due), deadlineAt: at('09:00'), outcome, runKey: null },
});
const of = (runs: Run[], slots: Slot[] = []): Timeline => ({
  ...{
    now: at('06:00'),
    from: at('00:00'),
    to: at('12:00'),
    complete: true,
    hosts: [],
    follows: [],
    runs,
    slots,
  },
  jobs: [1, 2, 3].map((jobId) => ({
    ...{ jobId, namespace: 'n', job: `job ${jobId}`, owner: null, host: null, criticality: jobId },
  })),
});

test('nothing is nothing', () => {
  expect(presentOf(of([]), NOW_MS)).toEqual({
    running: [],
    due: [],
    lately: { ended: 0, failed: 0, missing: 0, late: 0 },
  });
});

test('what runs is held against what is usual, the farthest beyond first', () => {
  const { running } = presentOf(
    of([
      runOf(1, '03:00', null),
      runOf(2, '05:30', null, { expectedEndAt: at('06:30') }),
      runOf(3, '05:00', null, { expectedEndAt: at('05:20') }),
    ]),
    NOW_MS,
  );
  expect(running.map(({ job, share }) => [job, share])).toEqual([
    ['job 3', 3],
    ['job 2', 0.5],
    ['job 1', null],
  ]);
  expect(running[2]).toMatchObject({ elapsedMs: 3 * 3_600_000, usualMs: null });
});

test('what was due and is not there stands before what is to come, what has begun is not awaited, a job stands once', () => {
  const { due } = presentOf(
    of(
      [runOf(1, '05:50', null), runOf(2, '02:00', '02:10')],
      [
        slotOf(1, '06:00'),
        slotOf(2, '08:00'),
        slotOf(3, '07:00'),
        slotOf(2, '05:00'),
        slotOf(3, '05:30', 'missing'),
      ],
    ),
    NOW_MS,
  );
  expect(due.map(({ job, isAwaited }) => [job, isAwaited])).toEqual([
    ['job 2', true],
    ['job 3', false],
  ]);
});

test('the hours before count what ended in them and what was due in them', () => {
  const { lately } = presentOf(
    of(
      [
        runOf(1, '01:00', '02:00'),
        runOf(2, '02:00', '02:10', { status: 'failed' }),
        runOf(3, '05:50', null),
        runOf(1, '00:00', '00:10', {
          startedAt: '2026-03-01T20:00:00.000Z',
          endedAt: '2026-03-01T21:00:00.000Z',
        }),
      ],
      [
        slotOf(1, '01:00', 'late'),
        slotOf(2, '02:00', 'met'),
        slotOf(3, '03:00', 'missing'),
        slotOf(3, '08:00', 'missing'),
      ],
    ),
    NOW_MS,
  );
  expect(lately).toEqual({ ended: 2, failed: 1, missing: 1, late: 1 });
});
