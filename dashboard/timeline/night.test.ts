import { describe, expect, test } from 'vitest';
import type { Timeline } from '../../api/contract/runs.ts';
import { chainOf, criticalPath } from './critical-path.ts';
import { layOutNight } from './night.ts';

const at = (time: string): string => `2026-03-02T${time}:00.000Z`;
const NOW_MS = Date.parse(at('06:00'));

const JOBS = ['orders', 'stock', 'facts', 'report'].map((job, index) => ({
  ...{ jobId: index + 1, namespace: 'transport', job, owner: null, host: 'etl-01', criticality: 3 },
}));
type Run = Timeline['runs'][number];
type Slot = Timeline['slots'][number];
const runOf = (jobId: number, from: string, to: string | null, more: Partial<Run> = {}): Run => ({
  ...{ jobId, runKey: `r${jobId}-${from}`, host: 'etl-01', status: to === null ? 'running' : 'succeeded' },
  ...{ startedAt: at(from), endedAt: to && at(to), expectedEndAt: null },
  ...more,
});
const slotOf = (jobId: number, due: string, more: Partial<Slot> = {}): Slot => ({
  ...{ jobId, dueAt: at(due), deadlineAt: at('07:00'), outcome: null, runKey: null },
  ...more,
});
const nightOf = (runs: Run[], slots: Slot[] = [], follows: Timeline['follows'] = []): Timeline => ({
  ...{ now: at('06:00'), from: at('00:00'), to: at('12:00'), complete: true, hosts: [], jobs: JOBS },
  ...{ runs, slots, follows },
});

describe('a night laid out', () => {
  test('without anything has no server', () => {
    expect(layOutNight(nightOf([]), NOW_MS)).toEqual({ hosts: [], bars: [] });
  });

  test('has as many lanes as runs at once, and a lane is free again when its run has ended', () => {
    const runs = [runOf(1, '01:00', '02:00'), runOf(2, '01:30', '03:00'), runOf(3, '02:00', '04:00')];
    const [host] = layOutNight(nightOf(runs), NOW_MS).hosts;
    expect(host).toMatchObject({ host: 'etl-01', lanes: 2 });
    expect(host!.bars.map(({ job, lane }) => [job, lane])).toEqual([
      ['orders', 0],
      ['stock', 1],
      ['facts', 0],
    ]);
  });

  test('draws what runs until now, and keeps its lane free until it is expected to end', () => {
    const running = runOf(1, '05:00', null, { expectedEndAt: at('06:30') });
    const { bars, hosts } = layOutNight(nightOf([running], [slotOf(2, '06:10')]), NOW_MS);
    expect(bars[0]).toMatchObject({ state: 'running', toMs: NOW_MS, expectedEndMs: Date.parse(at('06:30')) });
    expect(bars[1]).toMatchObject({ state: 'due', job: 'stock', host: 'etl-01', lane: 1 });
    expect(hosts).toHaveLength(1);
  });

  test('shows a slot only where no run is its own', () => {
    const runs = [
      runOf(1, '01:05', '02:00', { runKey: 'own' }),
      runOf(2, '05:58', null),
      runOf(3, '03:00', '03:30'),
    ];
    const slots = [
      slotOf(1, '01:00', { outcome: 'late', runKey: 'own' }),
      slotOf(1, '00:00', { outcome: 'met', runKey: 'before the span' }),
      slotOf(2, '06:00'),
      slotOf(3, '02:00', { outcome: 'missing' }),
      slotOf(4, '02:00', { outcome: 'waived' }),
    ];
    const { bars } = layOutNight(nightOf(runs, slots), NOW_MS);
    expect(bars.map(({ job, state, isLate }) => [job, state, isLate])).toEqual([
      ['orders', 'succeeded', true],
      ['facts', 'missing', false],
      ['report', 'waived', false],
      ['facts', 'succeeded', false],
      ['stock', 'running', false],
    ]);
    expect(bars[0]!.dueMs).toBe(Date.parse(at('01:00')));
  });

  test('has servers in the order of their numbers, and those that nobody told last', () => {
    const runs = ['etl-10', 'etl-2', null].map((host, index) =>
      runOf(9, `0${index + 1}:00`, '05:00', { host, jobId: 90 + index }),
    );
    expect(layOutNight(nightOf(runs), NOW_MS).hosts.map(({ host }) => host)).toEqual([
      'etl-2',
      'etl-10',
      null,
    ]);
  });
});

describe('the critical path', () => {
  const follows = [
    { jobId: 2, upstreamId: 1 },
    { jobId: 3, upstreamId: 1 },
    { jobId: 3, upstreamId: 2 },
    { jobId: 1, upstreamId: 3 },
  ];
  const pathOf = (runs: Run[], links = follows) =>
    criticalPath(layOutNight(nightOf(runs), NOW_MS).bars, links)?.map(({ job }) => job) ?? null;

  test('goes through whoever ended last before the next began, also where jobs follow in a circle', () => {
    const runs = [
      runOf(1, '00:10', '01:00'),
      runOf(2, '01:02', '02:00'),
      runOf(3, '02:01', '02:30'),
      runOf(4, '00:00', '05:00'),
    ];
    expect(pathOf(runs)).toEqual(['orders', 'stock', 'facts']);
  });

  test('is none where nobody waited', () => {
    expect(pathOf([])).toBeNull();
    expect(pathOf([runOf(2, '01:00', '02:00')])).toBeNull();
    expect(pathOf([runOf(1, '00:10', '01:00'), runOf(2, '01:02', '02:00')], [])).toBeNull();
    // It began long before the other one ended, and long after.
    expect(pathOf([runOf(1, '00:10', '01:00'), runOf(2, '00:30', '02:00')])).toBeNull();
    expect(pathOf([runOf(1, '00:10', '00:20'), runOf(2, '09:00', '09:30')])).toBeNull();
  });

  test('of one run leads to that run', () => {
    const runs = [runOf(1, '00:10', '01:00'), runOf(2, '01:02', '02:00'), runOf(3, '02:01', '02:30')];
    const { bars } = layOutNight(nightOf(runs), NOW_MS);
    expect(chainOf(bars[1]!, bars, follows).map(({ job }) => job)).toEqual(['orders', 'stock']);
    expect(chainOf(bars[0]!, bars, follows)).toEqual([bars[0]]);
  });
});
