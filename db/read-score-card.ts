import type { ForecastOutcome, WeekOfAlerts } from '../models/alerts/score-card.ts';
import type { Queryable } from './pool.ts';
import { isLatestState } from './read-runs.ts';

/** The newest forecast whose week is over at `asOf`; null when there is none. */
export async function lastClosedForecast(
  client: Queryable,
  asOf: Date,
): Promise<{ cutoff: Date; modelVersion: number } | null> {
  const { rows } = await client.query<{ cutoff: Date; modelVersion: number }>(
    `select cutoff, model_version as "modelVersion" from forecast_cutoff
     where cutoff <= $1::timestamptz - interval '7 days' order by cutoff desc limit 1`,
    [asOf],
  );
  return rows[0] ?? null;
}

/** Every job of a forecast, or that failed in its week without being in it, with what became of it as known at `asOf`. */
export async function forecastOutcomes(
  client: Queryable,
  cutoff: Date,
  asOf: Date,
): Promise<ForecastOutcome[]> {
  const { rows } = await client.query<ForecastOutcome>(
    `with failed as (
       select distinct job_id from run
       where status = 'failed' and started_at >= $1 and started_at < $1::timestamptz + interval '7 days'
         and known_at <= $2 and ${isLatestState('$1')})
     select job.name as job, week.probability, week.rank, failed.job_id is not null as failed
     from (select * from forecast_week where cutoff = $1) week
     full join failed on failed.job_id = week.job_id
     join job on job.id = coalesce(week.job_id, failed.job_id)
     order by week.rank nulls last, job.name`,
    [cutoff, asOf],
  );
  return rows;
}

/** What people were told of incidents in a week, and what they said to it where they are asked. */
export async function weekOfAlerts(client: Queryable, from: Date): Promise<WeekOfAlerts> {
  const { rows } = await client.query<Omit<WeekOfAlerts, 'useful' | 'notUseful'>>(
    `select count(*) filter (where state = 'sent')::int as sent, count(*) filter (where state = 'dead')::int as dead
     from notification
     where event is not null and told_as_of >= $1 and told_as_of < $1::timestamptz + interval '7 days'`,
    [from],
  );
  const asked = await client.query(`select where to_regclass('incident_feedback') is not null`);
  if (asked.rowCount === 0) return { ...rows[0]!, useful: 0, notUseful: 0 };
  const answers = await client.query<{ useful: number; notUseful: number }>(
    `select count(*) filter (where useful)::int as useful, count(*) filter (where not useful)::int as "notUseful"
     from incident_feedback join incident on incident.id = incident_id
     where opened_at >= $1 and opened_at < $1::timestamptz + interval '7 days'`,
    [from],
  );
  return { ...rows[0]!, ...answers.rows[0]! };
}
