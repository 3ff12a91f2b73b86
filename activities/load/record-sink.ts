import type { Pool, PoolClient } from 'pg';
import { SampleWriter } from '../../db/load/metric-samples.ts';
import type { FileCounts } from '../../db/load/month-writer.ts';
import { RunWriter } from '../../db/load/runs.ts';
import type { Source } from '../../db/load/sources.ts';
import type { RunEvent } from '../../models/events/run-event.ts';
import { addValues, type ValueCounts } from '../../models/records/completeness.ts';
import type { MetricSample, RunRecord } from '../../models/records/run.ts';
import { EventSink } from './event-sink.ts';
import type { SourceRecord } from './table-reader.ts';

/** Where the records of one kind of source go, inside the transaction of a load. */
export interface RecordSink {
  /** The promise, if any, is to be awaited before the next record. */
  write(record: SourceRecord, fileId: number): Promise<void> | undefined;
  /** Resolves when the connection is free for another statement. */
  idle(): Promise<void>;
  /** Resolves, when everything is in the tables, to how many records were new, per file. */
  end(): Promise<FileCounts>;
  /** Lets go of what was made beside the transaction. */
  abandon(): Promise<void>;
}

/** The connection of a load, in its transaction, and the pool it is of. */
export interface LoadConnection {
  client: PoolClient;
  pool: Pool;
}

/**
 * Opens a sink for some work, and lets go of it when the work fails.
 *
 * @param expectedRows about how many are to come; a wrong guess costs time or memory, nothing else
 */
export async function withSink<T>(
  connection: LoadConnection,
  kind: Source['kind'],
  expectedRows: number,
  work: (sink: RecordSink) => Promise<T>,
): Promise<T> {
  const sink = await openSink(connection, kind, expectedRows);
  try {
    return await work(sink);
  } catch (error) {
    await sink.abandon();
    throw error;
  }
}

async function openSink(
  { client, pool }: LoadConnection,
  kind: Source['kind'],
  expectedRows: number,
): Promise<RecordSink> {
  if (kind === 'runs') {
    const runs = await RunWriter.open(client, pool, expectedRows);
    return {
      write: (record, fileId) => runs.write(record as RunRecord, fileId, record.rowNumber),
      idle: () => runs.idle(),
      end: () => runs.end(),
      abandon: () => runs.abandon(),
    };
  }
  if (kind === 'events') return new EventSink(client, pool);
  const samples = await SampleWriter.open(client, pool, expectedRows);
  return {
    write: (record, fileId) => samples.write(record as MetricSample, fileId),
    idle: () => samples.idle(),
    end: () => samples.end(),
    abandon: () => samples.abandon(),
  };
}

/** What is counted of the records of a file while they are written. */
export class RecordTally {
  records = 0;
  /** Of these, older than what is kept. */
  expired = 0;
  /** When the latest of them could first be known, epoch milliseconds. */
  lastKnownAt: number | null = null;
  /** Null: not runs. */
  readonly values: ValueCounts | null;

  constructor(kind: Source['kind']) {
    this.values = kind === 'runs' ? { expected: 0, told: 0 } : null;
  }

  add(record: SourceRecord): void {
    this.records++;
    const knownAt =
      'knownAt' in record ? record.knownAt : 'receivedAt' in record ? record.receivedAt : record.ts;
    if (this.lastKnownAt === null || knownAt > this.lastKnownAt) this.lastKnownAt = knownAt;
    if (this.values !== null) addValues(record as RunRecord, this.values);
  }
}

/** Writes the records of a file but for those that are older than what is kept, and counts them all. */
export async function writeKept(
  sink: RecordSink,
  records: readonly SourceRecord[],
  fileId: number,
  keepFrom: number,
  tally: RecordTally,
): Promise<void> {
  for (const record of records) {
    tally.add(record);
    if (instantOf(record) < keepFrom) {
      tally.expired++;
      continue;
    }
    const written = sink.write(record, fileId);
    if (written) await written;
  }
}

/** The instant a record is kept by: start of a run, time of an event or a sample; epoch milliseconds. */
const instantOf = (record: RunRecord | MetricSample | RunEvent): number =>
  'startedAt' in record ? record.startedAt : 'eventTime' in record ? record.eventTime : record.ts;
