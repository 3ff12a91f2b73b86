import { checkAtMost, type GateCheck, notKnown } from '../evaluation/gate-check.ts';
import type { GateThresholds } from '../evaluation/gate-thresholds.ts';
import { DAY_MS, WEEK_DAYS } from '../features/feature.ts';
import { columnNamed, type FeatureMatrix } from '../features/feature-matrix.ts';
import { median } from '../median.ts';
import { FAILED, SUCCEEDED } from '../records/run.ts';
import { matricesAt, type PreparedSnapshot } from './prepare-training.ts';
import type { Snapshot } from './snapshot.ts';

/** Weeks that are looked at, one by one, and weeks before that say what is usual. */
const RECENT_WEEKS = 4;
const USUAL_WEEKS = { least: 4, most: 12 };
/** Median of a chi-squared variable of one degree of freedom: what the median squared deviation of luck alone is. */
const CHI_SQUARED_MEDIAN = 0.4549;

/**
 * Are the inputs of a training such as they used to be?
 *
 * Each of the last weeks is set beside the median of the weeks before: how many runs, which share of them failed,
 * which job or source told how many of them. Spread is as large as luck makes it (Poisson, binomial) times how much
 * more the usual weeks scatter. A week has to be far off by the factor and in deviations: drift is what models are
 * trained anew for. And columns that told rows apart in the training should still do so in the test: a reading that
 * stands still, or that repeats another one, is broken.
 */
export function checkInputs(prepared: PreparedSnapshot, thresholds: GateThresholds): GateCheck[] {
  const weeks = weeksOf(prepared.snapshot);
  return [
    ...(weeks === null ? unknownWeeks(thresholds) : checkWeeks(weeks, thresholds)),
    checkFrozen(prepared, thresholds),
  ];
}

/** Runs and failures of all weeks, the newest first, and of each group that tells runs. */
interface Weeks {
  recent: number;
  runs: number[];
  finished: number[];
  failed: number[];
  groups: Map<string, number[]>;
}

/** Null: too few weeks to know what is usual. */
function weeksOf({ cutoff, histories, facts }: Snapshot): Weeks | null {
  const first = histories.reduce((least, job) => Math.min(least, job.startedAt[0] ?? cutoff), cutoff);
  const whole = Math.floor((cutoff - first) / (WEEK_DAYS * DAY_MS));
  const recent = Math.min(RECENT_WEEKS, Math.floor(whole / 3));
  if (recent < 1 || whole - recent < USUAL_WEEKS.least) return null;
  const count = Math.min(whole, recent + USUAL_WEEKS.most);
  const none = () => new Array<number>(count).fill(0);
  const weeks: Weeks = { recent, runs: none(), finished: none(), failed: none(), groups: new Map() };
  const sourceOf = new Map(
    facts.sources.flatMap(({ source, jobs }) => [...jobs.jobId].map((id) => [id, source])),
  );
  const counted = (group: string) => weeks.groups.get(group) ?? weeks.groups.set(group, none()).get(group)!;
  for (const job of histories) {
    const groups = [counted(`job ${job.job}`), counted(`source ${sourceOf.get(job.jobId) ?? job.namespace}`)];
    job.startedAt.forEach((startedAt, i) => {
      const week = Math.floor((cutoff - startedAt) / (WEEK_DAYS * DAY_MS));
      if (week < 0 || week >= count) return;
      weeks.runs[week]! += 1;
      for (const group of groups) group[week]! += 1;
      if (job.status[i] === FAILED) weeks.failed[week]! += 1;
      if (job.status[i] === FAILED || job.status[i] === SUCCEEDED) weeks.finished[week]! += 1;
    });
  }
  return weeks;
}

const CHECKS = ['volume-usual', 'failures-usual', 'no-flood'] as const;

function unknownWeeks({ maxShiftFactor, maxFloodShare }: GateThresholds): GateCheck[] {
  return CHECKS.map((name) =>
    notKnown(name, name === 'no-flood' ? maxFloodShare : maxShiftFactor, {
      en: `Fewer than ${USUAL_WEEKS.least + 1} whole weeks of runs: what is usual is not known.`,
      fr: `Moins de ${USUAL_WEEKS.least + 1} semaines complètes d'exécutions : on ignore ce qui est habituel.`,
    }),
  );
}

function checkWeeks(weeks: Weeks, thresholds: GateThresholds): GateCheck[] {
  const { maxShiftFactor, maxFloodShare } = thresholds;
  const volume = largestShift(volumeShifts(weeks), thresholds);
  const share = largestShift(shareShifts(weeks), thresholds);
  const flood = largestFlood(weeks);
  const times = (factor: number) => factor.toFixed(1);
  return [
    checkAtMost('volume-usual', volume, maxShiftFactor, {
      en: `The runs of one of the last ${weeks.recent} weeks are off the usual by a factor of ${times(volume)}, at most ${maxShiftFactor} allowed.`,
      fr: `Les exécutions d'une des ${weeks.recent} dernières semaines s'écartent de l'habitude d'un facteur ${times(volume)}, au plus ${maxShiftFactor} admis.`,
    }),
    checkAtMost('failures-usual', share, maxShiftFactor, {
      en: `The odds of a failed run in one of the last ${weeks.recent} weeks are off the usual by a factor of ${times(share)}, at most ${maxShiftFactor} allowed.`,
      fr: `La cote d'échec d'une des ${weeks.recent} dernières semaines s'écarte de l'habitude d'un facteur ${times(share)}, au plus ${maxShiftFactor} admis.`,
    }),
    checkAtMost('no-flood', flood.share, maxFloodShare, {
      en: `${(100 * flood.share).toFixed(0)} % of the runs of a week are more than usual from ${flood.group}, at most ${100 * maxFloodShare} % allowed.`,
      fr: `${(100 * flood.share).toFixed(0)} % des exécutions d'une semaine dépassent l'habitude de ${flood.group}, au plus ${100 * maxFloodShare} % admis.`,
    }),
  ];
}

