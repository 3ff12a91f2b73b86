import type { Pool, PoolClient } from 'pg';
import type { FileCounts } from '../../db/load/month-writer.ts';
import {
  eventsOfSameRuns,
  insertRunEvents,
  isEarlierFileWaiting,
  lockRunEvents,
  type PlacedEvent,
} from '../../db/load/run-events.ts';
import { RunWriter } from '../../db/load/runs.ts';
import { EVENTS_SOURCE } from '../../db/load/sources.ts';
import { foldEvents } from '../../models/events/fold-events.ts';
import { LONGEST_PAIR_MS } from '../../models/events/pair-pings.ts';
import type { RunEvent } from '../../models/events/run-event.ts';
import type { RecordSink } from './record-sink.ts';

/** Files of events are loaded in the order in which they were made; an earlier one waits. Cured by waiting. */
export class EarlierEventsWait extends Error {
  override name = 'EarlierEventsWait';
}

/**
 * How far back the pings of a job are read to say which run a new one belongs to: its run may have ended 72 hours
 * before it and started 72 hours before that.
 */
const PING_WINDOW_MS = 2 * LONGEST_PAIR_MS + 3_600_000;

/**
 * Writes events, and the states of their runs that became known by them. Counts are of events: a state that an event
 * brought belongs to the event's line.
 */
export class EventSink implements RecordSink {
  readonly #client: PoolClient;
  readonly #pool: Pool;
  #runs: RunWriter | null = null;
  readonly #placed: PlacedEvent[] = [];

  constructor(client: PoolClient, pool: Pool) {
    this.#client = client;
    this.#pool = pool;
  }

  write(record: Parameters<RecordSink['write']>[0], fileId: number): undefined {
    const { rowNumber, byteOffset: _, ...event } = record;
    this.#placed.push({ event: event as RunEvent, fileId, rowNumber });
  }

  async idle(): Promise<void> {}

  async abandon(): Promise<void> {
    await this.#runs?.abandon();
  }

  /** @throws EarlierEventsWait */
  async end(): Promise<FileCounts> {
    if (this.#placed.length === 0) return new Map();
    await lockRunEvents(this.#client);
    const fileIds = [...new Set(this.#placed.map(({ fileId }) => fileId))];
    if (await isEarlierFileWaiting(this.#client, EVENTS_SOURCE.name, fileIds)) {
      throw new EarlierEventsWait('events that were received earlier are not loaded yet');
    }
    const { ids, perFile } = await insertRunEvents(this.#client, this.#placed);
    const news = this.#placed.map(({ event }) => event).filter(({ id }) => ids.has(id));
    if (news.length > 0) await this.#writeRuns(news, ids);
    return perFile;
  }

  async #writeRuns(news: RunEvent[], newIds: ReadonlySet<string>): Promise<void> {
    const known = await eventsOfSameRuns(this.#client, news, PING_WINDOW_MS);
    const placeOf = new Map(known.map((placed) => [placed.event.id, placed]));
    // States that earlier events brought are written already, and stay.
    const versions = foldEvents(known.map(({ event }) => event)).filter(({ event }) => newIds.has(event.id));
    const runs = await RunWriter.open(this.#client, this.#pool, versions.length);
    this.#runs = runs;
    for (const { record, event } of versions) {
      const { fileId, rowNumber } = placeOf.get(event.id)!;
      const written = runs.write(record, fileId, rowNumber);
      if (written) await written;
    }
    await runs.end();
  }
}
