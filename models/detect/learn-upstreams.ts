import { Upstreams, upstreamDefinitions } from '../features/upstream.ts';
import { startHistory } from '../features/visible-history.ts';
import type { JobHistory } from '../records/job-history.ts';

const DAY_MS = 86_400_000;
const NOT_ASKED = upstreamDefinitions.map(() => Number.NaN);

/**
 * Of each job those that it seems to follow (today: one at most), by ids, as the forecast learns it from what was known at `asOfMs`: see
 * `Upstreams`. Most jobs follow none.
 */
export function learnUpstreams(histories: readonly JobHistory[], asOfMs: number): Map<number, number[]> {
  const upstreams = new Upstreams(histories, [asOfMs]);
  histories.forEach((job, jobIndex) => {
    const history = startHistory(job, asOfMs % DAY_MS, null);
    history.advanceTo(asOfMs);
    if (history.count > 0) upstreams.add(jobIndex, 0, history, NOT_ASKED);
  });
  const followed = new Map<number, number[]>();
  histories.forEach(({ jobId }, index) => {
    const upstream = histories[upstreams.upstreamOf(index, 0)];
    if (upstream !== undefined) followed.set(jobId, [upstream.jobId]);
  });
  return followed;
}
