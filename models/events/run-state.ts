import { dropEndBeforeStart, endBeforeStart } from '../clean/rules/end-before-start.ts';
import { knownBeforeEnd } from '../clean/rules/known-before-end.ts';
import { missingStart } from '../clean/rules/missing-start.ts';
import type { RunTimes } from '../clean/rules/rule.ts';
import { MAX_TEXT_CHARACTERS, note } from '../clean/storable-text.ts';
import type { RunRecord, RunStatus } from '../records/run.ts';
import type { EventKind, RunEvent } from './run-event.ts';
import { lastCharacters } from './tail-text.ts';

const FINAL_STATUS: Partial<Record<EventKind, RunStatus>> = {
  success: 'succeeded',
  fail: 'failed',
  abort: 'cancelled',
};
/** Of two ends told for the same instant the worse one counts. */
const GRAVITY: Partial<Record<EventKind, number>> = { success: 0, abort: 1, fail: 2 };

/** What the latest event that told it said. */
const TOLD = ['owner', 'host', 'query', 'rowsRead', 'rowsWritten', 'exitStatus', 'producer'] as const;
type Told = (typeof TOLD)[number];

/**
 * What is known of one run from the events taken so far. Every step keeps an earliest or a latest one by the time of
 * the event, so the order in which events are taken does not matter.
 */
export class RunState {
  readonly #runKey: string;
  #startedAt: number | null = null;
  #seenRunningAt: number | null = null;
  #end: RunEvent | null = null;
  readonly #tellers = new Map<Told, RunEvent>();
  #extra = new Map<string, RunEvent>();
  #error: RunEvent | null = null;
  #logs: RunEvent[] = [];
  readonly #anomalies = new Set<string>();

  constructor(runKey: string) {
    this.#runKey = runKey;
  }

  take(event: RunEvent): void {
    if (event.kind === 'start') this.#startedAt = earlier(this.#startedAt, event.eventTime);
    if (event.kind === 'running') this.#seenRunningAt = earlier(this.#seenRunningAt, event.eventTime);
    if (FINAL_STATUS[event.kind] !== undefined && (this.#end === null || isLaterEnd(event, this.#end))) {
      this.#end = event;
    }
    for (const field of TOLD) {
      if (event[field] !== null) this.#tellers.set(field, later(event, this.#tellers.get(field)));
    }
    for (const name of Object.keys(event.extra)) {
      this.#extra.set(name, later(event, this.#extra.get(name)));
    }
    if (event.error !== null) this.#error = later(event, this.#error ?? undefined);
    if (event.log !== null) this.#takeLog(event);
    for (const code of event.anomalies) this.#anomalies.add(code);
  }

  /** Logs in order of time; of more than a record holds, the last. */
  #takeLog(event: RunEvent): void {
    this.#logs.push(event);
    this.#logs.sort(byTime);
    let characters = 0;
    let from = this.#logs.length;
    while (from > 0 && characters <= MAX_TEXT_CHARACTERS) characters += this.#logs[--from]!.log!.length + 1;
    this.#logs = this.#logs.slice(from);
  }

  /**
   * The record of the run as it was known at `receivedAt`, the arrival of the last event that was taken; null while
   * nothing is known but texts.
   */
  record(of: Pick<RunEvent, 'namespace' | 'job'>, receivedAt: number): RunRecord | null {
    const times = this.#times(receivedAt);
    if (times === null) return null;
    const end = this.#end;
    const anomalies = [...this.#anomalies];
    if (this.#startedAt === null && end?.durationMs == null) note(anomalies, missingStart.code);
    if (dropEndBeforeStart(times)) note(anomalies, endBeforeStart.code);
    if (end !== null) {
      if (times.durationMs !== null) times.endedAt ??= times.startedAt + times.durationMs;
      else if (this.#startedAt !== null && times.endedAt !== null) {
        times.durationMs = times.endedAt - times.startedAt;
      }
    }
    // A clock ahead of ours: a forecast made in between must not have seen the future.
    const knownAt = Math.max(receivedAt, times.endedAt ?? times.startedAt);
    if (end !== null && times.endedAt !== null && end.receivedAt < times.endedAt) {
      note(anomalies, knownBeforeEnd.code);
    }
    const status = end === null ? 'running' : FINAL_STATUS[end.kind]!;
    return {
      ...of,
      owner: this.#told('owner'),
      runKey: this.#runKey,
      status,
      startedAt: times.startedAt,
      endedAt: times.endedAt,
      durationMs: times.durationMs,
      knownAt,
      host: this.#told('host'),
      rowsRead: this.#told('rowsRead'),
      rowsWritten: this.#told('rowsWritten'),
      expectedRows: null,
      error: status === 'succeeded' ? null : (this.#error?.error ?? null),
      query: this.#told('query'),
      extra: this.#extraTexts(status),
      anomalies: anomalies.sort(),
    };
  }

  #times(receivedAt: number): RunTimes | null {
    const end = this.#end;
    const ranUntil = end === null ? null : end.eventTime;
    const fromDuration = end?.durationMs == null ? null : end.eventTime - end.durationMs;
    const startedAt = this.#startedAt ?? fromDuration ?? earlier(this.#seenRunningAt, ranUntil);
    if (startedAt === null) return null;
    return {
      running: end === null,
      startedAt,
      endedAt: ranUntil,
      durationMs: end?.durationMs ?? null,
      knownAt: receivedAt,
    };
  }

  #told<Field extends Told>(field: Field): RunEvent[Field] | null {
    return this.#tellers.get(field)?.[field] ?? null;
  }

  #extraTexts(status: RunStatus): Record<string, string> {
    const extra: Record<string, string> = {};
    for (const name of [...this.#extra.keys()].sort()) extra[name] = this.#extra.get(name)!.extra[name]!;
    const exitStatus = this.#told('exitStatus');
    if (exitStatus !== null) extra.exit_status = String(exitStatus);
    const producer = this.#told('producer');
    if (producer !== null) extra.producer = producer;
    // While it runs, every line it says would be one more state of the run.
    if (status !== 'running' && this.#logs.length > 0) {
      extra.log = lastCharacters(this.#logs.map(({ log }) => log).join('\n'), MAX_TEXT_CHARACTERS);
    }
    return extra;
  }
}

/** By the time of the event; at the same instant by its name, so that the order never depends on arrival. */
const byTime = (a: RunEvent, b: RunEvent): number =>
  a.eventTime - b.eventTime || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

const earlier = (a: number | null, b: number | null): number | null =>
  a === null ? b : b === null ? a : Math.min(a, b);

const later = (event: RunEvent, known: RunEvent | undefined): RunEvent =>
  known === undefined || byTime(event, known) > 0 ? event : known;

const isLaterEnd = (event: RunEvent, known: RunEvent): boolean =>
  (event.eventTime - known.eventTime || GRAVITY[event.kind]! - GRAVITY[known.kind]! || byTime(event, known)) >
  0;
