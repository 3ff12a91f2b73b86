import { isTimeZone } from '../clean/local-time.ts';
import { type AnomalyPlan, anomalyPlan } from './anomalies/anomaly-plan.ts';

/** What a simulated estate is made from. The same options give the same bytes. */
export interface EstateOptions {
  jobs: number;
  hosts: number;
  /** Length of the history; the estate itself has no end. */
  days: number;
  seed: number;
  /** First simulated day, `YYYY-MM-DD`, UTC. */
  startDate: string;
  /** IANA time zone of the schedulers' clocks; left out: UTC. */
  clock?: string;
  /** What goes wrong on purpose, with its truth; left out: only what goes wrong by itself. */
  anomalies?: AnomalyPlan;
}

/** As asked for: an anomaly plan may name only what differs from the usual one; null asks for none. */
export type GivenEstateOptions = Partial<Omit<EstateOptions, 'clock' | 'anomalies'>> & {
  clock?: string | undefined;
  anomalies?: Partial<AnomalyPlan> | null | undefined;
};

export const DAY_MS = 86_400_000;

/** The day after the default history, fixed so that nothing here needs a clock. */
export const DEFAULT_END_DATE = '2026-03-01';

const BOUNDS = { jobs: [1, 2000], hosts: [1, 99], days: [1, 3650] } as const;

/**
 * Completes and checks options: 120 jobs on 8 servers over the 180 days before 2026-03-01, seed 1.
 *
 * @throws RangeError naming the option, the allowed values and the value found.
 */
export function estateOptions(given: GivenEstateOptions = {}): EstateOptions {
  const { jobs = 120, hosts = 8, days = 180, seed = 1 } = given;
  for (const [name, value] of Object.entries({ jobs, hosts, days })) {
    const [least, most] = BOUNDS[name as keyof typeof BOUNDS];
    if (!Number.isInteger(value) || value < least || value > most) {
      throw new RangeError(`estate: ${name} must be a whole number from ${least} to ${most}, got ${value}`);
    }
  }
  if (!Number.isSafeInteger(seed)) {
    throw new RangeError(`estate: seed must be a safe whole number, got ${seed}`);
  }
  const startDate = given.startDate ?? dateOf(Date.parse(DEFAULT_END_DATE) - days * DAY_MS);
  if (!/^\d{4}-\d{2}-\d{2}$/.test(startDate) || !isDate(startDate)) {
    throw new RangeError(`estate: startDate must be a date YYYY-MM-DD, got "${startDate}"`);
  }
  if (given.clock !== undefined && !isTimeZone(given.clock)) {
    throw new RangeError(`estate: clock must be a time zone such as Europe/Paris, got "${given.clock}"`);
  }
  return {
    jobs,
    hosts,
    days,
    seed,
    startDate,
    ...(given.clock === undefined ? {} : { clock: given.clock }),
    ...(given.anomalies == null ? {} : { anomalies: anomalyPlan(given.anomalies, days) }),
  };
}

function isDate(text: string): boolean {
  const instant = Date.parse(text);
  return !Number.isNaN(instant) && dateOf(instant) === text;
}

/** The UTC date of an instant, `YYYY-MM-DD`. */
export function dateOf(instant: number): string {
  return new Date(instant).toISOString().slice(0, 10);
}
