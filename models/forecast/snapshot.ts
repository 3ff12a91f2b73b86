import type { HostSeries, JobHistory } from '../records/job-history.ts';
import { NO_OUTSIDE_FACTS, type OutsideFacts, type SourceFacts } from '../records/outside-facts.ts';
import { ByteReader, ByteWriter } from './binary.ts';

/** Everything a training may see, frozen. */
export interface Snapshot {
  /** Epoch milliseconds; nothing known later is used. */
  cutoff: number;
  histories: JobHistory[];
  hostSeries: HostSeries[];
  facts: OutsideFacts;
}

const MAGIC = 'SETLSNAP';
/** Version 1 told neither when samples were known nor facts from outside. */
const VERSION = 2;
const READ_VERSIONS = [1, VERSION];

const FILE_COLUMNS = [
  'ts',
  'knownAt',
  'rowsIn',
  'rowsRefused',
  'valuesExpected',
  'valuesTold',
  'delayMs',
] as const;
const FEED_COLUMNS = ['jobId', 'startedAt', 'knownAt'] as const;

/** Order by code units, not by a locale: the same everywhere. */
const byText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/**
 * The snapshot with jobs by namespace and name, series by host and metric, facts by source and job: what
 * `encodeSnapshot` keeps.
 */
export function sortSnapshot(snapshot: Snapshot): Snapshot {
  return {
    cutoff: snapshot.cutoff,
    histories: snapshot.histories.toSorted(
      (a, b) => byText(a.namespace, b.namespace) || byText(a.job, b.job) || a.jobId - b.jobId,
    ),
    hostSeries: snapshot.hostSeries.toSorted((a, b) => byText(a.host, b.host) || byText(a.metric, b.metric)),
    facts: {
      sources: snapshot.facts.sources.toSorted((a, b) => byText(a.source, b.source)),
      versions: snapshot.facts.versions.toSorted((a, b) => a.jobId - b.jobId),
    },
  };
}

/**
 * Bytes of a snapshot, the same for the same content in whatever order the jobs come.
 *
 * Format, after `ByteWriter`'s: cutoff, jobs (names as JSON, then the columns; errors as indices into a list of
 * distinct texts), series, sources, versions of jobs. Not compressed: that is for whoever stores it.
 */
export function encodeSnapshot(snapshot: Snapshot): Uint8Array {
  const { cutoff, histories, hostSeries, facts } = sortSnapshot(snapshot);
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
  for (const { host, metric, ts, knownAt, value } of hostSeries) {
    writer.text(JSON.stringify({ host, metric }));
    for (const column of [ts, knownAt, value]) writer.column(column);
  }
  writer.number(facts.sources.length);
  for (const { source, files, contractChangedAt, jobs } of facts.sources) {
    writer.text(source);
    for (const name of FILE_COLUMNS) writer.column(files[name]);
    writer.column(contractChangedAt);
    for (const name of FEED_COLUMNS) writer.column(jobs[name]);
  }
  writer.number(facts.versions.length);
  for (const { jobId, startedAt, knownAt } of facts.versions) {
    writer.number(jobId);
    for (const column of [startedAt, knownAt]) writer.column(column);
  }
  return writer.finish();
}

/**
 * Of a snapshot of version 1 every sample is known when it was measured, and nothing from outside is.
 *
 * @throws Error when the bytes are no snapshot of a known version, or are cut short
 */
export function decodeSnapshot(bytes: Uint8Array): Snapshot {
  const reader = new ByteReader(bytes, 'training snapshot', MAGIC, ...READ_VERSIONS);
  const cutoff = reader.number();
  const histories = Array.from({ length: reader.number() }, () => readJob(reader));
  const hostSeries = Array.from({ length: reader.number() }, (): HostSeries => {
    const { host, metric } = JSON.parse(reader.text());
    const ts = reader.float64();
    const knownAt = reader.version === 1 ? ts : reader.float64();
    return { host, metric, ts, knownAt, value: reader.float64() };
  });
  const facts = reader.version === 1 ? NO_OUTSIDE_FACTS : readFacts(reader);
  reader.end();
  return { cutoff, histories, hostSeries, facts };
}

function readFacts(reader: ByteReader): OutsideFacts {
  const columns = <Name extends string>(names: readonly Name[]) =>
    Object.fromEntries(names.map((name) => [name, reader.float64()])) as Record<Name, Float64Array>;
  const sources = Array.from({ length: reader.number() }, (): SourceFacts => {
    const source = reader.text();
    const files = columns(FILE_COLUMNS);
    return { source, files, contractChangedAt: reader.float64(), jobs: columns(FEED_COLUMNS) };
  });
  const versions = Array.from({ length: reader.number() }, () => ({
    jobId: reader.number(),
    ...columns(['startedAt', 'knownAt']),
  }));
  return { sources, versions };
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
