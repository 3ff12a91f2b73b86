import type { Finding } from '../finding.ts';
import type { Seen } from '../news.ts';
import { durationLimits } from './duration-limits.ts';
import { durationOf, type JobView } from './job-view.ts';
import { judgeRuns, OPEN_SLACK } from './judge-runs.ts';

/**
 * A run succeeded suspiciously fast: faster than normal runs are once in years, in less than two fifths of the usual time,
 * and by at least three seconds. Often it had nothing to do because something before it did nothing.
 *
 * It lasts until a later run took its time.
 */
export function findFast(view: JobView): Seen<Finding>[] {
  return judgeRuns(view, 'fast', view.succeeded, (run, isOpen) => {
    const { expectedMs, leastMs, decided } = durationLimits(view, run);
    const observed = durationOf(run);
    if (observed === null || leastMs === null) return null;
    const limit = isOpen && !decided.least ? leastMs * OPEN_SLACK : leastMs;
    if (observed >= limit) return null;
    const expected = expectedMs === null ? null : Math.round(expectedMs);
    return {
      variant: null,
      evidence: { observed, expected, limit: Math.round(leastMs), unit: 'ms', text: null },
    };
  });
}
