import type { RunFact } from '../job-facts.ts';
import type { Tolerance } from './schedule.ts';
import type { SlotFact, SlotOutcome } from './slot.ts';

/** What settling looks at in a run. */
export type SettledRun = Pick<RunFact, 'runKey' | 'status' | 'startedAtMs' | 'endedAtMs' | 'knownAtMs'> & {
  /** Somebody had the job run again. */
  isRerun?: boolean;
};

/**
 * Settles slots by the runs known at an instant: which run belongs to which slot, and how each slot ended.
 *
 * A run belongs to the slot in whose time it starts, the first to the slot itself; what follows a failed or cancelled
 * run is another try of it; what somebody had run again stands for a slot whose run never came, or is another try of
 * what was there; what is left is `extra`, a slot of its own that is due when it started. A slot is `late`
 * when its run started after the start deadline or ended after the deadline, by more than what its log lags; a run
 * that ended in time but was known late is `met`. What is closed and has no run is `missing`. `waived` stays.
 *
 * The answer follows from what is known alone: settled before, in any order or number of steps, it is the same; only
 * the instant at which an outcome was known is kept from before. So the slots given are all of the job from the first
 * on, and the runs all that start from its earliest instant on; extra ones among the slots are found anew.
 *
 * @returns the slots by due, those of extra runs among them
 */
export function settleSlots(
  slots: readonly SlotFact[],
  runs: readonly SettledRun[],
  schedule: { tolerance: Pick<Tolerance, 'lagMs'> },
  asOfMs: number,
): SlotFact[] {
  const due = slots.filter(({ outcome }) => outcome !== 'extra').sort(byDue);
  const known = runs
    .filter(({ startedAtMs, knownAtMs }) => startedAtMs <= asOfMs && knownAtMs <= asOfMs)
    .sort(
      (a, b) => a.startedAtMs - b.startedAtMs || (a.runKey < b.runKey ? -1 : a.runKey > b.runKey ? 1 : 0),
    );
  const { filledBy, extra } = assign(due, known);
  const before = new Map(
    slots.filter(({ outcome }) => outcome === 'extra').map((slot) => [slot.runKey, slot]),
  );
  const settled = due.map((slot, i) => settle(slot, filledBy[i]!, schedule.tolerance.lagMs, asOfMs));
  for (const run of extra) settled.push(before.get(run.runKey) ?? extraSlot(run));
  return extra.length === 0 ? settled : settled.sort(byDue);
}

/** What settling changed in one slot. */
export interface SettledChange {
  slot: SlotFact;
  /** The ended outcome that it corrects, as a log that came late shows; null: it had none. */
  correctedFrom: SlotOutcome | null;
}

/**
 * What settling changed in slots that are due from an instant on.
 *
 * @returns `expectedAfterAll`: keys of runs that were extra and no longer are
 */
export function settledChanges(
  before: readonly SlotFact[],
  after: readonly SlotFact[],
  fromMs: number,
): { changes: SettledChange[]; expectedAfterAll: string[] } {
  const was = new Map(before.map((slot) => [keyOf(slot), slot]));
  const changes: SettledChange[] = [];
  for (const slot of after) {
    const old = was.get(keyOf(slot));
    was.delete(keyOf(slot));
    if (slot.dueMs < fromMs) continue;
    if (old?.outcome === slot.outcome && old.runKey === slot.runKey) continue;
    const isCorrected = old !== undefined && old.outcome !== null && old.outcome !== slot.outcome;
    changes.push({ slot, correctedFrom: isCorrected ? old.outcome : null });
  }
  const gone = [...was.values()].filter(({ dueMs, outcome }) => outcome === 'extra' && dueMs >= fromMs);
  return { changes, expectedAfterAll: gone.map(({ runKey }) => runKey!) };
}

const keyOf = ({ dueMs, outcome, runKey }: SlotFact): string =>
  outcome === 'extra' ? `extra ${runKey}` : `due ${dueMs}`;

/** By due; an extra run after the slot of the same instant. */
function byDue(a: SlotFact, b: SlotFact): number {
  if (a.dueMs !== b.dueMs) return a.dueMs - b.dueMs;
  const extra = Number(a.outcome === 'extra') - Number(b.outcome === 'extra');
  if (extra !== 0) return extra;
  return (a.runKey ?? '') < (b.runKey ?? '') ? -1 : 1;
}

