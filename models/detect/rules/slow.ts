import type { Evidence, Finding } from '../finding.ts';
import { findingKey } from '../finding.ts';
import type { RunFact } from '../job-facts.ts';
import type { Seen } from '../news.ts';
import { type DurationLimits, durationLimits, endLagMs } from './duration-limits.ts';
import { durationOf, type JobView } from './job-view.ts';
import { judgeRuns, OPEN_SLACK } from './judge-runs.ts';
import { isZombie } from './zombie.ts';

/**
 * A run takes, or took, longer than its own past explains: longer than normal runs take once in years at that hour,
 * weekday and time of the month, at the level of late (`baselines/`), at least half as long again and five seconds.
 * Once its rows are known, it is held against runs of as many rows.
 *
 * While it is under way: as soon as it has been under way longer than that, and its end would be known if it had come;
 * it ends with the run, or becomes a `zombie`. A run that succeeded is judged by its duration, and what is found lasts
 * until a later one was not slow. A failed run is a `crash`, slow or not.
 *
 * Variants: `running`, and null for a finished one. The key is that of the run in both.
 */
export function findSlow(view: JobView): Seen<Finding>[] {
  const finished = judgeRuns(view, 'slow', view.succeeded, (run, isOpen) => {
    const limits = durationLimits(view, run);
    const observed = durationOf(run);
    const limit = slackened(limits, isOpen);
    if (observed === null || limit === null || observed <= limit) return null;
    return { variant: null, evidence: evidenceOf(observed, limits) };
  });
  const running = view.running.flatMap((run) => stillRunning(view, run) ?? []);
  return [...finished, ...running];
}

function stillRunning(view: JobView, run: RunFact): Seen<Finding> | null {
  const key = findingKey('slow', view.subject, run.runKey);
  const limits = durationLimits(view, run);
  const limit = slackened(limits, view.open.has(key));
  const elapsed = view.asOfMs - run.startedAtMs;
  if (limit === null || elapsed <= limit + endLagMs(view, run) || isZombie(view, run)) return null;
  const what: Finding = {
    key,
    kind: 'slow',
    variant: 'running',
    subject: view.subject,
    sinceMs: run.startedAtMs,
    runKey: run.runKey,
    dueMs: null,
    evidence: evidenceOf(elapsed, limits),
    family: null,
    course: 'new',
  };
  return { what, happenedMs: view.asOfMs, knownMs: view.asOfMs, lasts: true };
}

const slackened = ({ mostMs, decided }: DurationLimits, isOpen: boolean) =>
  mostMs !== null && isOpen && !decided.most ? mostMs / OPEN_SLACK : mostMs;

const evidenceOf = (observed: number, { expectedMs, mostMs }: DurationLimits): Evidence => ({
  observed: Math.round(observed),
  expected: expectedMs === null ? null : Math.round(expectedMs),
  limit: mostMs === null ? null : Math.round(mostMs),
  unit: 'ms',
  text: null,
});
