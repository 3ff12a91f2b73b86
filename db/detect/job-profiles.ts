import type { JobBaselines } from '../../models/detect/baselines/job-baselines.ts';
import type { DeclaredSchedule, LearnedSchedule } from '../../models/detect/schedule/schedule.ts';
import { earlier } from '../earlier.ts';
import type { Queryable } from '../pool.ts';

/** What is known to be usual of a job. */
export interface JobProfile {
  jobId: number;
  /** As of when it was learned; null: nothing was learned yet. */
  learnedAtMs: number | null;
  /** null: it keeps no schedule. */
  schedule: LearnedSchedule | null;
  declared: DeclaredSchedule | null;
  tellsStarts: boolean;
  baselines: JobBaselines | null;
}

/** The profiles of some jobs, or of all that have one, by job. */
export async function readProfiles(
  client: Queryable,
  jobIds: readonly number[] | null = null,
): Promise<JobProfile[]> {
  const { rows } = await client.query<JobProfile>(
    `select job_id as "jobId", extract(epoch from learned_at)::float8 * 1000 as "learnedAtMs", schedule, declared,
       tells_starts as "tellsStarts", baselines
     from job_profile where $1::bigint[] is null or job_id = any($1) order by job_id`,
    [jobIds],
  );
  return rows;
}

/** Keeps what was learned; what was learned as of a later instant stays. What is declared is left as it is. */
export async function saveLearned(
  client: Queryable,
  learned: readonly Omit<JobProfile, 'declared' | 'learnedAtMs'>[],
  asOf: Date,
): Promise<void> {
  const rows = learned.map(({ jobId, schedule, tellsStarts, baselines }) => ({
    job_id: jobId,
    schedule,
    tells_starts: tellsStarts,
    baselines,
  }));
  await client.query(
    `insert into job_profile as known (job_id, learned_at, schedule, tells_starts, baselines)
     select job_id, $2, nullif(schedule, 'null'), tells_starts, nullif(baselines, 'null')
     from jsonb_to_recordset($1::jsonb) as new (job_id bigint, schedule jsonb, tells_starts boolean, baselines jsonb)
     order by job_id
     on conflict (job_id) do update set learned_at = excluded.learned_at, schedule = excluded.schedule,
       tells_starts = excluded.tells_starts, baselines = excluded.baselines
     where known.learned_at is null or known.learned_at <= excluded.learned_at`,
    [JSON.stringify(rows), asOf],
  );
}

/** Declares the schedule of a job; null takes a declaration back. */
export async function saveDeclared(
  client: Queryable,
  jobId: number,
  declared: DeclaredSchedule | null,
): Promise<void> {
  await client.query(
    `insert into job_profile (job_id, declared) values ($1, $2)
     on conflict (job_id) do update set declared = excluded.declared`,
    [jobId, declared === null ? null : JSON.stringify(declared)],
  );
}

/** Lets one at a time learn, keep slots or settle: two would each write what the other has not seen. */
export async function lockExpectations(client: Queryable): Promise<void> {
  await client.query(`select pg_advisory_xact_lock(hashtextextended('expectations', 0))`);
}

/** The same where nobody else has it; else false, and nothing is waited for. */
export async function tryLockExpectations(client: Queryable): Promise<boolean> {
  const { rows } = await client.query<{ isMine: boolean }>(
    `select pg_try_advisory_xact_lock(hashtextextended('expectations', 0)) as "isMine"`,
  );
  return rows[0]!.isMine;
}

/** Whether there are jobs of which nothing was learned. */
export async function hasUnknownJobs(client: Queryable): Promise<boolean> {
  const { rowCount } = await client.query(
    `select from job where not exists (select from job_profile where job_id = job.id and learned_at is not null) limit 1`,
  );
  return rowCount === 1;
}

/** So many of the last runs must have been told of when they began. */
const TELLS_SHARE = 0.8;

/** Jobs whose runs of the last 30 days were mostly known when they began, as known at an instant. */
export async function jobsThatTellStarts(client: Queryable, asOf: Date): Promise<Set<number>> {
  const { rows } = await client.query<{ jobId: number }>(
    `select job_id as "jobId" from run
     where started_at > ${earlier('$1', '30 days')} and started_at <= $1 and known_at <= $1
     group by job_id
     having count(distinct run_key) filter (where status = 'running') >= $2::float8 * count(distinct run_key)
       and count(distinct run_key) >= 3`,
    [asOf, TELLS_SHARE],
  );
  return new Set(rows.map(({ jobId }) => jobId));
}
