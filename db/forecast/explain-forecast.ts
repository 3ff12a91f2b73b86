import type { Queryable } from '../pool.ts';
import type { Interval, Reason } from './forecasts.ts';
import { intervalOf } from './read-forecast.ts';

/** What a forecast says of one job, with every reason. */
export interface ExplainedForecast {
  cutoff: Date;
  model: string;
  modelVersion: number;
  /** The champion, where it could not be used and `modelVersion` served in its place. */
  insteadOf: number | null;
  candidates: number;
  probability: number;
  interval: Interval;
  expectedFailedRuns: number | null;
  expectedLostMinutes: number | null;
  basis: 'model' | 'group-rate';
  rank: number;
  reasons: Reason[];
  /** Day 1 first. */
  days: { horizonDay: number; probability: number; interval: Interval; reasons: Reason[] }[];
}

/** The newest forecast that covers a job; null when none does. */
export async function readExplanation(client: Queryable, jobId: number): Promise<ExplainedForecast | null> {
  const { rows } = await client.query<ExplainedForecast>(
    `select made.cutoff, made.model, made.model_version as "modelVersion", made.instead_of_version as "insteadOf",
       made.candidates, week.probability, ${intervalOf('week')} as interval,
       week.expected_failed_runs as "expectedFailedRuns", week.expected_lost_minutes as "expectedLostMinutes",
       week.basis, week.rank, week.reasons,
       coalesce((select json_agg(json_build_object('horizonDay', horizon_day, 'probability', probability,
           'interval', ${intervalOf('forecast')}, 'reasons', reasons) order by horizon_day)
         from forecast where forecast.cutoff = made.cutoff and forecast.job_id = week.job_id), '[]') as days
     from forecast_cutoff as made join forecast_week as week on week.cutoff = made.cutoff
     where week.job_id = $1 order by made.cutoff desc limit 1`,
    [jobId],
  );
  return rows[0] ?? null;
}
