import { column } from './sql-words.ts';

/**
 * Population stability index between the probabilities of each forecast and those of the one before, in ten groups:
 * the sum over the groups of (p - q) ln(p / q), with half a job added to each group so that none is empty. Columns time
 * and PSI.
 *
 * @param which a condition on `cutoff` that both forecasts fulfil
 */
export const driftSql = (which: string): string => `with counted as (
    select cutoff, least(9, floor(probability * 10)) as bin, count(*)::float8 as jobs
    from forecast_week where ${which} group by 1, 2),
  made as (
    select cutoff, sum(jobs) as jobs, lag(cutoff) over (order by cutoff) as before,
      lag(sum(jobs)) over (order by cutoff) as jobs_before
    from counted group by cutoff),
  share as (
    select made.cutoff, (coalesce(newer.jobs, 0) + 0.5) / (made.jobs + 5) as newer,
      (coalesce(older.jobs, 0) + 0.5) / (made.jobs_before + 5) as older
    from made cross join generate_series(0, 9) as of_ten (bin)
    left join counted newer on newer.cutoff = made.cutoff and newer.bin = of_ten.bin
    left join counted older on older.cutoff = made.before and older.bin = of_ten.bin
    where made.before is not null)
  select cutoff as time, sum((newer - older) * ln(newer / older)) as ${column('PSI')}
  from share group by 1 order by 1`;
