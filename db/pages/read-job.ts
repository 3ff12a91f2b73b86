import type { JobBaselines } from '../../models/detect/baselines/job-baselines.ts';

import type { DeclaredSchedule, LearnedSchedule } from '../../models/detect/schedule/schedule.ts';
import { earlier } from '../earlier.ts';
import type { Queryable } from '../pool.ts';

export interface NamedRow {
  jobId: number;
  namespace: string;
  job: string;
}

export interface JobDetailRow extends NamedRow {
  owner: string | null;
  host: string | null;
  criticality: number;
  learnedAt: Date | null;
  schedule: LearnedSchedule | null;
  declared: DeclaredSchedule | null;
  baselines: JobBaselines | null;
  override: { rules: object; who: string; why: string; at: string } | null;
  nextDueAt: Date | null;
  /** Slots of the last 30 days by outcome. */
  slots: { met: number; late: number; missing: number; extra: number; waived: number };
  /** Runs that began in the last 30 days, as known; the median of those that succeeded. */
  month: { runs: number; failed: number; medianDurationMs: number | null };
  /** Among its last states; null: not in those. */
  lastSuccessAt: Date | null;
  lastFailureAt: Date | null;
  upstreams: NamedRow[];
  downstreams: NamedRow[];
  openIncidents: { id: number; severity: string; openedAt: string }[];
}

const MOST_NEIGHBOURS = 100;
/** A success is looked for among so many of the last states. */
const MOST_STATES = 300;

const named = (join: string, where: string) => `
  (select coalesce(jsonb_agg(jsonb_build_object('jobId', id, 'namespace', namespace, 'job', name)
     order by namespace, name), '[]')
   from (select other.* from job_follows join job as other on other.id = ${join} where ${where} = job.id
         order by namespace, name limit ${MOST_NEIGHBOURS}) as other)`;

/** What is known of a job as of an instant; null when there is none. */
export async function readJob(client: Queryable, jobId: number, asOf: Date): Promise<JobDetailRow | null> {
  const { rows } = await client.query<JobDetailRow>(
    `with state as (
       select distinct on (run_key) status, started_at, ended_at, duration_ms from run
       where job_id = $1 and started_at > ${earlier('$2', '30 days')} and started_at <= $2
       order by run_key, known_at desc, (status = 'running'), digest)
     select job.id as "jobId", job.namespace, job.name as job, job.owner, job.host, job.criticality,
       learned_at as "learnedAt", schedule, declared, baselines,
       (select jsonb_build_object('rules', rules, 'who', who, 'why', why,
          'at', to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
        from job_override where job_id = job.id) as override,
       (select min(due) from expectation where job_id = job.id and due >= $2 and outcome is null) as "nextDueAt",
       (select jsonb_build_object('met', count(*) filter (where outcome = 'met'),
          'late', count(*) filter (where outcome = 'late'), 'missing', count(*) filter (where outcome = 'missing'),
          'extra', count(*) filter (where outcome = 'extra'), 'waived', count(*) filter (where outcome = 'waived'))
        from expectation where job_id = job.id and due > $2::timestamptz - interval '30 days' and due <= $2) as slots,
       (select jsonb_build_object('runs', count(*), 'failed', count(*) filter (where status = 'failed'),
          'medianDurationMs', percentile_cont(0.5) within group (order by duration_ms)
            filter (where status = 'succeeded'))
        from state) as month,
       (select coalesce(ended_at, started_at) from (
          select status, started_at, ended_at from run where job_id = $1 and started_at <= $2
          order by started_at desc limit ${MOST_STATES}) as last
        where status = 'succeeded' order by started_at desc limit 1) as "lastSuccessAt",
       (select coalesce(ended_at, started_at) from run where job_id = $1 and status = 'failed' and started_at <= $2
        order by job_id desc, started_at desc limit 1) as "lastFailureAt",
       ${named('upstream_id', 'job_id')} as upstreams,
       ${named('job_id', 'upstream_id')} as downstreams,
       (select coalesce(jsonb_agg(jsonb_build_object('id', id, 'severity', severity,
          'openedAt', to_char(opened_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) order by id desc), '[]')
        from incident where state <> 'resolved'
          and id in (select incident_id from finding where finding.job_id = job.id and ended_at is null))
         as "openIncidents"
     from job left join job_profile on job_profile.job_id = job.id
     where job.id = $1`,
    [jobId, asOf],
  );
  return rows[0] ?? null;
}

/** What is usual of some jobs, as far as it was learned. */
export async function readBaselines(
  client: Queryable,
  jobIds: readonly number[],
): Promise<Map<number, JobBaselines>> {
  const { rows } = await client.query<{ jobId: number; baselines: JobBaselines }>(
    `select job_id as "jobId", baselines from job_profile where job_id = any($1) and baselines is not null`,
    [jobIds],
  );
  return new Map(rows.map(({ jobId, baselines }) => [jobId, baselines]));
}
