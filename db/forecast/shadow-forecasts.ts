import type { TrialRow } from '../../models/promotion/trial-pairs.ts';
import { isLatestState } from '../pages/read-runs.ts';
import type { Queryable } from '../pool.ts';

/** Whether a version has told what it would have said at a cutoff. */
export async function hasShadowForecast(
  client: Queryable,
  { cutoff, model, version }: { cutoff: Date; model: string; version: number },
): Promise<boolean> {
  const { rowCount } = await client.query(
    'select from shadow_forecast where cutoff = $1 and model = $2 and version = $3 limit 1',
    [cutoff, model, version],
  );
  return rowCount === 1;
}

/** Keeps what a version on trial says of the coming week, apart from the forecast; told twice it is kept once. */
export async function saveShadowForecast(
  client: Queryable,
  { cutoff, model, version }: { cutoff: Date; model: string; version: number },
  weeks: readonly { jobId: number; probability: number }[],
): Promise<void> {
  await client.query(
    `insert into shadow_forecast (cutoff, model, version, job_id, probability)
     select $1, $2, $3, * from unnest($4::bigint[], $5::float8[]) on conflict do nothing`,
    [cutoff, model, version, weeks.map(({ jobId }) => jobId), weeks.map(({ probability }) => probability)],
  );
}

/**
 * Weeks that are over at `asOf`, since the beginning of a trial: what the version on trial and the champion said of the
 * same jobs, and whether they failed, as known at `asOf`. Only forecasts count that this champion made.
 */
export async function readTrialRows(
  client: Queryable,
  trial: { model: string; version: number; against: number; beganAsOf: Date },
  asOf: Date,
): Promise<TrialRow[]> {
  const { rows } = await client.query<Omit<TrialRow, 'cutoff'> & { cutoff: Date }>(
    `select shadow.cutoff, job.host, shadow.probability as ours, week.probability as theirs,
       exists (
         select from run
         where run.job_id = shadow.job_id and status = 'failed' and started_at >= shadow.cutoff
           and started_at < shadow.cutoff + interval '7 days' and known_at <= $5 and ${isLatestState('shadow.cutoff')}
         offset 0) as failed
     from shadow_forecast shadow
     join forecast_cutoff made on made.cutoff = shadow.cutoff and made.model = shadow.model
     join forecast_week week on week.cutoff = shadow.cutoff and week.job_id = shadow.job_id
     join job on job.id = shadow.job_id
     where shadow.model = $1 and shadow.version = $2 and made.model_version = $3
       and shadow.cutoff >= date_trunc('hour', $4::timestamptz)
       and shadow.cutoff <= $5::timestamptz - interval '7 days'
     order by shadow.cutoff, shadow.job_id`,
    [trial.model, trial.version, trial.against, trial.beganAsOf, asOf],
  );
  return rows.map((row) => ({ ...row, cutoff: row.cutoff.getTime() }));
}
