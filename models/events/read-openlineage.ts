import { isInstantInRange } from '../clean/instant-range.ts';
import { InstantReader } from '../clean/instant-reader.ts';
import { found, type RowRefusal } from '../clean/rules/rule.ts';
import { isReadableDuration } from '../clean/rules/unreadable-duration.ts';
import { refuseUnreadableEvent } from '../clean/rules/unreadable-event.ts';
import { isReadableCount } from '../clean/rules/unreadable-number.ts';
import { storableKey, storableText } from '../clean/storable-text.ts';
import { EXEC_FACET } from './exec-facet.ts';
import { bareEvent, type EventKind, type ToldEvent } from './run-event.ts';
import { tailText } from './tail-text.ts';

const KIND_OF_TYPE: Readonly<Record<string, EventKind>> = {
  START: 'start',
  RUNNING: 'running',
  COMPLETE: 'success',
  FAIL: 'fail',
  ABORT: 'abort',
  OTHER: 'log',
};

/** RFC 3339, as the schema's `date-time` asks: a zone is not guessed. */
const instants = new InstantReader();
const WITH_ZONE = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d.*(?:[Zz]|[+-]\d\d:?\d\d)$/;

/**
 * Whether a message is one of the other two kinds of OpenLineage event, which describe a job or a dataset and tell of
 * no run.
 */
export const isStaticEvent = (message: unknown): boolean =>
  'run' in fieldsOf(message) === false && ('dataset' in fieldsOf(message) || 'job' in fieldsOf(message));

/**
 * The event that an OpenLineage run event means, or why it is none.
 *
 * Read: eventType, eventTime, run.runId, job, producer; of the facets errorMessage, parent, nominalTime, sql,
 * ownership, and the row counts of inputs and outputs. What is missing or of another type there is taken as not told.
 * Schema: https://openlineage.io/spec/2-0-2/OpenLineage.json
 */
export function readOpenLineage(message: unknown): ToldEvent | RowRefusal {
  const event = fieldsOf(message);
  const run = fieldsOf(event.run);
  const job = fieldsOf(event.job);
  const anomalies: string[] = [];

  const type = textOf(event.eventType);
  const kind = type === '' && event.eventType === undefined ? 'log' : KIND_OF_TYPE[type.toUpperCase()];
  if (kind === undefined) {
    return refuse('eventType', Object.keys(KIND_OF_TYPE).join(', '), event.eventType);
  }
  const eventTime = WITH_ZONE.test(textOf(event.eventTime))
    ? instants.read(textOf(event.eventTime))
    : Number.NaN;
  if (!isInstantInRange(eventTime)) {
    return refuse('eventTime', 'an instant with its zone such as 2026-03-01T06:00:00Z', event.eventTime);
  }
  const runId = storableKey(textOf(run.runId), anomalies);
  if (runId === null) return refuse('run.runId', 'a UUID', run.runId);
  const namespace = storableKey(textOf(job.namespace), anomalies);
  if (namespace === null) return refuse('job.namespace', 'a text', job.namespace);
  const name = storableKey(textOf(job.name), anomalies);
  if (name === null) return refuse('job.name', 'a text', job.name);

  const runFacets = fieldsOf(run.facets);
  const jobFacets = fieldsOf(job.facets);
  const exec = fieldsOf(runFacets[EXEC_FACET]);
  const text = (value: unknown) => storableText(textOf(value), anomalies);
  return {
    ...bareEvent({ namespace, job: name, runId: runId.toLowerCase(), kind, via: 'openlineage', anomalies }),
    eventTime,
    producer: text(event.producer),
    error: errorOf(runFacets, anomalies),
    owner: storableKey(ownerOf(jobFacets), anomalies),
    query: text(fieldsOf(jobFacets.sql).query),
    rowsRead:
      rowsOf(event.inputs, 'inputFacets', 'inputStatistics') ??
      rowsOf(event.inputs, 'inputFacets', 'dataQualityMetrics'),
    rowsWritten: rowsOf(event.outputs, 'outputFacets', 'outputStatistics'),
    exitStatus: countOf(exec.exitStatus),
    durationMs: durationOf(exec.durationMs),
    host: storableKey(textOf(exec.host), anomalies),
    log: tailText(textOf(exec.log), anomalies),
    extra: extraOf(runFacets, jobFacets, text),
  };
}

function refuse(field: string, expected: string, value: unknown): RowRefusal {
  const shown = value === undefined ? 'nothing' : found(typeof value === 'string' ? value : typeof value);
  return refuseUnreadableEvent(`${field}: expected ${expected}, found ${shown}`);
}

/** The fields of an object; none of anything else. */
function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}

/** '' for anything but a text. Half a character, which JSON can hold, no database can. */
const textOf = (value: unknown): string => (typeof value === 'string' ? value.toWellFormed() : '');
const countOf = (value: unknown): number | null =>
  typeof value === 'number' && isReadableCount(value) && value >= 0 ? value : null;
const durationOf = (value: unknown): number | null =>
  typeof value === 'number' && isReadableDuration(value) && value >= 0 ? Math.round(value) : null;

function errorOf(runFacets: Record<string, unknown>, anomalies: string[]): string | null {
  const { message, stackTrace } = fieldsOf(runFacets.errorMessage);
  return storableText([textOf(message), textOf(stackTrace)].filter(Boolean).join('\n'), anomalies);
}

function ownerOf(jobFacets: Record<string, unknown>): string {
  const { owners } = fieldsOf(jobFacets.ownership);
  return textOf(fieldsOf(Array.isArray(owners) ? owners[0] : undefined).name);
}

/** The sum of the row counts of all datasets that tell one; null when none does. */
function rowsOf(datasets: unknown, facets: string, facet: string): number | null {
  if (!Array.isArray(datasets)) return null;
  const counts = datasets
    .map((dataset) => countOf(fieldsOf(fieldsOf(fieldsOf(dataset)[facets])[facet]).rowCount))
    .filter((count) => count !== null);
  return counts.length === 0 ? null : countOf(counts.reduce((sum, count) => sum + count, 0));
}

function extraOf(
  runFacets: Record<string, unknown>,
  jobFacets: Record<string, unknown>,
  text: (value: unknown) => string | null,
): Record<string, string> {
  const parent = fieldsOf(runFacets.parent);
  const told = {
    parent_run: text(fieldsOf(parent.run).runId),
    parent_job: text(
      [fieldsOf(parent.job).namespace, fieldsOf(parent.job).name].map(textOf).filter(Boolean).join('/'),
    ),
    nominal_start: text(fieldsOf(runFacets.nominalTime).nominalStartTime),
    nominal_end: text(fieldsOf(runFacets.nominalTime).nominalEndTime),
    job_version: text(fieldsOf(jobFacets.sourceCodeLocation).version),
  };
  return Object.fromEntries(
    Object.entries(told).filter((entry): entry is [string, string] => entry[1] !== null),
  );
}
