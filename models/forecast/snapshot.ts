import type { HostSeries, JobHistory } from '../records/job-history.ts';
import { ByteReader, ByteWriter } from './binary.ts';

/** Everything a training may see, frozen. */
export interface Snapshot {
  /** Epoch milliseconds; nothing known later is used. */
  cutoff: number;
  histories: JobHistory[];
  hostSeries: HostSeries[];
}

const MAGIC = 'SETLSNAP';
const VERSION = 1;

/** Order by code units, not by a locale: the same everywhere. */
const byText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** The snapshot with jobs by namespace and name, series by host and metric: what `encodeSnapshot` keeps. */
export function sortSnapshot(snapshot: Snapshot): Snapshot {
  return {
    cutoff: snapshot.cutoff,
    histories: snapshot.histories.toSorted(
      (a, b) => byText(a.namespace, b.namespace) || byText(a.job, b.job) || a.jobId - b.jobId,
    ),
    hostSeries: snapshot.hostSeries.toSorted((a, b) => byText(a.host, b.host) || byText(a.metric, b.metric)),
  };
}

/**
 * Bytes of a snapshot, the same for the same content in whatever order the jobs come.
 *
 * Format, after `ByteWriter`'s: cutoff, jobs (names as JSON, then the columns; errors as indices into a list of
 * distinct texts), series. Not compressed: that is for whoever stores it.
 */
export function encodeSnapshot(snapshot: Snapshot): Uint8Array {
  const { cutoff, histories, hostSeries } = sortSnapshot(snapshot);
  const writer = new ByteWriter(MAGIC, VERSION);
  writer.number(cutoff);
  writer.number(histories.length);
  for (const job of histories) {
    const { jobId, namespace, owner, host, criticality } = job;
    const errors = [...new Set(job.error)].sort(byText);
    const errorIndex = new Map(errors.map((text, i) => [text, i]));
    writer.text(JSON.stringify({ jobId, namespace, job: job.job, owner, host, criticality, errors }));
    for (const column of [job.startedAt, job.knownAt, job.durationMs, job.rowsWritten, job.expectedRows]) {
      writer.column(column);
    }
    writer.column(job.status);
    writer.column(Uint32Array.from(job.error, (text) => errorIndex.get(text)!));
  }
  writer.number(hostSeries.length);
  for (const { host, metric, ts, value } of hostSeries) {
    writer.text(JSON.stringify({ host, metric }));
    writer.column(ts);
    writer.column(value);
  }
  return writer.finish();
}

/** @throws Error when the bytes are no snapshot of this version, or are cut short. */
export function decodeSnapshot(bytes: Uint8Array): Snapshot {
  const reader = new ByteReader(bytes, 'training snapshot', MAGIC, VERSION);
  const cutoff = reader.number();
  const histories = Array.from({ length: reader.number() }, () => readJob(reader));
  const hostSeries = Array.from({ length: reader.number() }, (): HostSeries => {
    const { host, metric } = JSON.parse(reader.text());
    return { host, metric, ts: reader.float64(), value: reader.float64() };
  });
  reader.end();
  return { cutoff, histories, hostSeries };
}

function readJob(reader: ByteReader): JobHistory {
  const { errors, ...names } = JSON.parse(reader.text());
  const startedAt = reader.float64();
  const knownAt = reader.float64();
  const durationMs = reader.float64();
  const rowsWritten = reader.float64();
  const expectedRows = reader.float64();
  const status = reader.uint8();
  const error = Array.from(reader.uint32(), (index): string => errors[index]!);
  return { ...names, startedAt, knownAt, durationMs, status, rowsWritten, expectedRows, error };
}