/** Who tries again does so within minutes. */
const RETRY_WITHIN_MS = 600_000;

const endOf = ({ endedAtMs, knownAtMs }: SettledRun): number => endedAtMs ?? knownAtMs;

function assign(slots: readonly SlotFact[], runs: readonly SettledRun[]) {
  const filledBy: (SettledRun | null)[] = slots.map(() => null);
  const extra: SettledRun[] = [];
  let at = -1;
  let last: SettledRun | null = null;
  /** The slot that a second try of the run before may have filled. */
  let doubtfulAt = -1;
  for (const run of runs) {
    while (at + 1 < slots.length && slots[at + 1]!.earliestMs <= run.startedAtMs) at++;
    if (at < 0) continue;
    const isOpen = run.startedAtMs < slots[at]!.closesMs;
    const isTriedAgain = last !== null && (last.status === 'failed' || last.status === 'cancelled');
    const soonAfter = isTriedAgain && run.startedAtMs <= endOf(last!) + RETRY_WITHIN_MS;
    last = run;
    if (run.isRerun) {
      // Before the slot is due the run that it is for is still to come.
      if (isOpen && filledBy[at] === null && run.startedAtMs >= slots[at]!.dueMs) filledBy[at] = run;
    } else if (isOpen && filledBy[at] === null) {
      filledBy[at] = run;
      if (soonAfter) doubtfulAt = at;
    } else if (isTriedAgain) continue;
    else if (isOpen && doubtfulAt === at) {
      filledBy[at] = run;
      doubtfulAt = -1;
    } else if (isOpen && belongsBefore(slots, filledBy, at)) {
      filledBy[at - 1] = filledBy[at]!;
      filledBy[at] = run;
    } else extra.push(run);
  }
  return { filledBy, extra };
}

/** Of two runs in the time of a slot, the first may be that of the slot before, so late that both came here. */
function belongsBefore(
  slots: readonly SlotFact[],
  filledBy: readonly (SettledRun | null)[],
  at: number,
): boolean {
  if (at === 0 || filledBy[at - 1] !== null) return false;
  const { startedAtMs } = filledBy[at]!;
  return startedAtMs < slots[at]!.dueMs && startedAtMs < slots[at - 1]!.closesMs;
}

function settle(slot: SlotFact, run: SettledRun | null, lagMs: number, asOfMs: number): SlotFact {
  const runKey = run?.runKey ?? null;
  if (slot.outcome === 'waived') return slot.runKey === runKey ? slot : { ...slot, runKey };
  const { outcome, endedMs } = outcomeOf(slot, run, lagMs, asOfMs);
  if (slot.outcome === outcome && slot.runKey === runKey && (outcome === null) === (slot.endedMs === null)) {
    return slot;
  }
  return { ...slot, outcome, runKey, endedMs };
}

function outcomeOf(
  { startDeadlineMs, deadlineMs, closesMs }: SlotFact,
  run: SettledRun | null,
  lagMs: number,
  asOfMs: number,
): { outcome: SlotOutcome | null; endedMs: number | null } {
  const isClosed = asOfMs >= closesMs;
  if (run === null) return isClosed ? { outcome: 'missing', endedMs: closesMs } : OPEN;
  const isStartLate = startDeadlineMs !== null && run.startedAtMs > startDeadlineMs;
  if (run.status === 'running') {
    if (isStartLate) return { outcome: 'late', endedMs: run.knownAtMs };
    // It began and nobody knows of an end: from here on that is late, whatever comes of it.
    return isClosed ? { outcome: 'late', endedMs: closesMs } : OPEN;
  }
  const endMs = run.endedAtMs ?? run.knownAtMs - lagMs;
  return { outcome: isStartLate || endMs > deadlineMs ? 'late' : 'met', endedMs: run.knownAtMs };
}

const OPEN = { outcome: null, endedMs: null };

const extraSlot = ({ runKey, startedAtMs, knownAtMs }: SettledRun): SlotFact => ({
  earliestMs: startedAtMs,
  dueMs: startedAtMs,
  startDeadlineMs: null,
  deadlineMs: startedAtMs,
  closesMs: startedAtMs,
  outcome: 'extra',
  runKey,
  endedMs: knownAtMs,
});
