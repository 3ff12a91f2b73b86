import { buildMatrices } from '../features/build-matrices.ts';
import { WEEK_DAYS } from '../features/feature.ts';
import { alignColumns, columnNamed, type FeatureMatrix } from '../features/feature-matrix.ts';
import type { HostSeries, JobHistory } from '../records/job-history.ts';
import type { OutsideFacts } from '../records/outside-facts.ts';
import { decodeArtifact, type Head } from './artifact.ts';
import { forecastCosts } from './forecast-costs.ts';
import { type Interval, predictCandidates } from './predict-candidates.ts';
import { type Reason, topReasons } from './reasons.ts';

/** `group-rate`: not enough data of the job itself, the rate of its owner's jobs answers. */
export type Basis = 'model' | 'group-rate';

export interface DayForecast {
  jobId: number;
  /** 1 to 7: the 24 hours that start `horizonDay - 1` days after the cutoff. */
  horizonDay: number;
  /** Of at least one failed run. */
  probability: number;
  /** Holds `probability`; null: not enough data to say. */
  interval: Interval;
  basis: Basis;
  reasons: Reason[];
}

export interface WeekForecast {
  jobId: number;
  probability: number;
  /** Holds `probability`; null: not enough data to say. */
  interval: Interval;
  /** Failed runs expected in the week: expected-failed-runs.ts. */
  expectedFailedRuns: number;
  /** Minutes that they are expected to cost: lost-minutes.ts. Null: no job ever failed and ran again. */
  expectedLostMinutes: number | null;
  /** 1 is the most likely to fail. */
  rank: number;
  basis: Basis;
  reasons: Reason[];
}

export interface Forecast {
  candidates: number;
  /** Seven per candidate, by candidate, then day. */
  days: DayForecast[];
  /** One per candidate, in the same order. */
  weeks: WeekForecast[];
}

/**
 * Forecasts the week after the cutoff for every candidate.
 *
 * For each job max(days) <= week <= sum(days): `reconcile` in predict-candidates.ts. Probabilities are always
 * numbers in (0, 1).
 *
 * @throws Error when the artifact is no forecast model of this version
 */
export function scoreForecast(
  artifact: Uint8Array,
  known: {
    histories: readonly JobHistory[];
    hostSeries: readonly HostSeries[];
    facts?: OutsideFacts;
  },
  cutoff: number,
  { maxReasons }: { maxReasons: number } = { maxReasons: 3 },
): Forecast {
  const { histories, hostSeries, facts } = known;
  const model = decodeArtifact(artifact);
  const matrices = buildMatrices(histories, hostSeries, [cutoff], facts && { facts });
  const { week, day, groupRate, weekInterval, dayInterval } = predictCandidates(model, matrices);
  const ranks = ranksOf(week);
  const costs = forecastCosts(known.histories, cutoff, matrices, week);
  const weekRows = alignColumns(matrices.week, model.week.model.names);
  const dayRows = alignColumns(matrices.day, model.day.model.names);
  const days: DayForecast[] = [];
  const weeks: WeekForecast[] = [];
  for (let r = 0; r < week.length; r++) {
    const job = histories[matrices.week.jobIndex[r]!]!;
    const upstream = histories[matrices.followed[r]!]?.job ?? null;
    const basis: Basis = groupRate[r] === 1 ? 'group-rate' : 'model';
    const reasonsOf = (head: Head, matrix: FeatureMatrix, row: number, horizonDay: number) =>
      basis === 'group-rate'
        ? [groupReason(matrices.week, r, horizonDay)].slice(0, maxReasons)
        : topReasons(
            head.model.explain(matrix, row).contributions,
            { cutoff, horizonDay, host: job.host, owner: job.owner, upstream },
            maxReasons,
          );
    for (let h = 1; h <= WEEK_DAYS; h++) {
      const row = r * WEEK_DAYS + h - 1;
      const reasons = reasonsOf(model.day, dayRows, row, h);
      days.push({
        jobId: job.jobId,
        horizonDay: h,
        probability: day[row]!,
        interval: dayInterval[row]!,
        basis,
        reasons,
      });
    }
    weeks.push({
      jobId: job.jobId,
      probability: week[r]!,
      interval: weekInterval[r]!,
      ...costs[r]!,
      rank: ranks[r]!,
      basis,
      reasons: reasonsOf(model.week, weekRows, r, 0),
    });
  }
  return { candidates: week.length, days, weeks };
}

function ranksOf(probabilities: Float64Array): Int32Array {
  const order = Int32Array.from(probabilities.keys()).sort(
    (a, b) => probabilities[b]! - probabilities[a]! || a - b,
  );
  const ranks = new Int32Array(order.length);
  order.forEach((row, position) => {
    ranks[row] = position + 1;
  });
  return ranks;
}

function groupReason(week: FeatureMatrix, row: number, horizonDay: number): Reason {
  const runs = columnNamed(week, 'runs_all')[row]!;
  const feature = horizonDay === 0 ? 'group_window_rate' : 'group_day_rate';
  const share = `${(100 * columnNamed(week, feature)[row]!).toFixed(1)} %`;
  const [en, fr] = horizonDay === 0 ? ['weeks', 'semaines'] : ['days', 'jours'];
  return {
    feature,
    contribution: 0,
    en: `only ${runs} ${runs === 1 ? 'run' : 'runs'} so far: jobs of its group fail in ${share} of ${en}`,
    fr: `${runs} ${runs === 1 ? 'passage' : 'passages'} seulement : les traitements de son groupe échouent ${share.replace('.', ',')} des ${fr}`,
  };
}
