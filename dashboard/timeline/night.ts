import type { Timeline } from '../../api/contract/runs.ts';

type Run = Timeline['runs'][number];
type Slot = Timeline['slots'][number];

/** A run, or a slot that no run has filled. */
export interface Bar {
  key: string;
  jobId: number;
  job: string;
  host: string | null;
  state: Run['status'] | 'due' | 'missing' | 'waived';
  fromMs: number;
  /** Of what runs: now. Of a slot: its deadline. */
  toMs: number;
  /** When what runs usually has ended; null: not known. */
  expectedEndMs: number | null;
  /** When it was due; null: nobody expected it. */
  dueMs: number | null;
  isLate: boolean;
  /** Row of its server, 0 at the top. */
  lane: number;
}

export interface HostOfNight {
  host: string | null;
  lanes: number;
  bars: Bar[];
}

export interface Night {
  hosts: HostOfNight[];
  /** Of all servers, by start. */
  bars: Bar[];
}

/**
 * Lays a night out: each server with as many lanes as it had runs at once, each run in the first lane that is free.
 *
 * @param nowMs until when what runs is drawn
 * @param isShown whether it is to be seen
 */
export function layOutNight(
  { jobs, runs, slots }: Timeline,
  nowMs: number,
  isShown: (bar: Bar) => boolean = () => true,
): Night {
  const nameOf = new Map(jobs.map((job) => [job.jobId, job]));
  const slotOfRun = new Map(slots.flatMap((slot) => (slot.runKey === null ? [] : [[runOf(slot), slot]])));
  const told = new Set(runs.map(runOf));
  const runsOf = Map.groupBy(runs, ({ jobId }) => jobId);
  const all = [
    ...runs.map((run) => barOfRun(run, slotOfRun.get(runOf(run)) ?? null, nowMs)),
    // Of a slot that was met by a run outside the span there is nothing to show; of an open one, what is to come.
    ...slots
      .filter((slot) => !told.has(runOf(slot)) && isUnfilled(slot))
      .filter((slot) => !runsOf.get(slot.jobId)?.some((run) => fills(run, slot)))
      .map(barOfSlot),
  ].map((bar) => {
    const job = nameOf.get(bar.jobId);
    return { ...bar, job: job?.job ?? String(bar.jobId), host: bar.host ?? job?.host ?? null };
  });
  const bars = all.filter(isShown);
  bars.sort((a, b) => a.fromMs - b.fromMs || (a.key < b.key ? -1 : 1));
  const byHost = Map.groupBy(bars, ({ host }) => host);
  const hosts = [...byHost].map(([host, own]) => ({ host, bars: own, lanes: putInLanes(own) }));
  // Those whose server nobody told come last.
  hosts.sort((a, b) =>
    a.host === null ? 1 : b.host === null ? -1 : a.host.localeCompare(b.host, 'en', { numeric: true }),
  );
  return { hosts, bars };
}

const runOf = ({ jobId, runKey }: { jobId: number; runKey: string | null }): string => `${jobId}/${runKey}`;
const isUnfilled = ({ outcome }: Slot): boolean =>
  outcome === null || outcome === 'missing' || outcome === 'waived';

/** Runs begin a little before they are usually due. */
const EARLY_MS = 15 * 60_000;

/** An open slot names no run before it is over: one that began about when it was due is its own. */
const fills = (run: Run, slot: Slot): boolean =>
  slot.outcome === null &&
  Date.parse(run.startedAt) >= Date.parse(slot.dueAt) - EARLY_MS &&
  Date.parse(run.startedAt) <= Date.parse(slot.deadlineAt);

function barOfRun(run: Run, slot: Slot | null, nowMs: number): Bar {
  const fromMs = Date.parse(run.startedAt);
  const endMs = run.endedAt === null ? (run.status === 'running' ? nowMs : fromMs) : Date.parse(run.endedAt);
  return {
    ...{ key: `run ${runOf(run)}`, jobId: run.jobId, job: '', host: run.host, state: run.status },
    ...{ fromMs, toMs: Math.max(fromMs, endMs), lane: 0 },
    expectedEndMs: run.expectedEndAt === null ? null : Date.parse(run.expectedEndAt),
    dueMs: slot === null ? null : Date.parse(slot.dueAt),
    isLate: slot?.outcome === 'late',
  };
}

function barOfSlot(slot: Slot): Bar {
  const dueMs = Date.parse(slot.dueAt);
  const state = slot.outcome === 'missing' || slot.outcome === 'waived' ? slot.outcome : 'due';
  return {
    ...{ key: `slot ${slot.jobId}/${slot.dueAt}`, jobId: slot.jobId, job: '', host: null, state },
    ...{ fromMs: dueMs, toMs: Math.max(dueMs, Date.parse(slot.deadlineAt)), lane: 0 },
    ...{ expectedEndMs: null, dueMs, isLate: false },
  };
}

/** Gives each bar the first lane that is free when it begins. @param bars by start @returns how many lanes there are */
function putInLanes(bars: Bar[]): number {
  const freeFromMs: number[] = [];
  for (const bar of bars) {
    const endMs = Math.max(bar.toMs, bar.expectedEndMs ?? bar.toMs, bar.fromMs + 1);
    const free = freeFromMs.findIndex((ms) => ms <= bar.fromMs);
    bar.lane = free < 0 ? freeFromMs.length : free;
    freeFromMs[bar.lane] = endMs;
  }
  return freeFromMs.length;
}
