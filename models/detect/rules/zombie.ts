import type { Finding } from '../finding.ts';
import { findingKey } from '../finding.ts';
import type { RunFact } from '../job-facts.ts';
import type { Seen } from '../news.ts';
import { durationLimits, endLagMs } from './duration-limits.ts';
import { endOf, type JobView } from './job-view.ts';
import { neverOverlaps } from './overlap.ts';

/** No run plausibly takes ten times its usual time, three times the longest there was, or twice its slow limit. */
const TIMES_USUAL = 10;
const TIMES_LONGEST = 3;
const TIMES_LIMIT = 2;
const LEAST_MS = 15 * 60_000;
/** Where nothing is known of durations: no batch runs two days. */
const UNKNOWN_MS = 2 * 86_400_000;

/** Runs of a job that never has two under way, begun and ended since: the first may be a retry by hand, two are life. */
const NEWER_RUNS = 2;

/**
 * A run that began, never ended, and cannot be alive: it is past any plausible end, or the job, which never has two
 * runs under way, went on without it: two newer runs have begun and ended, or one and it is past its slow limit.
 *
 * It ends when the run is told to have ended.
 */
export function findZombie(view: JobView): Seen<Finding>[] {
  return view.running.flatMap((run) => {
    if (!isZombie(view, run)) return [];
    const limit = plausibleMs(view, run);
    const { expectedMs } = durationLimits(view, run);
    const what: Finding = {
      key: findingKey('zombie', view.subject, run.runKey),
      kind: 'zombie',
      variant: endedSince(view, run) > 0 ? 'overtaken' : 'past-any-end',
      subject: view.subject,
      sinceMs: run.startedAtMs,
      runKey: run.runKey,
      dueMs: null,
      evidence: {
        observed: view.asOfMs - run.startedAtMs,
        expected: expectedMs === null ? null : Math.round(expectedMs),
        limit: Math.round(limit),
        unit: 'ms',
        text: null,
      },
      family: null,
      course: 'new',
    };
    return [{ what, happenedMs: run.startedAtMs, knownMs: view.asOfMs, lasts: true }];
  });
}

/** Whether a run told as running cannot be. */
export function isZombie(view: JobView, run: RunFact): boolean {
  const elapsed = view.asOfMs - run.startedAtMs;
  const lag = endLagMs(view, run);
  if (elapsed > plausibleMs(view, run) + lag) return true;
  if (neverOverlaps(view, run) === false) return false;
  const newer = endedSince(view, run);
  if (newer >= NEWER_RUNS) return elapsed > lag;
  const { mostMs } = durationLimits(view, run);
  return newer > 0 && mostMs !== null && elapsed > mostMs + lag;
}

/** Runs that began after it, and have ended. */
const endedSince = (view: JobView, run: RunFact): number =>
  view.finished.filter((other) => other.startedAtMs > run.startedAtMs && endOf(other) > run.startedAtMs)
    .length;

/** How long a run can be alive at most, milliseconds. */
function plausibleMs(view: JobView, run: RunFact): number {
  const { expectedMs, mostMs, decided } = durationLimits(view, run);
  if (decided.most) return Math.max(LEAST_MS, TIMES_LIMIT * mostMs!);
  if (expectedMs === null) return UNKNOWN_MS;
  const longestMs = view.editionOf(run)?.longestMs ?? 0;
  return Math.max(LEAST_MS, TIMES_USUAL * expectedMs, TIMES_LONGEST * longestMs, TIMES_LIMIT * (mostMs ?? 0));
}
