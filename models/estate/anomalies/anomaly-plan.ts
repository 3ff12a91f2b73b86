/** What strikes one run, one slot, one server or one file. */
export const SINGLE_KINDS = [
  'crash',
  'slow',
  'fast',
  'incomplete',
  'late',
  'missing',
  'extra',
  'overlap',
  'zombie',
  'host',
  'transmission',
] as const;
export type SingleKind = (typeof SINGLE_KINDS)[number];

/** What strikes many jobs at once, by one cause. */
export const OUTAGE_KINDS = ['host-down', 'chain', 'scheduler', 'database'] as const;
export type OutageKind = (typeof OUTAGE_KINDS)[number];

/** How much goes wrong on purpose. The same plan in the same estate gives the same anomalies. */
export interface AnomalyPlan {
  /** First day on which something may: before it there is only what an estate does by itself, to learn from. */
  fromDay: number;
  /** Runs that a job must have had before, so that there is something to compare with. */
  minRuns: number;
  /** How many a day, on average. */
  perDay: Readonly<Record<SingleKind, number>>;
  /** Chance a day that one begins; never two at a time. */
  outages: Readonly<Record<OutageKind, number>>;
}

/** About four a day of 120 jobs: each of them is struck once or twice in a month. */
const USUAL_PER_DAY: AnomalyPlan['perDay'] = {
  crash: 0.5,
  slow: 0.5,
  fast: 0.4,
  incomplete: 0.5,
  late: 0.4,
  missing: 0.4,
  extra: 0.3,
  overlap: 0.25,
  zombie: 0.2,
  host: 0.25,
  transmission: 0.6,
};
const USUAL_OUTAGES: AnomalyPlan['outages'] = {
  'host-down': 0.04,
  chain: 0.05,
  scheduler: 0.02,
  database: 0.05,
};

/**
 * Completes and checks a plan. Left out, anomalies begin after half of the history.
 *
 * @throws RangeError naming the number, the allowed values and the value found
 */
export function anomalyPlan(given: Partial<AnomalyPlan>, days: number): AnomalyPlan {
  const { fromDay = Math.floor(days / 2), minRuns = 12 } = given;
  const perDay = { ...USUAL_PER_DAY, ...given.perDay };
  const outages = { ...USUAL_OUTAGES, ...given.outages };
  for (const [name, value] of Object.entries({ fromDay, minRuns })) {
    if (!Number.isInteger(value) || value < 0 || value > 100_000) {
      throw new RangeError(`anomalies: ${name} must be a whole number from 0 to 100000, got ${value}`);
    }
  }
  for (const [kind, rate] of Object.entries(perDay)) {
    if (!(rate >= 0 && rate <= 100)) {
      throw new RangeError(`anomalies: ${kind} must be 0 to 100 a day, got ${rate}`);
    }
  }
  const any = Object.values(outages).reduce((sum, chance) => sum + chance, 0);
  if (!(any <= 1 && Object.values(outages).every((chance) => chance >= 0))) {
    throw new RangeError(
      `anomalies: the chances of outages must be from 0 on and sum to at most 1, got ${any}`,
    );
  }
  return { fromDay, minRuns, perDay, outages };
}
