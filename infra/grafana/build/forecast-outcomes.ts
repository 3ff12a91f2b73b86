/** Which forecasts are compared with what happened. */
export interface ForecastScope {
  /** A condition on `cutoff`. */
  which: string;
  /** Only the newest of them. */
  onlyNewest: boolean;
}

/** The forecasts of the time shown. */
export const FORECASTS_SHOWN: ForecastScope = { which: '$__timeFilter(cutoff)', onlyNewest: false };

/**
 * Every job of the forecasts in scope whose outcomes are entered, with whether it failed in that week: a `with` clause
 * whose last table is outcome (cutoff, job_id, probability, rank, failed). The same rows as the score card's.
 */
export const forecastOutcomes = ({ which, onlyNewest }: ForecastScope): string => `with closed as (
    select cutoff from forecast_cutoff
    where ${which}
      and exists (select from forecast_outcome where forecast_outcome.cutoff = forecast_cutoff.cutoff)${onlyNewest ? '\n    order by cutoff desc limit 1' : ''}),
  outcome as materialized (
    select week.cutoff, week.job_id, week.probability, week.rank, known.failed::int as failed
    from closed join forecast_week week on week.cutoff = closed.cutoff
      join forecast_outcome known
        on known.cutoff = week.cutoff and known.horizon = 0 and known.job_id = week.job_id)`;
