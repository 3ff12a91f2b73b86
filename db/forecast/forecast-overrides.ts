import { saveAuditEntry } from '../access/audit-log.ts';
import type { NamedJob } from '../find-job.ts';
import type { Queryable } from '../pool.ts';

/** What a person says of a job in the forecast, beside what the model says. */
export interface ForecastOverride {
  /** Of at least one failed run in the week; null: the forecast of the job is to be ignored. */
  probability: number | null;
  who: string;
  why: string;
  /** It ends by itself. */
  until: Date;
}

const IN_FORCE = 'from_as_of <= $1 and until > $1 and (ended_as_of is null or ended_as_of > $1)';
const COLUMNS =
  'override.job_id as "jobId", override.probability, override.who, override.why, override.until';

/** What people say at an instant of the estate, by job. */
export async function readForecastOverrides(
  client: Queryable,
  asOf: Date,
): Promise<Map<number, ForecastOverride>> {
  const { rows } = await client.query<ForecastOverride & { jobId: number }>(
    `select ${COLUMNS} from forecast_override override where ${IN_FORCE}`,
    [asOf],
  );
  return new Map(rows.map(({ jobId, ...override }) => [jobId, override]));
}

/** The same with the names of the jobs, by name. */
export async function listForecastOverrides(
  client: Queryable,
  asOf: Date,
): Promise<(NamedJob & ForecastOverride)[]> {
  const { rows } = await client.query<NamedJob & ForecastOverride>(
    `select ${COLUMNS}, job.namespace, job.name as job
     from forecast_override override join job on job.id = override.job_id
     where ${IN_FORCE} order by job.namespace, job.name`,
    [asOf],
  );
  return rows;
}

/**
 * Says something of a job in the forecast, instead of what was said before; null takes that back. With an audit line.
 * Belongs in a transaction.
 *
 * @returns false when nothing changed: the same was said already, or there was nothing to take back
 */
export async function saveForecastOverride(
  client: Queryable,
  job: NamedJob,
  change: {
    override: Pick<ForecastOverride, 'probability' | 'until'> | null;
    who: string;
    why: string;
    asOf: Date;
    workflowId: string | null;
  },
): Promise<boolean> {
  const { override, who, why, asOf, workflowId } = change;
  await client.query(`select pg_advisory_xact_lock(hashtextextended('forecast-override:' || $1, 0))`, [
    job.jobId,
  ]);
  const before = (await readForecastOverrides(client, asOf)).get(job.jobId) ?? null;
  const told = override && { ...override, who, why };
  if (JSON.stringify(said(before)) === JSON.stringify(said(told))) return false;
  // One that has run out by itself keeps its end.
  await client.query(
    `update forecast_override set ended_as_of = greatest(from_as_of, least(until, $2)),
       ended_by = case when until <= $2 then 'expiry' else $3 end
     where job_id = $1 and ended_as_of is null`,
    [job.jobId, asOf, who],
  );
  if (told !== null) {
    await client.query(
      `insert into forecast_override (job_id, probability, who, why, from_as_of, until)
       values ($1, $2, $3, $4, $5, $6)`,
      [job.jobId, told.probability, who, why, asOf, told.until],
    );
  }
  await saveAuditEntry(client, {
    who,
    action: told === null ? 'forecast.override.withdraw' : 'forecast.override',
    subject: `${job.namespace}/${job.job}`,
    why,
    before: said(before),
    after: said(told),
    workflowId,
  });
  return true;
}

const said = (override: ForecastOverride | null) =>
  override && {
    probability: override.probability,
    until: override.until.toISOString(),
    who: override.who,
    why: override.why,
  };
