import { GrowingColumn } from '../../records/growing-column.ts';
import { RUN_STATUSES, RUNNING, type RunRecord } from '../../records/run.ts';
import type { JobFeed } from './feed.ts';

const COLUMNS = [
  'startedAt',
  'startKnownAt',
  'knownAt',
  'endedAt',
  'durationMs',
  'status',
  'rowsRead',
  'rowsWritten',
  'expectedRows',
] as const;

interface Collected {
  namespace: string;
  job: string;
  owner: string | null;
  host: string | null;
  toldAt: number;
  keys: string[];
  placeOf: Map<string, number>;
  columns: Record<(typeof COLUMNS)[number], GrowingColumn>;
  errors: Map<number, string>;
}

/** As much of an error as is kept. */
const ERROR_CHARACTERS = 200;
/** Of a job nobody ranked. */
const CRITICALITY = 3;
const byText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/**
 * Makes a feed of runs that come in any order and, running first, more than once. Of several ends told of one run the
 * first one known is kept: that is what people were told, and a replay asks what they would have been told.
 */
export class FeedCollector {
  readonly #jobs = new Map<string, Collected>();

  add(run: RunRecord): void {
    const job = this.#jobOf(run);
    if (run.startedAt >= job.toldAt) {
      job.toldAt = run.startedAt;
      job.owner = run.owner ?? job.owner;
      job.host = run.host ?? job.host;
    }
    const place = job.placeOf.get(run.runKey) ?? this.#newPlace(job, run);
    const { columns } = job;
    if (run.status === 'running') {
      const known = columns.startKnownAt.get(place);
      if (!(known <= run.knownAt)) columns.startKnownAt.set(place, run.knownAt);
      return;
    }
    if (columns.knownAt.get(place) <= run.knownAt) return;
    columns.startedAt.set(place, run.startedAt);
    columns.knownAt.set(place, run.knownAt);
    columns.endedAt.set(place, run.endedAt ?? Number.NaN);
    columns.durationMs.set(place, run.durationMs ?? Number.NaN);
    columns.status.set(place, RUN_STATUSES.indexOf(run.status));
    columns.rowsRead.set(place, run.rowsRead ?? Number.NaN);
    columns.rowsWritten.set(place, run.rowsWritten ?? Number.NaN);
    columns.expectedRows.set(place, run.expectedRows ?? Number.NaN);
    if (run.status === 'failed' && run.error !== null)
      job.errors.set(place, run.error.slice(0, ERROR_CHARACTERS));
    else job.errors.delete(place);
  }

  /** By namespace and name, numbered from 1 in that order. */
  jobs(): JobFeed[] {
    return [...this.#jobs.values()]
      .sort((a, b) => byText(a.namespace, b.namespace) || byText(a.job, b.job))
      .map((job, index) => feedOf(job, index + 1));
  }

  #jobOf({ namespace, job: name }: RunRecord): Collected {
    const id = `${namespace}\n${name}`;
    let job = this.#jobs.get(id);
    if (job === undefined) {
      const columns = Object.fromEntries(COLUMNS.map((column) => [column, new GrowingColumn()]));
      job = {
        ...{ namespace, job: name, owner: null, host: null, toldAt: Number.NEGATIVE_INFINITY, keys: [] },
        ...{ placeOf: new Map(), columns: columns as Collected['columns'], errors: new Map() },
      };
      this.#jobs.set(id, job);
    }
    return job;
  }

  #newPlace(job: Collected, run: RunRecord): number {
    const place = job.keys.length;
    job.keys.push(run.runKey);
    job.placeOf.set(run.runKey, place);
    for (const column of COLUMNS) job.columns[column].set(place, Number.NaN);
    job.columns.startedAt.set(place, run.startedAt);
    job.columns.status.set(place, RUNNING);
    return place;
  }
}

function feedOf({ namespace, job, owner, host, keys, columns, errors }: Collected, jobId: number): JobFeed {
  const order = Int32Array.from(keys.keys());
  const { startedAt } = columns;
  order.sort((a, b) => startedAt.get(a) - startedAt.get(b) || byText(keys[a]!, keys[b]!));
  const inOrder = (column: (typeof COLUMNS)[number]) => columns[column].at(order);
  return {
    jobId,
    namespace,
    job,
    owner,
    host,
    criticality: CRITICALITY,
    runKey: Array.from(order, (place) => keys[place]!),
    startedAt: inOrder('startedAt'),
    startKnownAt: inOrder('startKnownAt'),
    knownAt: inOrder('knownAt'),
    endedAt: inOrder('endedAt'),
    durationMs: inOrder('durationMs'),
    status: Uint8Array.from(inOrder('status')),
    rowsRead: inOrder('rowsRead'),
    rowsWritten: inOrder('rowsWritten'),
    expectedRows: inOrder('expectedRows'),
    error: Array.from(order, (place) => errors.get(place) ?? ''),
  };
}
