import type { JobPlace, SeenRun } from '../../models/detect/incidents/incident-changes.ts';
import type { Queryable } from '../pool.ts';

/** Runs that are looked at when it is asked who else did well: beyond, an estate is known well enough. */
const MOST_SEEN = 100_000;

/** Where all jobs stand, without what is learned of them; the source of those with a finding only. */
export async function readJobPlaces(
  client: Queryable,
  jobIds: readonly number[],
): Promise<Map<number, Omit<JobPlace, 'upstream' | 'usualGapMs'>>> {
  const { rows } = await client.query<Omit<JobPlace, 'upstream' | 'usualGapMs'> & { jobId: number }>(
    `select job.id as "jobId", job.name, job.namespace, job.owner, job.host, job.criticality,
       case when job.id = any($1) then (
         select file.source from run join file on file.id = run.file_id
         where run.job_id = job.id order by run.started_at desc limit 1) end as source
     from job`,
    [jobIds],
  );
  return new Map(rows.map(({ jobId, ...place }) => [jobId, place]));
}

/** Runs of all jobs that started in a time, each in its newest state, the newest first. */
export async function readSeenRuns(client: Queryable, from: Date, until: Date): Promise<SeenRun[]> {
  const { rows } = await client.query<SeenRun>(
    `select distinct on (started_at, job_id, run_key) job_id as "jobId", run_key as "runKey", status,
       extract(epoch from started_at)::float8 * 1000 as "startedMs",
       extract(epoch from ended_at)::float8 * 1000 as "endedMs"
     from (
       select * from run where started_at >= $1 and started_at <= $2 and known_at <= $2
       order by started_at desc limit ${MOST_SEEN}) as run
     order by started_at desc, job_id, run_key, known_at desc, (status = 'running'), digest`,
    [from, until],
  );
  return rows;
}
