import type { RunFact } from '../job-facts.ts';
import { durationOf, type JobView } from './job-view.ts';
import { expectedOf, type Measure } from './usual-of-run.ts';

const DURATION: Measure = { usualIn: ({ duration }) => duration, numberOf: durationOf };

/** However short a job is: nobody looks for so few seconds. */
const LEAST_EXCESS_MS = 5000;
const LEAST_SHORT_MS = 3000;

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
  const usual = expectedOf(view, run, DURATION);
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
