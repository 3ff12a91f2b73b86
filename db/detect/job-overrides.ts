import type { JobOverrides } from '../../models/detect/job-overrides.ts';
import type { Queryable } from '../pool.ts';

/** The overrides of some jobs, or of all that have some, by job. */
export async function readOverrides(
  client: Queryable,
  jobIds: readonly number[] | null = null,
): Promise<Map<number, JobOverrides>> {
  const { rows } = await client.query<{
    jobId: number;
    rules: Omit<JobOverrides, 'who' | 'why'>;
    who: string;
    why: string;
  }>(
    `select job_id as "jobId", rules, who, why from job_override
     where $1::bigint[] is null or job_id = any($1) order by job_id`,
    [jobIds],
  );
  return new Map(rows.map(({ jobId, rules, who, why }) => [jobId, { ...rules, who, why }]));
}

/** Sets the overrides of a job instead of those it had; null: everything as learned. */
export async function saveOverrides(
  client: Queryable,
  jobId: number,
  overrides: JobOverrides | null,
): Promise<void> {
  if (overrides === null) {
    await client.query('delete from job_override where job_id = $1', [jobId]);
    return;
  }
  const { who, why, ...rules } = overrides;
  await client.query(
    `insert into job_override (job_id, rules, who, why) values ($1, $2, $3, $4)
     on conflict (job_id) do update set rules = excluded.rules, who = excluded.who, why = excluded.why, at = now()`,
    [jobId, JSON.stringify(rules), who, why],
  );
}
