import { describe, expect, it } from 'vitest';
import { advanceDay, createEstate } from './estate.ts';
import { LocalClock } from './local-clock.ts';
import type { RunRow } from './run-row.ts';

const clock = () => new LocalClock('Europe/Paris', new Set(['hourly']));
const wallRun = (job: string, wall: string): RunRow => {
  const startedAt = Date.parse(`${wall}Z`);
  return {
    ...{ job, owner: 'x', runId: `${job}.20260329T0230.1`, startedAt, endedAt: startedAt + 60_000 },
    ...{ durationMs: 60_000, status: 'succeeded', knownAt: startedAt + 70_000, host: 'srv-01', rowsRead: 1 },
    ...{ rowsWritten: 1, expectedRows: null, error: '', query: '', attempt: 1, statusWord: 'OK' },
  } as RunRow;
};
const startsOf = (runs: RunRow[]) =>
  clock()
    .moved({ runs, samples: [] })
    .runs.map(({ startedAt }) => new Date(startedAt).toISOString().slice(0, 16));

describe('the clock of an estate in Paris', () => {
  it('is an hour ahead of UTC in winter, two in summer', () => {
    expect(startsOf([wallRun('daily', '2026-01-05T02:30'), wallRun('daily', '2026-07-05T02:30')])).toEqual([
      '2026-01-05T01:30',
      '2026-07-05T00:30',
    ]);
  });

  it('shifts a daily run of the skipped hour and leaves out what runs every hour', () => {
    const wall = '2026-03-29T02:30';
    expect(startsOf([wallRun('daily', wall), wallRun('hourly', wall)])).toEqual(['2026-03-29T01:30']);
  });

  it('runs what runs every hour in both of the repeated hours, and what is daily in the first', () => {
    const wall = '2026-10-25T02:30';
    const twice = clock().moved({ runs: [wallRun('hourly', wall)], samples: [] }).runs;
    expect(twice.map(({ runId }) => runId)).toEqual(['hourly.20260329T0230.1', 'hourly.20260329T0230b.1']);
    expect(twice[1]!.startedAt - twice[0]!.startedAt).toBe(3_600_000);
    expect(twice.every((run) => run.endedAt! - run.startedAt === 60_000)).toBe(true);
    expect(startsOf([wallRun('daily', wall)])).toEqual(['2026-10-25T00:30']);
  });

  it('has 23 and 25 hours of samples on these days, without a hole', () => {
    for (const [startDate, hours] of [
      ['2026-03-29', 23],
      ['2026-10-25', 25],
    ] as const) {
      const estate = createEstate({ jobs: 10, hosts: 1, days: 1, startDate, clock: 'Europe/Paris' });
      const from = estate.nextDayMs;
      const { samples } = advanceDay(estate);
      expect((estate.nextDayMs - from) / 3_600_000).toBe(hours);
      const instants = samples
        .filter(({ metric }) => metric === 'cpu_percent')
        .map(({ ts }) => ts)
        .sort();
      expect(instants).toEqual(Array.from({ length: hours * 3 }, (_, n) => from + (n + 1) * 1_200_000));
    }
  });
});
