import { volumes } from './compare-volumes.ts';
import { failingWindows } from './count-failing-windows.ts';
import { outcomeCounts } from './count-outcomes.ts';
import { schedule } from './describe-schedule.ts';
import { targetDayDefinitions } from './describe-target-day.ts';
import type { FeatureDefinition, FeatureFamily } from './feature.ts';
import { durations } from './measure-durations.ts';
import { lateness } from './measure-lateness.ts';
import { recency } from './measure-recency.ts';
import { monthEnds } from './month-ends.ts';
import { dayOddsDefinitions, weekOddsDefinitions } from './odds-definitions.ts';
import { outsideFactDefinitions } from './outside-facts.ts';
import { groupRateDefinitions } from './rate-groups.ts';
import { hostMetricDefinitions } from './read-host-metrics.ts';
import { errorDefinitions } from './recur-errors.ts';
import { slotLoadDefinitions } from './slot-load.ts';
import { upstreamDefinitions } from './upstream.ts';

/** Families that need one job's visible history and nothing else. */
export const jobFamilies: readonly FeatureFamily[] = [
  outcomeCounts,
  recency,
  durations,
  schedule,
  failingWindows,
  volumes,
  monthEnds,
  lateness,
];

/** The columns of the week head, in order. */
export const weekFeatures: readonly FeatureDefinition[] = [
  ...jobFamilies.flatMap((family) => family.definitions),
  ...groupRateDefinitions,
  ...hostMetricDefinitions,
  ...outsideFactDefinitions,
  ...weekOddsDefinitions,
  ...errorDefinitions,
  ...upstreamDefinitions,
  ...slotLoadDefinitions,
];

/** The columns of the day head, in order: those of the week, then those of the target day. */
export const dayFeatures: readonly FeatureDefinition[] = [
  ...weekFeatures,
  ...targetDayDefinitions,
  ...dayOddsDefinitions,
];

const byName = new Map(dayFeatures.map((feature) => [feature.name, feature]));

/** @throws Error for a name that is not in the registry. */
export function featureNamed(name: string): FeatureDefinition {
  const feature = byName.get(name);
  if (feature === undefined) throw new Error(`no feature is called "${name}"`);
  return feature;
}
