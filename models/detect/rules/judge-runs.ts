import { type Evidence, type Finding, type FindingKind, findingKey } from '../finding.ts';
import type { RunFact } from '../job-facts.ts';
import type { Seen } from '../news.ts';
import { COURSE_RUNS, courseOf } from './course-of.ts';
import { endOf, type JobView } from './job-view.ts';

/** What is wrong with a run. */
export interface Verdict {
  variant: string | null;
  evidence: Evidence;
}

/**
 * A limit learned anew moves a little, and with it what was told would be taken back: to a run whose finding is open,
 * limits are nearer by this.
 */
export const OPEN_SLACK = 1.15;

/** Of more runs in a row nobody needs a line each. */
const MOST_LASTING = 10;

/**
 * Judges each of a job's runs by itself. A finding has the key of its run; it lasts until a later one is not wrong.
 * Only runs that can be news are looked at.
 *
 * @param runs those that can be judged, by start
 * @param judge null for a run that is as it should be, or of which nothing can be said; `isOpen` tells that the run
 *   was found wrong before
 */
export function judgeRuns(
  view: JobView,
  kind: FindingKind,
  runs: readonly RunFact[],
  judge: (run: RunFact, isOpen: boolean) => Verdict | null,
): Seen<Finding>[] {
  const judged = new Map<number, Verdict | null>();
  const keyOf = (i: number) => findingKey(kind, view.subject, runs[i]!.runKey);
  const verdictOf = (i: number): Verdict | null => {
    let verdict = judged.get(i);
    if (verdict === undefined) {
      verdict = judge(runs[i]!, view.open.has(keyOf(i)));
      judged.set(i, verdict);
    }
    return verdict;
  };
  let firstLasting = runs.length;
  const least = Math.max(0, runs.length - MOST_LASTING);
  while (firstLasting > least && verdictOf(firstLasting - 1) !== null) firstLasting--;

  const seen: Seen<Finding>[] = [];
  for (const [i, run] of runs.entries()) {
    const lasts = i >= firstLasting;
    if (!lasts && run.knownAtMs <= view.newsSinceMs) continue;
    const verdict = verdictOf(i);
    if (verdict === null) continue;
    const wrong: boolean[] = [];
    for (let j = Math.max(0, i - COURSE_RUNS + 1); j <= i; j++) wrong.push(verdictOf(j) !== null);
    const what: Finding = {
      key: keyOf(i),
      kind,
      ...verdict,
      subject: view.subject,
      sinceMs: run.startedAtMs,
      runKey: run.runKey,
      dueMs: null,
      family: null,
      course: courseOf(wrong),
    };
    seen.push({ what, happenedMs: endOf(run), knownMs: run.knownAtMs, lasts });
  }
  return seen;
}
