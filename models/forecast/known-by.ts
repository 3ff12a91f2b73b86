import type { HostSeries, JobHistory } from '../records/job-history.ts';
import type { FileAccounts, OutsideFacts, SourceFacts } from '../records/outside-facts.ts';
import type { Snapshot } from './snapshot.ts';

/**
 * The snapshot as it would have been at an earlier cutoff: without what happened, or became known, later. Jobs keep
 * their places, with nothing but their names where no run is left.
 *
 * @param cutoff epoch milliseconds
 */
export function knownBy(snapshot: Snapshot, cutoff: number): Snapshot {
  const keep = (ts: Float64Array, knownAt: Float64Array) =>
    Int32Array.from(ts.keys()).filter((i) => ts[i]! < cutoff && knownAt[i]! <= cutoff);
  return {
    cutoff,
    histories: snapshot.histories.map((job) => runsOf(job, keep(job.startedAt, job.knownAt))),
    hostSeries: snapshot.hostSeries.map((series) => samplesOf(series, keep(series.ts, series.knownAt))),
    facts: factsOf(snapshot.facts, cutoff, keep),
  };
}

function runsOf(job: JobHistory, kept: Int32Array): JobHistory {
  return {
    ...job,
    startedAt: at(job.startedAt, kept),
    knownAt: at(job.knownAt, kept),
    ...(job.startKnownAt && { startKnownAt: at(job.startKnownAt, kept) }),
    durationMs: at(job.durationMs, kept),
    status: Uint8Array.from(kept, (i) => job.status[i]!),
    rowsWritten: at(job.rowsWritten, kept),
    expectedRows: at(job.expectedRows, kept),
    error: Array.from(kept, (i) => job.error[i]!),
  };
}

const samplesOf = (series: HostSeries, kept: Int32Array): HostSeries => ({
  ...series,
  ts: at(series.ts, kept),
  knownAt: at(series.knownAt, kept),
  value: at(series.value, kept),
});

function factsOf(
  { sources, versions }: OutsideFacts,
  cutoff: number,
  keep: (ts: Float64Array, knownAt: Float64Array) => Int32Array,
): OutsideFacts {
  return {
    sources: sources.map((source): SourceFacts => {
      const files = keep(source.files.ts, source.files.knownAt);
      const jobs = keep(source.jobs.startedAt, source.jobs.knownAt);
      return {
        source: source.source,
        files: Object.fromEntries(
          Object.entries(source.files).map(([name, column]: [string, Float64Array]) => [
            name,
            at(column, files),
          ]),
        ) as unknown as FileAccounts,
        contractChangedAt: source.contractChangedAt.filter((changedAt) => changedAt < cutoff),
        jobs: {
          jobId: at(source.jobs.jobId, jobs),
          startedAt: at(source.jobs.startedAt, jobs),
          knownAt: at(source.jobs.knownAt, jobs),
        },
      };
    }),
    versions: versions.map(({ jobId, startedAt, knownAt }) => {
      const kept = keep(startedAt, knownAt);
      return { jobId, startedAt: at(startedAt, kept), knownAt: at(knownAt, kept) };
    }),
  };
}

const at = (column: Float64Array, kept: Int32Array): Float64Array =>
  Float64Array.from(kept, (i) => column[i]!);
