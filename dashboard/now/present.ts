import type { Timeline } from '../../api/contract/runs.ts';

type Run = Timeline['runs'][number];
type Slot = Timeline['slots'][number];
type Job = Timeline['jobs'][number];

export interface RunningNow extends Pick<Run, 'jobId' | 'runKey' | 'host'> {
  job: string;
  criticality: number;
  startedAtMs: number;
  elapsedMs: number;
  /** What it usually takes; null: not known. */
  usualMs: number | null;
  /** Elapsed over usual; null: not known. */
  share: number | null;
}

export interface DueSoon {
  jobId: number;
  job: string;
  criticality: number;
  dueAtMs: number;
  deadlineAtMs: number;
  /** It was due and is not there; still in time until its deadline. */
  isAwaited: boolean;
}

/** The last hours in numbers. */
export interface Lately {
  ended: number;
  failed: number;
  missing: number;
  late: number;
}

export interface Present {
  /** Farthest beyond what is usual first, then the longest. */
  running: RunningNow[];
  /** Of each job the next; those that are awaited first, then by when they are due. */
  due: DueSoon[];
  lately: Lately;
}

/** Runs begin a little before they are usually due. */
const EARLY_MS = 15 * 60_000;

/** What runs, what is due next and how the hours before went, as of `nowMs`. */
export function presentOf({ jobs, runs, slots, from }: Timeline, nowMs: number): Present {
  const jobOf = new Map(jobs.map((job) => [job.jobId, job]));
  const running = runs
    .filter(({ status }) => status === 'running')
    .map((run) => runningOf(run, jobOf.get(run.jobId), nowMs));
  running.sort((a, b) => (b.share ?? 0) - (a.share ?? 0) || b.elapsedMs - a.elapsedMs || a.jobId - b.jobId);
  const lastStart = new Map<number, number>();
  for (const { jobId, startedAt } of runs) {
    lastStart.set(jobId, Math.max(lastStart.get(jobId) ?? 0, Date.parse(startedAt)));
  }
  const due = slots
    .filter((slot) => slot.outcome === null && !hasBegun(slot, lastStart.get(slot.jobId)))
    .map((slot) => dueOf(slot, jobOf.get(slot.jobId), nowMs));
  due.sort(
    (a, b) =>
      Number(b.isAwaited) - Number(a.isAwaited) ||
      a.dueAtMs - b.dueAtMs ||
      a.criticality - b.criticality ||
      a.jobId - b.jobId,
  );
  const seen = new Set<number>();
  const next = due.filter(({ jobId }) => !seen.has(jobId) && seen.add(jobId));
  const fromMs = Date.parse(from);
  const past = slots.filter(({ dueAt }) => Date.parse(dueAt) >= fromMs && Date.parse(dueAt) <= nowMs);
  const ended = runs.filter(
    ({ status, endedAt, startedAt }) =>
      status !== 'running' && Date.parse(endedAt ?? startedAt) >= fromMs && Date.parse(startedAt) <= nowMs,
  );
  return {
    running,
    due: next,
    lately: {
      ended: ended.length,
      failed: ended.filter(({ status }) => status === 'failed').length,
      missing: past.filter(({ outcome }) => outcome === 'missing').length,
      late: past.filter(({ outcome }) => outcome === 'late').length,
    },
  };
}

function runningOf(run: Run, job: Job | undefined, nowMs: number): RunningNow {
  const startedAtMs = Date.parse(run.startedAt);
  const elapsedMs = Math.max(0, nowMs - startedAtMs);
  const usualMs = run.expectedEndAt === null ? null : Date.parse(run.expectedEndAt) - startedAtMs;
  return {
    ...{ jobId: run.jobId, runKey: run.runKey, host: run.host, job: job?.job ?? String(run.jobId) },
    ...{ criticality: job?.criticality ?? 4, startedAtMs, elapsedMs, usualMs },
    share: usualMs === null || usualMs <= 0 ? null : elapsedMs / usualMs,
  };
}

const hasBegun = ({ dueAt }: Slot, lastStartMs: number | undefined): boolean =>
  lastStartMs !== undefined && lastStartMs >= Date.parse(dueAt) - EARLY_MS;

function dueOf(slot: Slot, job: Job | undefined, nowMs: number): DueSoon {
  const dueAtMs = Date.parse(slot.dueAt);
  return {
    ...{ jobId: slot.jobId, job: job?.job ?? String(slot.jobId), criticality: job?.criticality ?? 4 },
    ...{ dueAtMs, deadlineAtMs: Date.parse(slot.deadlineAt), isAwaited: dueAtMs <= nowMs },
  };
}
