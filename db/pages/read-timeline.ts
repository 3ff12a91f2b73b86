import { earlier } from '../earlier.ts';
import { ISO_INSTANTS } from '../iso-instants.ts';
import type { Queryable } from '../pool.ts';
import { isLatestState, type RunRow } from './read-runs.ts';

/** A run that is longer under way is not looked for. */
const LONGEST_RUN_DAYS = 1;
const BEGUN_FROM = earlier('$1', `${LONGEST_RUN_DAYS} days`);

/** Instants are texts in ISO 8601. */
export interface TimelineRun {
  jobId: number;
  runKey: string;
  host: string | null;
  status: RunRow['status'];
  startedAt: string;
  endedAt: string | null;
}

/** Instants are texts in ISO 8601. */
export interface TimelineSlot {
  jobId: number;
  dueAt: string;
  deadlineAt: string;
  outcome: 'met' | 'late' | 'missing' | 'extra' | 'waived' | null;
  runKey: string | null;
}

export interface TimelineJob {
  jobId: number;
  namespace: string;
  job: string;
  owner: string | null;
  host: string | null;
  criticality: number;
}

export interface Span {
  from: Date;
  /** Left out. */
  to: Date;
  /** Only this server. */
  host?: string | undefined;
}

/** Runs under way in a span, each in its newest state, by start; of too many the last. */
export async function readRunsOfSpan(
  client: Queryable,
  { from, to, host }: Span,
  most: number,
): Promise<TimelineRun[]> {
  const { rows } = await client.query<TimelineRun>({
    text: `select * from (
       select run.job_id as "jobId", run.run_key as "runKey", coalesce(run.host, job.host) as host, run.status,
         run.started_at as "startedAt", run.ended_at as "endedAt"
       from run join job on job.id = run.job_id
       where run.started_at >= ${BEGUN_FROM} and run.started_at < $2
         and (run.ended_at is null and (run.status = 'running' or run.started_at >= $1) or run.ended_at > $1)
         and ($3::text is null or coalesce(run.host, job.host) = $3)
         and ${isLatestState(BEGUN_FROM, '$2')}
       order by run.started_at desc, run.job_id, run.run_key limit $4) as latest
     order by "startedAt", "jobId", "runKey"`,
    values: [from, to, host ?? null, most],
    types: ISO_INSTANTS,
  });
  return rows;
}

/** Slots due in a span, by due; of too many the first. */
export async function readSlotsOfSpan(
  client: Queryable,
  { from, to, host }: Span,
  most: number,
): Promise<TimelineSlot[]> {
  const { rows } = await client.query<TimelineSlot>({
    text: `select job_id as "jobId", due as "dueAt", deadline as "deadlineAt", outcome, run_key as "runKey"
     from expectation join job on job.id = job_id
     where due >= $1 and due < $2 and ($3::text is null or job.host = $3) order by due, expectation.id limit $4`,
    values: [from, to, host ?? null, most],
    types: ISO_INSTANTS,
  });
  return rows;
}

/** Jobs by number, and who follows whom among them. */
export async function readTimelineJobs(
  client: Queryable,
  jobIds: readonly number[],
): Promise<{ jobs: TimelineJob[]; follows: { jobId: number; upstreamId: number }[] }> {
  const jobs = await client.query<TimelineJob>(
    `select id as "jobId", namespace, name as job, owner, host, criticality from job where id = any($1)
     order by namespace, name`,
    [jobIds],
  );
  const follows = await client.query<{ jobId: number; upstreamId: number }>(
    `select job_id as "jobId", upstream_id as "upstreamId" from job_follows
     where job_id = any($1) and upstream_id = any($1) order by 1, 2`,
    [jobIds],
  );
  return { jobs: jobs.rows, follows: follows.rows };
}
