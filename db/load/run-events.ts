import type { RunEvent } from '../../models/events/run-event.ts';
import type { Queryable } from '../pool.ts';

/** An event and the line of the file that told it. */
export interface PlacedEvent {
  event: RunEvent;
  fileId: number;
  rowNumber: number;
}

/** A transaction that loads events waits here for the one before it: what a run is follows from all its events. */
export async function lockRunEvents(client: Queryable): Promise<void> {
  await client.query(`select pg_advisory_xact_lock(hashtextextended('run_event', 0))`);
}

/** Whether a file of events with a lower number waits that is none of these. */
export async function isEarlierFileWaiting(
  client: Queryable,
  source: string,
  fileIds: readonly number[],
): Promise<boolean> {
  const { rows } = await client.query<{ waits: boolean }>(
    `select exists (
       select from file where source = $1 and state = 'stored' and id <> all ($2::bigint[])
         and id < (select max(id) from unnest($2::bigint[]) as id)) as waits`,
    [source, fileIds],
  );
  return rows[0]!.waits;
}

const COLUMNS = `event_id, namespace, job, run_id, kind, event_time, received_at, via, producer, exit_status,
  duration_ms, log, error, owner, host, query, rows_read, rows_written, extra, anomalies, file_id, row_number`;

/** Inserts the events that are not known; resolves to their names and how many were new, per file. */
export async function insertRunEvents(
  client: Queryable,
  placed: readonly PlacedEvent[],
): Promise<{ ids: Set<string>; perFile: Map<number, number> }> {
  const told = placed.map(({ event, fileId, rowNumber }) => ({
    event_id: event.id,
    namespace: event.namespace,
    job: event.job,
    run_id: event.runId,
    kind: event.kind,
    event_time: new Date(event.eventTime),
    received_at: new Date(event.receivedAt),
    via: event.via,
    producer: event.producer,
    exit_status: event.exitStatus,
    duration_ms: event.durationMs,
    log: event.log,
    error: event.error,
    owner: event.owner,
    host: event.host,
    query: event.query,
    rows_read: event.rowsRead,
    rows_written: event.rowsWritten,
    extra: Object.keys(event.extra).length === 0 ? null : event.extra,
    anomalies: event.anomalies.length === 0 ? null : event.anomalies,
    file_id: fileId,
    row_number: rowNumber,
  }));
  const { rows } = await client.query<{ id: string; fileId: number }>(
    `insert into run_event (${COLUMNS})
     select ${COLUMNS} from jsonb_populate_recordset(null::run_event, $1)
     order by file_id, row_number
     on conflict do nothing
     returning event_id as id, file_id as "fileId"`,
    [JSON.stringify(told)],
  );
  const perFile = new Map<number, number>();
  for (const { fileId } of rows) perFile.set(fileId, (perFile.get(fileId) ?? 0) + 1);
  return { ids: new Set(rows.map(({ id }) => id)), perFile };
}

type EventRow = Omit<RunEvent, 'eventTime' | 'receivedAt' | 'extra' | 'anomalies'> & {
  eventTime: Date;
  receivedAt: Date;
  extra: Record<string, string> | null;
  anomalies: string[] | null;
  fileId: number;
  rowNumber: number;
};

const SELECTED = `event_id as id, namespace, job, run_id as "runId", kind, event_time as "eventTime",
  received_at as "receivedAt", via, producer, exit_status as "exitStatus", duration_ms as "durationMs", log, error,
  owner, host, query, rows_read as "rowsRead", rows_written as "rowsWritten", extra, anomalies,
  file_id as "fileId", row_number as "rowNumber"`;

/**
 * All events of the runs that some events belong to. Of pings that name no run: those of the same jobs from
 * `pingWindowMs` before the earliest of them on.
 */
export async function eventsOfSameRuns(
  client: Queryable,
  events: readonly RunEvent[],
  pingWindowMs: number,
): Promise<PlacedEvent[]> {
  const named = events.filter(({ runId }) => runId !== null);
  const pings = events.filter(({ runId }) => runId === null);
  const since = Math.min(...pings.map(({ eventTime }) => eventTime)) - pingWindowMs;
  const { rows } = await client.query<EventRow>(
    `select ${SELECTED} from run_event
     where (namespace, job, run_id) in (select * from unnest($1::text[], $2::text[], $3::text[]))
     union all
     select ${SELECTED} from run_event
     where run_id is null and (namespace, job) in (select * from unnest($4::text[], $5::text[]))
       and event_time >= $6`,
    [
      named.map(({ namespace }) => namespace),
      named.map(({ job }) => job),
      named.map(({ runId }) => runId),
      pings.map(({ namespace }) => namespace),
      pings.map(({ job }) => job),
      pings.length === 0 ? new Date(0) : new Date(since),
    ],
  );
  return rows.map(({ fileId, rowNumber, ...row }) => ({
    fileId,
    rowNumber,
    event: {
      ...row,
      eventTime: row.eventTime.getTime(),
      receivedAt: row.receivedAt.getTime(),
      extra: row.extra ?? {},
      anomalies: row.anomalies ?? [],
    },
  }));
}
