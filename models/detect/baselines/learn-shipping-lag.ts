import type { JobHistory } from '../../records/job-history.ts';
import { quantile } from '../quantile.ts';
import { LONGEST_LAG_MS } from './learn-habits.ts';

const DAY_MS = 86_400_000;
/** How news travels now, not last year. */
const DAYS = 30;
/** Logs stop for half an hour once in hundreds of runs: fewer ends do not tell how long. */
const FEWEST_ENDS = 5000;
const ALL_BUT_ONE_IN = 2000;

/**
 * How long the end of a run can take to be known, by namespace, milliseconds: all but one in 2,000 ends of the last 30
 * days were known within it, of all its jobs. What was known more than six hours later was loaded afterwards and does
 * not count. Namespaces with too few ends to say are left out.
 */
export function learnShippingLags(histories: readonly JobHistory[], asOfMs: number): Map<string, number> {
  const lagsOf = new Map<string, number[]>();
  for (const { namespace, startedAt, knownAt, durationMs } of histories) {
    const lags = lagsOf.get(namespace) ?? [];
    for (let i = startedAt.length - 1; i >= 0 && startedAt[i]! >= asOfMs - DAYS * DAY_MS; i--) {
      const lag = Math.max(0, knownAt[i]! - startedAt[i]! - durationMs[i]!);
      if (knownAt[i]! <= asOfMs && lag <= LONGEST_LAG_MS) lags.push(lag);
    }
    lagsOf.set(namespace, lags);
  }
  const known = [...lagsOf].filter(([, lags]) => lags.length >= FEWEST_ENDS);
  return new Map(
    known.map(([namespace, lags]) => {
      const sorted = Float64Array.from(lags).sort();
      return [namespace, Math.round(quantile(sorted, 1 - 1 / ALL_BUT_ONE_IN))];
    }),
  );
}
