/** A simulated estate as detection would have read it, with the truth about it. */
import type { Feed, JobFeed, SourceFeed } from '../../models/detect/replay/feed.ts';
import type { EstateFile } from '../../models/estate/anomalies/file-feed.ts';
import type { PlayedEstate } from '../../models/estate/anomalies/play-estate.ts';
import type { Estate } from '../../models/estate/estate.ts';
import type { RunRow } from '../../models/estate/run-row.ts';
import { RUN_STATUSES } from '../../models/records/run.ts';
import { SeriesCollector } from '../../models/records/series-collector.ts';

/** A start is in the log so long after it. */
const START_LAG_MS = 2000;

/** @param tellsStarts whether runs are told when they begin, not only when they have ended */
export function feedOfEstate(estate: Estate, played: PlayedEstate, tellsStarts = true): Feed {
  const samples = new SeriesCollector();
  for (const sample of played.samples) samples.add(sample);
  const byJob = Map.groupBy(played.runs, ({ job }) => job);
  const jobs = estate.jobs.map((job): JobFeed => {
    const runs = (byJob.get(job.name) ?? []).toSorted((a, b) => a.startedAt - b.startedAt);
    const column = (value: (run: RunRow) => number | null) =>
      Float64Array.from(runs, (run) => value(run) ?? Number.NaN);
    return {
      jobId: job.index + 1,
      namespace: 'simulated',
      job: job.name,
      owner: job.owner,
      host: estate.servers[job.host]!.name,
      criticality: job.criticality,
      runKey: runs.map(({ runId }) => runId),
      startedAt: column((run) => run.startedAt),
      startKnownAt: column((run) => (tellsStarts ? run.startedAt + START_LAG_MS : null)),
      knownAt: column((run) => (run.status === 'running' ? null : run.knownAt)),
      endedAt: column((run) => run.endedAt),
      durationMs: column((run) => run.durationMs),
      status: Uint8Array.from(runs, (run) => RUN_STATUSES.indexOf(run.status)),
      rowsRead: column((run) => run.rowsRead),
      rowsWritten: column((run) => run.rowsWritten),
      expectedRows: column((run) => run.expectedRows),
      error: runs.map((run) => run.error),
    };
  });
  const bySource = Map.groupBy(played.files, ({ source }) => source);
  const sources = [...bySource].map(([source, files]) => sourceFeed(source, files));
  return { jobs, hosts: samples.series(), sources };
}

function sourceFeed(source: string, files: readonly EstateFile[]): SourceFeed {
  return {
    source,
    timeZone: null,
    calendar: 'FR',
    freshnessMs: null,
    files: files.map((file) => ({
      sha256: file.sha256,
      name: file.name,
      sizeBytes: file.sizeBytes,
      receivedAtMs: file.receivedAtMs,
      state: file.schemaChanged ? 'held' : 'loaded',
      rowsIn: file.rowsIn,
      rowsDuplicate: 0,
      trailerRows: null,
      // A file cut in the middle of a row ends in one that is refused.
      endsInRefusedRow: file.rowsRefused > 0,
      refusalCode: file.schemaChanged ? 'schema-changed' : null,
      refusalDetail: null,
    })),
    digests: files.flatMap(({ name, receivedAtMs, toldSha256 }) =>
      toldSha256 === null ? [] : [{ name, receivedAtMs, sha256: toldSha256 }],
    ),
    days: [],
    troubles: files.flatMap(({ schemaChanged, receivedAtMs }, n) => {
      if (!schemaChanged) return [];
      // It lasts until the next file has come as agreed.
      const untilMs = files[n + 1]?.receivedAtMs ?? Number.POSITIVE_INFINITY;
      return [{ kind: 'schema-changed' as const, sinceMs: receivedAtMs, detail: null, untilMs }];
    }),
  };
}
