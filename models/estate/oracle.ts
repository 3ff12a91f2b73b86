import { advanceDay, type Estate, forkEstate } from './estate.ts';

/** What nobody who reads the logs can know better: the share of possible futures in which a job fails. */
export interface OracleForecast {
  job: string;
  /** Of at least one failed run in the seven days from the estate's next day on. */
  week: number;
  /** Of at least one on each of them. */
  days: number[];
}

const DAYS = 7;

/**
 * Plays the coming week of an estate many times over, from its true state, and counts failures. The estate itself
 * does not move. The share of f futures has a standard error of at most 1/(2√f).
 *
 * @throws RangeError unless `futures` is a whole number from 1 on
 */
export function oracleForecast(estate: Estate, futures: number): OracleForecast[] {
  if (!Number.isInteger(futures) || futures < 1) {
    throw new RangeError(`oracle: futures must be a whole number from 1 on, got ${futures}`);
  }
  const indexOf = new Map(estate.jobs.map((job) => [job.name, job.index]));
  const weeks = new Float64Array(estate.jobs.length);
  const days = estate.jobs.map(() => new Float64Array(DAYS));
  for (let future = 0; future < futures; future++) {
    const possible = forkEstate(estate, future);
    const failedInWeek = new Uint8Array(weeks.length);
    for (let d = 0; d < DAYS; d++) {
      const failed = new Uint8Array(weeks.length);
      for (const run of advanceDay(possible, { sampled: false }).runs) {
        if (run.status === 'failed') failed[indexOf.get(run.job)!] = 1;
      }
      failed.forEach((hit, job) => {
        days[job]![d]! += hit;
        failedInWeek[job]! |= hit;
      });
    }
    failedInWeek.forEach((hit, job) => {
      weeks[job]! += hit;
    });
  }
  return estate.jobs.map(({ name, index }) => ({
    job: name,
    week: weeks[index]! / futures,
    days: Array.from(days[index]!, (count) => count / futures),
  }));
}
