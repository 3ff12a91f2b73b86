/**
 * What a job told of one of its runs at one moment, whichever way it came: a ping, an OpenLineage event, or
 * `smart-etl exec` (which speaks OpenLineage).
 *
 * `log` says something without changing the state of the run.
 */
export type EventKind = 'start' | 'running' | 'success' | 'fail' | 'abort' | 'log';

/** How an event came. */
export type EventWay = 'ping' | 'openlineage';

/** Instants are epoch milliseconds (UTC), durations milliseconds. `null` means "not told", never zero. */
export interface RunEvent {
  /** Names the event wherever it is told again: 64 hexadecimal digits. */
  id: string;
  namespace: string;
  job: string;
  /** The run's own id; null for a ping that names none, whose run follows from the pings before it. */
  runId: string | null;
  kind: EventKind;
  /** When it happened, by the clock of who tells. A ping happens when it is received. */
  eventTime: number;
  /** When it was received, by our clock: earlier it could not be known. */
  receivedAt: number;
  via: EventWay;
  producer: string | null;
  exitStatus: number | null;
  /** Run time so far, when the teller measured it. */
  durationMs: number | null;
  /** Text that came with it. */
  log: string | null;
  error: string | null;
  owner: string | null;
  host: string | null;
  query: string | null;
  rowsRead: number | null;
  rowsWritten: number | null;
  /** What else was told: the parent run, the planned time. */
  extra: Record<string, string>;
  /** Codes of the cleaning rules that changed or doubted a value. */
  anomalies: string[];
}

/** What a received message says, before it is known which event it is and when it came. */
export type ToldEvent = Omit<RunEvent, 'id' | 'receivedAt' | 'eventTime'> & {
  /** null: it happened when it was received. */
  eventTime: number | null;
};

/** A told event with nothing but the job and what happened. */
export function bareEvent(
  of: Pick<ToldEvent, 'namespace' | 'job' | 'runId' | 'kind' | 'via' | 'anomalies'>,
): ToldEvent {
  return {
    ...of,
    eventTime: null,
    producer: null,
    exitStatus: null,
    durationMs: null,
    log: null,
    error: null,
    owner: null,
    host: null,
    query: null,
    rowsRead: null,
    rowsWritten: null,
    extra: {},
  };
}
