import type { Knex } from 'knex';

/** How far a probability may be off, and what the week is expected to cost. Forecasts made before have none of it. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(/* sql */ `
alter table forecast
  add column probability_low double precision,
  add column probability_high double precision,
  add constraint forecast_interval_holds_probability check (
    (probability_low is null) = (probability_high is null)
    and probability_low between 0 and probability and probability_high between probability and 1);
comment on column forecast.probability_low is 'Lower bound of the probability; null: not enough data to say.';
comment on column forecast.probability_high is 'Upper bound of the probability; null: not enough data to say.';

alter table forecast_week
  add column probability_low double precision,
  add column probability_high double precision,
  add column expected_failed_runs double precision check (expected_failed_runs >= 0),
  add column expected_lost_minutes double precision check (expected_lost_minutes between 0 and 10080),
  add constraint forecast_week_interval_holds_probability check (
    (probability_low is null) = (probability_high is null)
    and probability_low between 0 and probability and probability_high between probability and 1);
comment on column forecast_week.probability_low is 'Lower bound of the probability; null: not enough data to say.';
comment on column forecast_week.probability_high is 'Upper bound of the probability; null: not enough data to say.';
comment on column forecast_week.expected_failed_runs is 'Failed runs expected in the week; null: made before this was told.';
comment on column forecast_week.expected_lost_minutes is 'Minutes that these are expected to cost, from the start of a failed run to the start of the next; null: not enough data to say.';
`);
}
