import type { Estate } from './estate.ts';
import { CAUSES } from './hazard.ts';
import type { Dirt } from './log-lines.ts';
import { DAY_MS } from './options.ts';
import { SAMPLE_MINUTES } from './samples.ts';
import { scheduleText } from './schedule.ts';

export interface ManifestCounts {
  /** Data rows of all run files, headers not counted. */
  rows_total: number;
  /** Of these, second copies. */
  duplicates: number;
  /** Of these, rows that cannot be loaded and must be quarantined. */
  unreadable: number;
  /** The runs left: rows_total − duplicates − unreadable. */
  loadable: number;
  unparsable_starts: number;
  unknown_statuses: number;
  /** Loadable rows whose duration_s is negative. */
  negative_durations: number;
  runs_by_status: Record<'succeeded' | 'failed' | 'cancelled', number>;
  metric_rows: number;
  truth_rows: number;
}

/** Counts of the manifest; every other number in it follows from the dirt. */
export function countRows(
  rows: number,
  dirt: Record<Dirt, number>,
  rest: Pick<ManifestCounts, 'runs_by_status' | 'metric_rows' | 'truth_rows'>,
): ManifestCounts {
  const unreadable = dirt.unparsable_start + dirt.unknown_status;
  return {
    rows_total: rows,
    duplicates: dirt.duplicate,
    unreadable,
    loadable: rows - dirt.duplicate - unreadable,
    unparsable_starts: dirt.unparsable_start,
    unknown_statuses: dirt.unknown_status,
    negative_durations: dirt.negative_duration,
    ...rest,
  };
}

/** Days after the history for which the truth is told as well. */
export const TRUTH_DAYS_AHEAD = 7;

const ANOMALIES_SIMULATED = [
  'Things that go wrong on purpose: runs, slots, servers and outages of many jobs by one cause. A run that was under way when it was looked (every 5 minutes) is told as running first, so rows_total and loadable count it twice.',
  'anomalies.csv: one row for everything that was wrong, on purpose or by itself. certain=false: to find it is right, not to find it is no mistake. cause: rows that share it have to be told once.',
];

/** `estate.json`: what is simulated, by what, and how much of it. */
export function manifest(estate: Estate, startMs: number, counts: ManifestCounts) {
  const { options, jobs, servers } = estate;
  return {
    simulated: true,
    options,
    starts_at: new Date(startMs).toISOString(),
    ends_at: new Date(startMs + options.days * DAY_MS).toISOString(),
    counts,
    what_is_simulated: [
      `Everything: no run, server, person or produce in these files is real. Times are UTC; the cron of the servers is ${options.clock ?? 'UTC'}.`,
      'Runs: schedules, French holidays, waiting for an upstream, seasons, growth, retries, releases every second Tuesday per owner, disks that fill and are cleaned, memory peaks, servers that degrade and then fail.',
      `Server metrics every ${SAMPLE_MINUTES} minutes, from the load of the runs under way: mean processor use and I/O wait, highest memory use, last disk use of the minutes before.`,
      'Run files hold the runs whose end was logged (known_at) by ends_at, in that order.',
      'runs_by_status counts every loadable or unreadable run once, before the dirt.',
      ...(options.anomalies === undefined ? [] : ANOMALIES_SIMULATED),
    ],
    truth: {
      file: 'truth.csv',
      rows: `one per job and UTC day, for ${options.days} days and the ${TRUTH_DAYS_AHEAD} after; hazard 0 where planned_runs is 0`,
      hazard:
        'Exact probability that at least one run of the job that is planned for the day fails, given the planned schedule and the hidden state of the simulator at 00:00 UTC of that day, before any run of the day is drawn: volume level, drift, releases of the day, disk and phase of the server, how the last run ended. A retry is a further run of the same plan, so a failure cured by it still counts.',
      limits:
        'The state of each day follows from the days before it in this one world, also in the days after the end. No forecast made earlier can know it: this is a bound, not a mark to reach.',
      cause: `the hazard with the largest share of the day, one of ${CAUSES.join(', ')}`,
    },
    servers: servers.map(({ name }) => name),
    jobs: jobs.map((job) => ({
      job_id: job.name,
      owner: job.owner,
      host: servers[job.host]!.name,
      criticality: job.criticality,
      schedule: scheduleText(job.schedule, options.clock),
      upstream: job.upstream === null ? null : jobs[job.upstream]!.name,
      first_day: job.firstDay,
      last_day: job.lastDay,
      hidden: job.traits,
    })),
  };
}
