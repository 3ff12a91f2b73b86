import { GrowingColumn } from './growing-column.ts';
import type { JobHistory } from './job-history.ts';
import { type RecordDigest, recordDigest } from './record-digest.ts';
import { RUN_STATUSES, RUNNING, type RunRecord } from './run.ts';

/** As much of an error as a history keeps. */
const ERROR_CHARACTERS = 200;
/** Of a job nobody ranked. */
const CRITICALITY = 3;

const COLUMNS = [
  'startedAt',
  'knownAt',
  'durationMs',
  'status',
  'rowsWritten',
  'expectedRows',
  'digestHigh',
  'digestLow',
] as const;
type Columns = Record<(typeof COLUMNS)[number], GrowingColumn>;

/** What runs tell of their job; the latest start counts, of equal ones the later name. */
interface Attribute {
  value: string | null;
  toldAt: number;
}

interface CollectedJob {
  namespace: string;
  job: string;
  owner: Attribute;
  host: Attribute;
  /** Place of a run in the columns, by its key. */
  placeOf: Map<string, number>;
  columns: Columns;
  errors: Map<number, string>;
}

const byText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/**
 * Makes histories of runs that come in any order, as the tables would hold them: of a run told several times the
 * state known last, of states known at once one that has ended, then that of the smaller digest.
 */
export class HistoryCollector {
  /** Runs told again word for word. */
  duplicates = 0;
  /** Runs of which several states were told: all but the last known one. */
  superseded = 0;
  readonly #namespaces = new Map<string, Map<string, CollectedJob>>();
  readonly #digest: RecordDigest = { high: 0, low: 0 };

  add(run: RunRecord): void {
    const job = this.#jobOf(run);
    tell(job.owner, run.owner, run.startedAt);
    tell(job.host, run.host, run.startedAt);
    recordDigest(run, this.#digest);
    const known = job.placeOf.get(run.runKey);
    if (known === undefined) {
      const place = job.placeOf.size;
      job.placeOf.set(run.runKey, place);
      put(job, place, run, this.#digest);
      return;
    }
    const { columns } = job;
    if (
      columns.digestHigh.get(known) === this.#digest.high &&
      columns.digestLow.get(known) === this.#digest.low
    ) {
      this.duplicates++;
      return;
    }
    this.superseded++;
    if (isLater(run, this.#digest, columns, known)) put(job, known, run, this.#digest);
  }

  /** The jobs by namespace and name, numbered from 1 in that order; their runs by start, then key. */
  histories(): JobHistory[] {
    const jobs = [...this.#namespaces.values()].flatMap((named) => [...named.values()]);
    jobs.sort((a, b) => byText(a.namespace, b.namespace) || byText(a.job, b.job));
    return jobs.map((job, index) => historyOf(job, index + 1));
  }

  #jobOf({ namespace, job: name }: RunRecord): CollectedJob {
    let named = this.#namespaces.get(namespace);
    if (named === undefined) {
      named = new Map();
      this.#namespaces.set(namespace, named);
    }
    let job = named.get(name);
    if (job === undefined) {
      job = {
        namespace,
        job: name,
        owner: { value: null, toldAt: Number.NEGATIVE_INFINITY },
        host: { value: null, toldAt: Number.NEGATIVE_INFINITY },
        placeOf: new Map(),
        columns: Object.fromEntries(COLUMNS.map((column) => [column, new GrowingColumn()])) as Columns,
        errors: new Map(),
      };
      named.set(name, job);
    }
    return job;
  }
}

function tell(known: Attribute, value: string | null, toldAt: number): void {
  if (value === null || toldAt < known.toldAt) return;
  if (toldAt === known.toldAt && known.value !== null && value <= known.value) return;
  known.value = value;
  known.toldAt = toldAt;
}

function isLater(run: RunRecord, digest: RecordDigest, known: Columns, at: number): boolean {
  if (run.knownAt !== known.knownAt.get(at)) return run.knownAt > known.knownAt.get(at);
  const ended = run.status !== 'running';
  if (ended !== (known.status.get(at) !== RUNNING)) return ended;
  const high = known.digestHigh.get(at);
  return digest.high < high || (digest.high === high && digest.low >>> 0 < known.digestLow.get(at) >>> 0);
}

function put({ columns, errors }: CollectedJob, at: number, run: RunRecord, digest: RecordDigest): void {
  columns.startedAt.set(at, run.startedAt);
  columns.knownAt.set(at, run.knownAt);
  columns.durationMs.set(at, run.durationMs ?? Number.NaN);
  columns.status.set(at, RUN_STATUSES.indexOf(run.status));
  columns.rowsWritten.set(at, run.rowsWritten ?? Number.NaN);
  columns.expectedRows.set(at, run.expectedRows ?? Number.NaN);
  columns.digestHigh.set(at, digest.high);
  columns.digestLow.set(at, digest.low);
  if (run.status === 'failed' && run.error !== null) errors.set(at, run.error.slice(0, ERROR_CHARACTERS));
  else errors.delete(at);
}

function historyOf({ namespace, job, owner, host, placeOf, columns, errors }: CollectedJob, jobId: number) {
  const { startedAt } = columns;
  const keys = [...placeOf.keys()];
  const order = Int32Array.from(keys.keys());
  order.sort((a, b) => startedAt.get(a) - startedAt.get(b) || byText(keys[a]!, keys[b]!));
  return {
    jobId,
    namespace,
    job,
    owner: owner.value,
    host: host.value,
    criticality: CRITICALITY,
    startedAt: startedAt.at(order),
    knownAt: columns.knownAt.at(order),
    durationMs: columns.durationMs.at(order),
    status: Uint8Array.from(columns.status.at(order)),
    rowsWritten: columns.rowsWritten.at(order),
    expectedRows: columns.expectedRows.at(order),
    error: Array.from(order, (place) => errors.get(place) ?? ''),
  } satisfies JobHistory;
}
