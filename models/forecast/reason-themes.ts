/** First match wins. */
const THEMES: [pattern: RegExp, theme: string][] = [
  [/odds_days_recent$/, 'just now'],
  [/odds_(days|level|runs_28d)$/, 'this month'],
  [/odds_(runs|windows|run_failure)$/, 'since the beginning'],
  [/^(runs|failed|failure_rate)_(1|7)d$|^last_|^failure_streak$|^failure_average_fast$/, 'just now'],
  [/^(runs|failed|failure_rate)_28d$|^failed_days_28d$|^failure_average_slow$/, 'this month'],
  [/^days_since_failure$|^success_streak$/, 'since the last failure'],
  [/^(runs|failed|failure_rate)_all$|^window|^age_days$/, 'since the beginning'],
  [/^(same_error|error_families|family_recurrence)/, 'errors'],
  [/^month_end|^days_to_month_end$/, 'month end'],
  [/^(start_offset|start_spread|arrival_delay)/, 'lateness'],
  [/^upstream_/, 'upstream'],
  [/^duration_/, 'durations'],
  [/^rows_/, 'volumes'],
  [/^weekday_(active|failed|failure)|^expected_runs$/, 'this weekday'],
  [/^(weekday_sin|weekday_cos|weekend|holiday|horizon_day)$/, 'calendar'],
  [/^(owner|estate|group)_/, 'other jobs'],
  [/^host_neighbours|^slot_load/, 'host neighbours'],
  [/^host_cpu/, 'processor'],
  [/^host_memory/, 'memory'],
  [/^host_disk/, 'disk'],
  [/^source_/, 'data of the source'],
  [/^days_since_(contract|version)_change$/, 'changes'],
];

/** Features that tell the same story share a theme; the rest is the job's schedule. */
export function themeOf(feature: string): string {
  return THEMES.find(([pattern]) => pattern.test(feature))?.[1] ?? 'schedule';
}
