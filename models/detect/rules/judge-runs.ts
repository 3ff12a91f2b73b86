import { type Evidence, type Finding, type FindingKind, findingKey } from '../finding.ts';
import type { RunFact } from '../job-facts.ts';
import type { Seen } from '../news.ts';
import { courseOf } from './course-of.ts';
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
  const keys = runs.map(({ runKey }) => findingKey(kind, view.subject, runKey));
  const verdicts = runs.map((run, i) => judge(run, view.open.has(keys[i]!)));
  const wrong = verdicts.map((verdict) => verdict !== null);
  const lastFine = wrong.lastIndexOf(false);
  const firstLasting = Math.max(lastFine + 1, runs.length - MOST_LASTING);
  return runs.flatMap((run, i) => {
    const verdict = verdicts[i]!;
    if (verdict === null) return [];
    const what: Finding = {
      key: keys[i]!,
      kind,
      ...verdict,
      subject: view.subject,
      sinceMs: run.startedAtMs,
      runKey: run.runKey,
      dueMs: null,
      family: null,
      course: courseOf(wrong.slice(0, i + 1)),
    };
    return [{ what, happenedMs: endOf(run), knownMs: run.knownAtMs, lasts: i >= firstLasting }];
  });
}
