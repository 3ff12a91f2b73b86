import type { RiskFacts } from '../../models/detect/risk/detect-risk.ts';
import type { Queryable } from '../pool.ts';

/** Days before the cutoff that say what is usual. */
const USUAL_DAYS = 90;

/** What the newest forecast that was made for an instant until `asOf` says, of each job in it. */
export async function readRiskFacts(client: Queryable, asOf: Date): Promise<RiskFacts[]> {
  const { rows } = await client.query<RiskFacts>(
    `with last as (select cutoff from forecast_cutoff where cutoff <= $1 order by cutoff desc limit 1),
     told as (
       select job_id, min(basis) as basis,
         json_agg(json_build_object('probability', probability, 'low', probability_low) order by horizon_day) as days
       from forecast where cutoff = (select cutoff from last) group by job_id)
     select job.id as "jobId", job.criticality, (extract(epoch from last.cutoff) * 1000)::float8 as "cutoffMs",
       told.basis, told.days, usual.run::int as "daysRun", usual.failed::int as "daysFailed"
     from last cross join told join job on job.id = told.job_id
       cross join lateral (
         select count(distinct day) as run, count(distinct day) filter (where status = 'failed') as failed
         from (select (started_at at time zone 'UTC')::date as day, status from run
               where run.job_id = job.id and started_at < last.cutoff and known_at <= last.cutoff
                 and started_at >= last.cutoff - make_interval(days => $2)) as past) as usual
     order by job.id`,
    [asOf, USUAL_DAYS],
  );
  return rows;
}
