import { isLatestState } from '../pages/read-runs.ts';
import type { Queryable } from '../pool.ts';

/** A log that comes later than this after its week changes no outcome any more. */
const SETTLES_AFTER = '35 days';

/**
 * Enters what became of the forecasts whose week is over at `asOf`: of those that have no outcome yet, and again of
 * those that are not settled, for logs that came late. Told twice, nothing changes; whatever is known of a week that is
 * over is the truth about it, whenever it became known.
 *
 * @param onlyNew leave out those that have outcomes, whose corrections are for the daily look
 * @returns how many forecasts were looked at, and how many lines were entered, corrected or taken back
 */
export async function settleOutcomes(
  client: Queryable,
  asOf: Date,
  { onlyNew = false }: { onlyNew?: boolean } = {},
): Promise<{ forecasts: number; changed: number }> {
  const { rows } = await client.query<{ cutoff: Date }>(
    `select cutoff from forecast_cutoff
     where cutoff <= $1::timestamptz - interval '7 days'
       and not coalesce((select settled or $2 from forecast_outcome where forecast_outcome.cutoff = forecast_cutoff.cutoff limit 1), false)
     order by cutoff`,
    [asOf, onlyNew],
  );
  let changed = 0;
  for (const { cutoff } of rows) changed += await settleForecast(client, cutoff, asOf);
  return { forecasts: rows.length, changed };
}

/**
 * Every job of the forecast, and every one that failed in its week without being in it. Failures are looked up job by
 * job on their index: jobs without one cost next to nothing.
 */
async function settleForecast(client: Queryable, cutoff: Date, asOf: Date): Promise<number> {
  const { rows } = await client.query<{ changed: number }>(
    `with failure as (
       select run.job_id, run.known_at,
         1 + floor(extract(epoch from run.started_at - $1::timestamptz) / 86400)::int as day
       from run
       where run.status = 'failed' and run.started_at >= $1 and run.started_at < $1::timestamptz + interval '7 days'
         and ${isLatestState('$1')}),
     told as (
       select job_id, horizon, min(known_at) as known_at
       from (select job_id, known_at, day as horizon from failure
         union all select job_id, known_at, 0 from failure) as both_heads group by 1, 2),
     outcome as (
       select coalesce(told.job_id, asked.job_id) as job_id, coalesce(told.horizon, asked.horizon) as horizon,
         told.job_id is not null as failed,
         coalesce(told.known_at, $1::timestamptz
           + case asked.horizon when 0 then 7 else asked.horizon end * interval '1 day') as known_at
       from told
       full join (select job_id, horizon from forecast_week cross join generate_series(0, 7) as horizon
         where cutoff = $1) as asked using (job_id, horizon)),
     gone as (
       delete from forecast_outcome old
       where cutoff = $1 and not exists (
         select from outcome where outcome.job_id = old.job_id and outcome.horizon = old.horizon)
       returning 1),
     entered as (
       insert into forecast_outcome (cutoff, job_id, horizon, failed, known_at, settled)
       select $1, job_id, horizon, failed, known_at, $1::timestamptz + interval '7 days' + interval '${SETTLES_AFTER}' <= $2
       from outcome
       on conflict (cutoff, horizon, job_id) do update
         set failed = excluded.failed, known_at = excluded.known_at, settled = excluded.settled
         where (forecast_outcome.failed, forecast_outcome.known_at, forecast_outcome.settled)
           is distinct from (excluded.failed, excluded.known_at, excluded.settled)
       returning 1)
     select ((select count(*) from gone) + (select count(*) from entered))::int as changed`,
    [cutoff, asOf],
  );
  return rows[0]!.changed;
}
