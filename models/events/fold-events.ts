import type { RunRecord } from '../records/run.ts';
import { pairPings, pingRunKey } from './pair-pings.ts';
import type { RunEvent } from './run-event.ts';
import { RunState } from './run-state.ts';

/** A state of a run, and the event by which it became known. */
export interface RunVersion {
  record: RunRecord;
  event: RunEvent;
}

/**
 * The successive states of the runs that a set of events tells of, in the order in which they became known.
 *
 * Event time decides what a state is (a RUNNING that comes late does not reopen a run that ended), the time of
 * arrival decides which states there were: one after each instant at which something new came. So the result depends
 * on the set alone, not on order or repetition, and events that arrive later only add states.
 */
export function foldEvents(events: readonly RunEvent[]): RunVersion[] {
  const runs = new Map<string, RunEvent[]>();
  for (const event of withoutRepetitions(events)) {
    const key = JSON.stringify([event.namespace, event.job, event.runId]);
    const run = runs.get(key);
    if (run === undefined) runs.set(key, [event]);
    else run.push(event);
  }
  const versions = [...runs.values()].flatMap((run) => {
    const { runId } = run[0]!;
    if (runId !== null) return statesOf(runId, run);
    return pairPings(run).flatMap((pings) => statesOf(pingRunKey(pings), pings));
  });
  return versions.sort((a, b) => byArrival(a.event, b.event));
}

/** Each event once; told twice, it was known from the first time on. */
function withoutRepetitions(events: readonly RunEvent[]): RunEvent[] {
  const first = new Map<string, RunEvent>();
  for (const event of events) {
    const known = first.get(event.id);
    if (known === undefined || event.receivedAt < known.receivedAt) first.set(event.id, event);
  }
  return [...first.values()];
}

const byArrival = (a: RunEvent, b: RunEvent): number =>
  a.receivedAt - b.receivedAt || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

/** The states of one run. What arrives at the same instant is one step. */
function statesOf(runKey: string, events: RunEvent[]): RunVersion[] {
  const sorted = events.toSorted(byArrival);
  const state = new RunState(runKey);
  const versions: RunVersion[] = [];
  for (const [index, event] of sorted.entries()) {
    state.take(event);
    if (sorted[index + 1]?.receivedAt === event.receivedAt) continue;
    const record = state.record({ namespace: event.namespace, job: event.job }, event.receivedAt);
    const before = versions.at(-1)?.record;
    if (record === null || (before !== undefined && isSameState(record, before))) continue;
    // The later state is to be seen as the later one also where a foreign clock moved both.
    if (before !== undefined && record.knownAt <= before.knownAt) record.knownAt = before.knownAt + 1;
    versions.push({ record, event });
  }
  return versions;
}

const isSameState = (a: RunRecord, b: RunRecord): boolean =>
  JSON.stringify({ ...a, knownAt: 0 }) === JSON.stringify({ ...b, knownAt: 0 });
