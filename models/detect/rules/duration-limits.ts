import type { RunFact } from '../job-facts.ts';
import { durationOf, type JobView } from './job-view.ts';
import { type Expected, expectedOf, type Measure, ROWS } from './usual-of-run.ts';

const DURATION: Measure = { usualIn: ({ duration }) => duration, numberOf: durationOf };

/** However short a job is: nobody looks for so few seconds. */
const LEAST_EXCESS_MS = 5000;
const LEAST_SHORT_MS = 3000;

/** Rows below usual by more may be the fault itself: what they leave out shortens no limit. */
const FEWEST_ROWS = 0.75;

/**
 * What a run should have taken: for its rows, once they are known and say something of it, else at that time.
 * Twice the rows excuse twice the time; hardly any rows do not excuse hardly any time.
 */
function expectedDuration(view: JobView, run: RunFact): Expected | null {
  const atThatTime = expectedOf(view, run, DURATION);
  const share = view.editionOf(run)?.durationForRows?.share;
  const usualRows = expectedOf(view, run, ROWS)?.value;
  if (share === undefined || usualRows === undefined || run.rowsWritten === null) return atThatTime;
  const forRows = expectedOf(view, run, {
    usualIn: ({ durationForRows }) => durationForRows?.usual ?? null,
    numberOf: (of) => {
      const durationMs = durationOf(of);
      return durationMs === null || !of.rowsWritten ? null : durationMs / of.rowsWritten ** share;
    },
  });
  if (forRows === null) return atThatTime;
  const work = Math.max(run.rowsWritten, FEWEST_ROWS * usualRows) ** share;
  return { value: forRows.value * work, most: forRows.most * work, least: forRows.least * work };
}

/** Between which durations a run is normal, milliseconds; null: not known. */
export interface DurationLimits {
  expectedMs: number | null;
  mostMs: number | null;
  leastMs: number | null;
  /** A person said so: no slack. */
  decided: { most: boolean; least: boolean };
}

/** The limits of a run: what a person decided, else what its past says. */
export function durationLimits(view: JobView, run: RunFact): DurationLimits {
  const { slow, fast } = view.overrides;
  const usual = expectedDuration(view, run);
  const decide = (decision: typeof slow): number | null => {
    if (decision === undefined) return null;
    if ('limitMs' in decision) return decision.limitMs;
    return usual === null ? null : usual.value * decision.factor;
  };
  const most = decide(slow);
  const least = decide(fast);
  return {
    expectedMs: usual?.value ?? null,
    mostMs: most ?? (usual && Math.max(usual.most, usual.value + LEAST_EXCESS_MS)),
    leastMs: least ?? (usual && Math.min(usual.least, usual.value - LEAST_SHORT_MS)),
    decided: { most: most !== null, least: least !== null },
  };
}

/** How long after its end a run may still be told as running, milliseconds. */
export const endLagMs = (view: JobView, run: RunFact): number => view.editionOf(run)?.endLag?.upperMs ?? 0;
