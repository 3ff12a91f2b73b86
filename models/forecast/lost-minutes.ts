import { DAY_MS, WEEK_DAYS } from '../features/feature.ts';
import { median } from '../median.ts';

const MINUTE_MS = 60_000;
/** What is told of its group counts as much as this many failed runs of the job itself. */
const GROUP_WEIGHT = 3;
/** No job can lose more of a week than the week. */
const WEEK_MINUTES = (WEEK_DAYS * DAY_MS) / MINUTE_MS;

/**
 * Minutes that one failed run of each job costs: the median of its losses, drawn towards the median of its group on the
 * log scale (durations differ by factors): exp((n ln own + 3 ln group) ÷ (n + 3)) for n losses. The group is the owner's jobs;
 * its median is that of the medians of its jobs, and that of all jobs where none of the group ever failed.
 *
 * @param jobs `lossesMs` as in `PastRuns`
 * @returns null for every job when no job ever failed and ran again
 */
export function minutesPerFailure(
  jobs: readonly { owner: string | null; lossesMs: readonly number[] }[],
): (number | null)[] {
  const own = jobs.map(({ lossesMs }) => median(lossesMs.map((ms) => Math.max(1, ms / MINUTE_MS))));
  const groups = new Map<string, number[]>();
  own.forEach((minutes, j) => {
    if (minutes === null) return;
    const owner = jobs[j]!.owner ?? '';
    groups.set(owner, [...(groups.get(owner) ?? []), minutes]);
  });
  const ofAll = median(own.filter((minutes) => minutes !== null));
  const ofGroup = new Map([...groups].map(([owner, minutes]) => [owner, median(minutes)]));
  return jobs.map(({ owner, lossesMs }, j) => {
    const group = ofGroup.get(owner ?? '') ?? ofAll;
    const mine = own[j]!;
    if (group === null || mine === null) return group;
    const n = lossesMs.length;
    return Math.exp((n * Math.log(mine) + GROUP_WEIGHT * Math.log(group)) / (n + GROUP_WEIGHT));
  });
}

/** Minutes lost in the week, at most all of them; null where the cost of a failure is not known. */
export const expectedLostMinutes = (failedRuns: number, perFailure: number | null): number | null =>
  perFailure === null ? null : Math.min(WEEK_MINUTES, failedRuns * perFailure);
