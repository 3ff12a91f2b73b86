import { ROUNDING_MS } from '../baselines/learn-habits.ts';
import { type Finding, findingKey } from '../finding.ts';
import type { RunFact } from '../job-facts.ts';
import type { Seen } from '../news.ts';
import { courseOf } from './course-of.ts';
import { durationLimits, endLagMs } from './duration-limits.ts';
import { durationOf, endOf, type JobView } from './job-view.ts';

/** Fewer runs do not tell a habit, and a share up to this is no habit: faults of the past are in it. */
const FEWEST_RUNS = 10;
const HABIT_SHARE = 0.03;

/**
 * Two runs of a job that never has two are under way together: one began before the end of the one before. "Never" is
 * less than 3 % of at least ten past runs.
 *
 * Of a run that has not ended, its end would have to be known; one past its slow limit is `slow` or a `zombie`, and
 * the run that came after it is no news. The key is that of the younger run; it lasts until a later run has ended that
 * began after all before it had.
 */
export function findOverlap(view: JobView): Seen<Finding>[] {
  const runs = [...view.finished, ...view.running].sort(
    (a, b) => a.startedAtMs - b.startedAtMs || (a.runKey < b.runKey ? -1 : 1),
  );
  const over = runs.map((run, i) =>
    neverOverlaps(view, run) === true ? underWayAt(view, runs.slice(0, i), run) : null,
  );
  const wrong = over.map((under) => under !== null);
  return runs.flatMap((run, i) => {
    if (!wrong[i]) return [];
    const isOver = runs.some((later, j) => j > i && !wrong[j] && later.status !== 'running');
    const overlapMs = Math.min(view.asOfMs, over[i]!.endMs) - run.startedAtMs;
    const what: Finding = {
      key: findingKey('overlap', view.subject, run.runKey),
      kind: 'overlap',
      variant: null,
      subject: view.subject,
      sinceMs: run.startedAtMs,
      runKey: run.runKey,
      dueMs: null,
      evidence: { observed: Math.round(overlapMs), expected: 0, limit: 0, unit: 'ms', text: over[i]!.runKey },
      family: null,
      course: courseOf(wrong.slice(0, i + 1)),
    };
    const knownMs = Math.max(run.knownAtMs, over[i]!.knownMs);
    return [{ what, happenedMs: run.startedAtMs, knownMs, lasts: !isOver }];
  });
}

/** Whether two runs of it under way are no habit of a job; null: there is not enough data. */
export function neverOverlaps(view: JobView, run: RunFact): boolean | null {
  const habit = view.editionOf(run)?.overlapping;
  if (!habit || habit.runs < FEWEST_RUNS) return null;
  return habit.times / habit.runs < HABIT_SHARE;
}

interface UnderWay {
  runKey: string;
  endMs: number;
  knownMs: number;
}

/** The run before that ends last, when that is after the start of this one. */
function underWayAt(view: JobView, before: readonly RunFact[], run: RunFact): UnderWay | null {
  let last: UnderWay | null = null;
  for (const earlier of before) {
    const endMs = aliveUntil(view, earlier, run);
    if (endMs === null || run.startedAtMs >= endMs - ROUNDING_MS || (last && last.endMs >= endMs)) continue;
    const ended = earlier.status !== 'running';
    const knownMs = ended ? earlier.knownAtMs : run.startedAtMs + endLagMs(view, earlier);
    last = { runKey: earlier.runKey, endMs, knownMs };
  }
  return last;
}

/** When a run ended, or that it is still alive; null where nobody can say. */
function aliveUntil(view: JobView, earlier: RunFact, run: RunFact): number | null {
  if (earlier.status !== 'running') return durationOf(earlier) === null ? null : endOf(earlier);
  const { mostMs } = durationLimits(view, earlier);
  const lag = endLagMs(view, earlier);
  if (mostMs === null || run.startedAtMs > earlier.startedAtMs + mostMs) return null;
  // It may have ended before: that would be known by now.
  return view.asOfMs > run.startedAtMs + lag ? view.asOfMs : null;
}
