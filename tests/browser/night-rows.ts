import { saveLearned } from '../../db/detect/job-profiles.ts';
import { saveFollows } from '../../db/job-follows.ts';
import type { Pool, Queryable } from '../../db/pool.ts';
import { withTransaction } from '../../db/pool.ts';
import type { Edition, JobBaselines, Usual } from '../../models/detect/baselines/job-baselines.ts';
import type { LearnedSchedule } from '../../models/detect/schedule/schedule.ts';
import { insertRun } from './example-rows.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Positions of jobs among the example's that the night below is about. */
export const NIGHT_JOBS = { slow: 4, due: 10, awaited: 11, first: 20, second: 21, third: 22, missing: 23 };

const USUALLY_TEN_MINUTES: Usual = {
  ...{ runs: 60, level: Math.log(10 * MINUTE_MS), hours: null, weekdays: null, monthEnd: 0, holiday: null },
  ...{ follow: 0, above: Math.log(1.6), below: Math.log(2) },
};
const EVERY_DAY: LearnedSchedule = {
  rhythm: {
    kind: 'times',
    timeZone: 'Europe/Paris',
    lines: [
      { days: { kind: 'weekdays', weekdays: [0, 1, 2, 3, 4, 5, 6], holidays: true }, atMinutes: [300] },
    ],
  },
  tolerance: {
    ...{ usualStartMs: 0, spreadMs: MINUTE_MS, leadMs: 5 * MINUTE_MS, startWithinMs: 10 * MINUTE_MS },
    ...{ endWithinMs: 30 * MINUTE_MS, lagMs: 0 },
  },
  ...{ runs: 60, sinceMs: 0, explained: 1, filled: 1, isZoneProven: false },
};
const NEVER = { runs: 60, times: 0 };

/**
 * Adds a night to the example's rows: three jobs that wait for one another, one that runs far longer than usual, and
 * slots that are late, missing, awaited and to come.
 */
export async function insertNight(pool: Pool, jobIds: readonly number[], nowMs: number): Promise<void> {
  const job = (name: keyof typeof NIGHT_JOBS) => jobIds[NIGHT_JOBS[name]]!;
  await withTransaction(pool, async (client) => {
    for (const [name, fromMinutes, tookMinutes] of [
      ['first', -300, 60],
      ['second', -238, 58],
      ['third', -179, 55],
    ] as const) {
      await insertRun(client, {
        ...{ jobId: job(name), runKey: `night-${name}`, status: 'succeeded' as const },
        ...{
          startedAtMs: nowMs + fromMinutes * MINUTE_MS,
          durationMs: tookMinutes * MINUTE_MS,
          host: 'etl-01',
        },
      });
    }
    const follows = new Map([
      [job('second'), [job('first')]],
      [job('third'), [job('second')]],
    ]);
    await saveFollows(client, follows, new Date(nowMs));
    await insertSlot(client, job('second'), nowMs - 260 * MINUTE_MS, 'late', 'night-second');
    await insertSlot(client, job('missing'), nowMs - 2 * HOUR_MS, 'missing', null);
    await insertSlot(client, job('awaited'), nowMs - 10 * MINUTE_MS, null, null);
    await insertSlot(client, job('due'), nowMs + 40 * MINUTE_MS, null, null);
    await saveLearned(client, [profileOf(job('slow'), nowMs)], new Date(nowMs));
  });
}

const profileOf = (jobId: number, nowMs: number) => {
  const edition: Edition = {
    ...{ cutMs: nowMs - HOUR_MS, runs: 60, duration: USUALLY_TEN_MINUTES, durationForRows: null, rows: null },
    ...{ empty: NEVER, rowsPerExpected: null, rowsPerRead: null, failed: NEVER, retried: NEVER },
    ...{ overlapping: null, longestMs: 20 * MINUTE_MS, endLag: null },
  };
  const baselines: JobBaselines = {
    ...{ asOfMs: nowMs, calendar: 'none', timeZone: 'Europe/Paris', editions: [edition] },
  };
  return { jobId, schedule: EVERY_DAY, tellsStarts: true, baselines };
};

async function insertSlot(
  client: Queryable,
  jobId: number,
  dueMs: number,
  outcome: 'late' | 'missing' | null,
  runKey: string | null,
): Promise<void> {
  const at = (ms: number) => new Date(ms);
  await client.query(
    `insert into expectation (job_id, due, earliest, deadline, closes, outcome, run_key, ended_at)
     values ($1, $2, $3, $4, $4, $5, $6, case when $5::text is not null then $4::timestamptz end)`,
    [jobId, at(dueMs), at(dueMs - 15 * MINUTE_MS), at(dueMs + 70 * MINUTE_MS), outcome, runKey],
  );
}
