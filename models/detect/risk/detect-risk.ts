import { type Finding, findingOfState } from '../finding.ts';

/** What the newest forecast says of a job, beside what is usual of it. */
export interface RiskFacts {
  jobId: number;
  /** 1 (a truck waits for it) to 4 (nobody notices). */
  criticality: number;
  /** The instant the forecast was made for, epoch milliseconds. */
  cutoffMs: number;
  /** What its model knows of the job itself, or only of its group. */
  basis: 'model' | 'group-rate';
  /** Probability of a failure on days 1 to 7 after the cutoff; lower bounds where they are told. */
  days: readonly { probability: number; low: number | null }[];
  /** Days on which it ran before the cutoff, and those of them on which it failed. */
  daysRun: number;
  daysFailed: number;
}

const DAY_MS = 86_400_000;
/** Jobs that somebody waits for. */
const MOST_CRITICALITY = 2;
/** Days ahead on which something can still be done, and is not yet decided by others. */
const DAYS_AHEAD = 2;
/** A forecast that is older is none of today. */
const FRESH_MS = 2 * DAY_MS;
/** The forecast is calibrated: from here on it is right more often than not. */
const LEAST_PROBABILITY = 0.5;
/** So many times the usual odds; a job that fails every other day is known to. */
const LEAST_ODDS_RATIO = 4;
/** People read so many. */
const MOST_FINDINGS = 5;

const oddsOf = (probability: number) => probability / (1 - probability);

/**
 * Critical jobs that will more likely fail than not in the next two days, though they usually do not: the five most
 * likely. It lasts until a newer forecast says otherwise, or the forecast is two days old.
 */
export function detectRisk(facts: readonly RiskFacts[], asOfMs: number): Finding[] {
  return facts
    .flatMap((one) => {
      const risk = riskOf(one, asOfMs);
      return risk === null ? [] : [{ ...risk, one }];
    })
    .sort(
      (a, b) =>
        b.probability - a.probability || a.one.criticality - b.one.criticality || a.one.jobId - b.one.jobId,
    )
    .slice(0, MOST_FINDINGS)
    .map(({ one, day, probability, usual }) => {
      const text = new Date(one.cutoffMs + day * DAY_MS).toISOString().slice(0, 10);
      return findingOfState({
        kind: 'risk',
        variant: null,
        subject: { type: 'job', jobId: one.jobId },
        sinceMs: one.cutoffMs,
        evidence: { observed: probability, expected: usual, limit: LEAST_PROBABILITY, unit: 'share', text },
      });
    });
}

/** The likeliest of the coming days, when it is worth a word. */
function riskOf(
  facts: RiskFacts,
  asOfMs: number,
): { day: number; probability: number; usual: number } | null {
  const { criticality, basis, cutoffMs, days, daysRun, daysFailed } = facts;
  const ageMs = asOfMs - cutoffMs;
  if (criticality > MOST_CRITICALITY || basis !== 'model' || ageMs < 0 || ageMs >= FRESH_MS) return null;
  // Laplace's rule: a job without a past fails every other day, so that nothing is said of it.
  const usual = (daysFailed + 1) / (daysRun + 2);
  const first = Math.floor(ageMs / DAY_MS);
  const coming = days.slice(first, first + DAYS_AHEAD);
  const probability = Math.max(0, ...coming.map((day) => day.probability));
  const place = coming.findIndex((day) => day.probability === probability);
  if (place < 0 || probability < LEAST_PROBABILITY) return null;
  const { low } = coming[place]!;
  if (oddsOf(probability) < LEAST_ODDS_RATIO * oddsOf(usual) || (low !== null && low <= usual)) return null;
  return { day: first + place, probability, usual };
}
