import type { DeclaredSchedule, LearnedSchedule } from '../../models/detect/schedule/schedule.ts';
import type { NamedJob } from '../find-job.ts';
import type { Queryable } from '../pool.ts';

/** When a job is expected and how its last slots ended. */
export interface ExpectedJob extends NamedJob {
  learnedAt: Date | null;
  schedule: LearnedSchedule | null;
  declared: DeclaredSchedule | null;
  nextDue: Date | null;
  /** Slots of the last seven days by outcome. */
  met: number;
  late: number;
  missing: number;
  extra: number;
  waived: number;
}

/** Every job with what is expected of it as of an instant, by namespace and name. */
export async function readExpectedJobs(client: Queryable, asOf: Date, limit: number): Promise<ExpectedJob[]> {
  const { rows } = await client.query<ExpectedJob>(
    `select job.id as "jobId", job.namespace, job.name as job, learned_at as "learnedAt", schedule, declared,
       (select min(due) from expectation where job_id = job.id and due >= $1 and outcome is null) as "nextDue",
       ended.*
     from job left join job_profile on job_profile.job_id = job.id
     cross join lateral (
       select count(*) filter (where outcome = 'met') as met, count(*) filter (where outcome = 'late') as late,
         count(*) filter (where outcome = 'missing') as missing, count(*) filter (where outcome = 'extra') as extra,
         count(*) filter (where outcome = 'waived') as waived
       from expectation where job_id = job.id and due > $1::timestamptz - interval '7 days' and due <= $1) as ended
     order by job.namespace, job.name limit $2`,
    [asOf, limit],
  );
  return rows;
}
