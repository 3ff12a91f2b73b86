import { median } from '../median.ts';
import type { JobFacts } from './job-facts.ts';

/** Fewer say nothing of what is usual. */
const LEAST_GAPS = 3;

/** Usual time from one start of a job to the next, milliseconds: the median; null where too few are known. */
export function usualGapMs({ runs }: Pick<JobFacts, 'runs'>): number | null {
  const starts = runs.map(({ startedAtMs }) => startedAtMs).sort((one, other) => one - other);
  const gaps = starts.slice(1).map((start, index) => start - starts[index]!);
  return gaps.length < LEAST_GAPS ? null : median(gaps);
}
