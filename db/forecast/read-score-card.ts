import type { ForecastOutcome, WeekOfAlerts } from '../../models/alerts/score-card.ts';
import type { Queryable } from '../pool.ts';

/** The newest forecast whose week is over at `asOf` and whose outcomes are entered; null when there is none. */
export async function lastClosedForecast(
  client: Queryable,
  asOf: Date,
): Promise<{ cutoff: Date; model: string; modelVersion: number } | null> {
  const { rows } = await client.query<{ cutoff: Date; model: string; modelVersion: number }>(
    `select cutoff, model, model_version as "modelVersion" from forecast_cutoff
     where cutoff <= $1::timestamptz - interval '7 days'
       and exists (select from forecast_outcome where forecast_outcome.cutoff = forecast_cutoff.cutoff)
     order by cutoff desc limit 1`,
    [asOf],
  );
  return rows[0] ?? null;
}

/** Every job of a forecast, or that failed in its week without being in it, with what became of it; the likeliest first. */
export async function forecastOutcomes(client: Queryable, cutoff: Date): Promise<ForecastOutcome[]> {
  const { rows } = await client.query<ForecastOutcome>(
    `select job.name as job, week.probability, week.rank, outcome.failed, rate.window_rate as "baseRate"
     from forecast_outcome outcome join job on job.id = outcome.job_id
       left join forecast_week week on week.cutoff = outcome.cutoff and week.job_id = outcome.job_id
       left join base_rate rate on rate.cutoff = outcome.cutoff and rate.job_id = outcome.job_id
     where outcome.cutoff = $1 and outcome.horizon = 0
     order by week.rank nulls last, job.name`,
    [cutoff],
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
