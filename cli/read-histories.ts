import path from 'node:path';
import { createMetricCleaner } from '../models/clean/clean-metrics.ts';
import { createRunCleaner } from '../models/clean/clean-runs.ts';
import { inspectMetricFile, inspectRunFile } from '../models/clean/inspect-file.ts';
import { FeedCollector } from '../models/detect/replay/collect-feed.ts';
import type { JobFeed } from '../models/detect/replay/feed.ts';
import { HistoryCollector } from '../models/records/history-collector.ts';
import type { HostSeries, JobHistory } from '../models/records/job-history.ts';
import type { MetricSample, RunRecord } from '../models/records/run.ts';
import { SeriesCollector } from '../models/records/series-collector.ts';
import { type OpenTable, type ReadRows, readTable } from './read-table.ts';

/** The job ids of a log are of one namespace. */
const NAMESPACE = 'default';
/** What is wrong with a file, not with us or with the machine. */
const REFUSALS = ['FileRefused', 'DamagedArchive', 'ArchiveBomb'];

/** No file could be read: there is nothing to look at. */
export class NothingRead extends Error {
  override name = 'NothingRead';
}

/** What became of every row: rows = kept + refused + duplicate + superseded. */
export interface RowCounts {
  files: number;
  rows: number;
  kept: number;
  refused: number;
  /** Told again word for word. */
  duplicate: number;
  /** Told again with another content; the state known last is kept. */
  superseded: number;
  /** The most frequent first. */
  refusedBy: { code: string; rows: number }[];
  /** Files that are no such table, and why. */
  notRead: { file: string; detail: string }[];
}

const openRuns: OpenTable<RunRecord> = (start, complete) => {
  const inspected = inspectRunFile(start, complete);
  return 'code' in inspected ? inspected : createRunCleaner({ namespace: NAMESPACE, ...inspected });
};

const openMetrics: OpenTable<MetricSample> = (start, complete) => {
  const inspected = inspectMetricFile(start, complete);
  return 'code' in inspected ? inspected : createMetricCleaner(inspected);
};

/**
 * The histories that run logs tell, cleaned as they are when they are loaded; no server is needed.
 *
 * @throws NothingRead when none of the files is a run log
 */
export async function readHistories(
  files: readonly string[],
): Promise<{ histories: JobHistory[]; counts: RowCounts }> {
  const collector = new HistoryCollector();
  const read = await readAll(files, openRuns, (run) => collector.add(run));
  const { duplicates: duplicate, superseded } = collector;
  const counts = { ...read, kept: read.kept - duplicate - superseded, duplicate, superseded };
  return { histories: collector.histories(), counts };
}

/** The same as a feed: when each start and end was known. Rows about a run that is known already are counted as kept. */
export async function readFeed(files: readonly string[]): Promise<{ jobs: JobFeed[]; counts: RowCounts }> {
  const collector = new FeedCollector();
  const counts = await readAll(files, openRuns, (run) => collector.add(run));
  return { jobs: collector.jobs(), counts };
}

/** The same for the metrics of servers. */
export async function readHostSeries(
  files: readonly string[],
): Promise<{ hostSeries: HostSeries[]; counts: RowCounts }> {
  const collector = new SeriesCollector();
  const counts = await readAll(files, openMetrics, (sample) => collector.add(sample));
  return { hostSeries: collector.series(), counts };
}

async function readAll<Record>(
  files: readonly string[],
  open: OpenTable<Record>,
  take: (record: Record) => void,
): Promise<RowCounts> {
  const reads: ReadRows[] = [];
  const notRead: RowCounts['notRead'] = [];
  for (const file of files) {
    try {
      reads.push(await readTable(file, open, take));
    } catch (error) {
      if (!(error instanceof Error) || !REFUSALS.includes(error.name)) throw error;
      notRead.push({ file: path.basename(file), detail: error.message });
    }
  }
  if (reads.length === 0) {
    throw new NothingRead(notRead.map(({ file, detail }) => `${file}: ${detail}`).join('; '));
  }
  const byCode = new Map<string, number>();
  for (const { refusedBy } of reads) {
    for (const [code, rows] of refusedBy) byCode.set(code, (byCode.get(code) ?? 0) + rows);
  }
  const sum = (of: (read: ReadRows) => number) => reads.reduce((total, read) => total + of(read), 0);
  const rows = sum((read) => read.rows);
  const refused = sum((read) => read.refused);
  const refusedBy = [...byCode].map(([code, rows]) => ({ code, rows })).sort((a, b) => b.rows - a.rows);
  return {
    files: reads.length,
    rows,
    kept: rows - refused,
    refused,
    duplicate: 0,
    superseded: 0,
    refusedBy,
    notRead,
  };
}