/** By what factor a recent week is off, 1 or more, and by how many deviations. */
interface Shift {
  factor: number;
  deviations: number;
}

/** The largest factor of those far enough off not to be luck; 1 where there is none. */
const largestShift = (shifts: readonly Shift[], { maxShiftDeviations }: GateThresholds): number =>
  shifts.reduce(
    (most, { factor, deviations }) => (deviations > maxShiftDeviations ? Math.max(most, factor) : most),
    1,
  );

/** Never below 1: usual weeks that scatter less than luck would have them say nothing of the next. */
const scatter = (squared: readonly number[]): number =>
  Math.max(1, (median(squared) ?? 0) / CHI_SQUARED_MEDIAN);

const upwards = (ratio: number): number => Math.max(ratio, 1 / ratio);

function volumeShifts({ recent, runs }: Weeks): Shift[] {
  const usual = runs.slice(recent);
  const middle = Math.max(1, median(usual)!);
  const spread = Math.sqrt(middle * scatter(usual.map((count) => (count - middle) ** 2 / middle)));
  return runs.slice(0, recent).map((count) => ({
    factor: upwards((count + 1) / (middle + 1)),
    deviations: Math.abs(count - middle) / spread,
  }));
}

/** Half a run is added to either side: where nothing ever failed the first failure is no proof. */
function shareShifts({ recent, finished, failed }: Weeks): Shift[] {
  const share = (week: number) => (failed[week]! + 0.5) / (finished[week]! + 1);
  const told = [...finished.keys()].filter((week) => finished[week]! > 0);
  const usual = told.filter((week) => week >= recent);
  if (usual.length === 0) return [];
  const middle = median(usual.map(share))!;
  const variance = (week: number) => Math.max(1, finished[week]!) * middle * (1 - middle);
  const off = (week: number) => (failed[week]! - finished[week]! * middle) ** 2 / variance(week);
  const inflation = scatter(usual.map(off));
  const odds = (p: number) => p / (1 - p);
  return told
    .filter((week) => week < recent)
    .map((week) => ({
      factor: upwards(odds(share(week)) / odds(middle)),
      deviations: Math.sqrt(off(week) / inflation),
    }));
}

/** The largest share of a recent week's runs that one group told beyond its usual. */
function largestFlood({ recent, runs, groups }: Weeks): { share: number; group: string } {
  let largest = { share: 0, group: '-' };
  for (const [group, counts] of groups) {
    const usual = median(counts.slice(recent))!;
    for (let week = 0; week < recent; week++) {
      const share = runs[week] === 0 ? 0 : (counts[week]! - usual) / runs[week]!;
      if (share > largest.share) largest = { share, group };
    }
  }
  return largest;
}

function checkFrozen({ matrices, split }: PreparedSnapshot, { maxFrozenShare }: GateThresholds): GateCheck {
  const name = 'columns-alive';
  const [taught, tested] = [split.train, split.test].map((cutoffs) => matricesAt(matrices(), cutoffs).week);
  const before = columnClasses(taught!);
  const now = columnClasses(tested!);
  const telling = taught!.names.filter((feature) => before.get(feature) === feature);
  if (telling.length === 0 || tested!.rows < 2) {
    return notKnown(name, maxFrozenShare, {
      en: 'No column tells rows apart yet.',
      fr: 'Aucune colonne ne distingue encore les lignes.',
    });
  }
  const frozen = telling.filter((feature) => now.get(feature) !== feature);
  const examples = frozen.length === 0 ? '' : ` (${frozen.slice(0, 3).join(', ')})`;
  return checkAtMost(name, frozen.length / telling.length, maxFrozenShare, {
    en: `${frozen.length} of ${telling.length} columns that told rows apart stand still, or repeat another, in the test${examples}; at most ${100 * maxFrozenShare} % allowed.`,
    fr: `${frozen.length} colonnes sur ${telling.length} qui distinguaient les lignes sont figées, ou en répètent une autre, dans le test${examples} ; au plus ${100 * maxFrozenShare} % admis.`,
  });
}

/** Of each column that is not the same everywhere, the first that has its values; null for one that is. */
function columnClasses(matrix: FeatureMatrix): Map<string, string | null> {
  const seen: { name: string; column: Float64Array }[] = [];
  return new Map(
    matrix.names.map((name) => {
      const column = columnNamed(matrix, name);
      if (column.every((value) => Object.is(value, column[0]))) return [name, null];
      const same = seen.find((other) => other.column.every((value, r) => Object.is(value, column[r])));
      if (same === undefined) seen.push({ name, column });
      return [name, same?.name ?? name];
    }),
  );
}
