import { discoveries } from './false-discoveries.ts';
import { checkAtMost, type GateCheck, notKnown } from './gate-check.ts';
import type { GateThresholds } from './gate-thresholds.ts';
import { tailOfT } from './tail-of-t.ts';

/** A spread over fewer jobs, or weeks of servers, is a guess that is usually too small. */
const MIN_CLUSTERS = 6;

/** Rows that have something in common; one entry per row. */
export interface GateSlice {
  name: { en: string; fr: string };
  labels: Uint8Array;
  ours: Float64Array;
  theirs: Float64Array;
  jobIndex: Int32Array;
  hostWeek: Int32Array;
}

/**
 * Is there a slice on which ours is worse than the rival by more than the tolerance, beyond doubt?
 *
 * Of each slice with enough rows and failures the mean of our squared error less (1 + tolerance) times theirs is tested
 * against zero, one-sided, with a standard error that allows for whatever rows of a job, and rows of a host's week,
 * have in common: the larger of the two, of those there are six or more of. Slices are many and overlap, so of those found worse at most
 * `falseDiscoveryRate` may be so by chance.
 *
 * Standard errors of clusters: Liang & Zeger, "Longitudinal data analysis using generalized linear models", Biometrika
 * 73 (1986).
 *
 * @param rival what ours is compared with, for people
 */
export function checkSlices(
  slices: readonly GateSlice[],
  rival: { en: string; fr: string },
  thresholds: GateThresholds,
): GateCheck {
  const { sliceTolerance, sliceMinRows, sliceMinPositives, falseDiscoveryRate } = thresholds;
  const tested = slices.flatMap((slice) => {
    const positives = slice.labels.reduce((sum, label) => sum + label, 0);
    if (slice.labels.length < sliceMinRows || positives < sliceMinPositives) return [];
    const excess = excessOf(slice, sliceTolerance);
    return excess === null ? [] : [{ slice, ...excess }];
  });
  const percent = `${Math.round(100 * sliceTolerance)} %`;
  if (tested.length === 0) {
    return notKnown('no-slice-worse', 0, {
      en: `None of ${slices.length} slices has ${sliceMinRows} rows and ${sliceMinPositives} failures: not known whether one is worse.`,
      fr: `Aucune des ${slices.length} tranches n'a ${sliceMinRows} lignes et ${sliceMinPositives} échecs : on ignore si l'une est moins bonne.`,
    });
  }
  const isWorse = discoveries(
    tested.map(({ probability }) => probability),
    falseDiscoveryRate,
  );
  const worse = tested.filter((_, i) => isWorse[i]).sort((a, b) => b.share - a.share);
  const named = (language: 'en' | 'fr') =>
    worse
      .slice(0, 3)
      .map(({ slice, share }) => `${slice.name[language]} (+${(100 * share).toFixed(0)} %)`)
      .join(', ') + (worse.length > 3 ? ', …' : '');
  const ending =
    worse.length === 0 ? { en: '.', fr: '.' } : { en: `: ${named('en')}.`, fr: ` : ${named('fr')}.` };
  return checkAtMost('no-slice-worse', worse.length, 0, {
    en: `Of ${tested.length} slices ${worse.length} have a Brier score more than ${percent} above that of ${rival.en}, beyond doubt${ending.en}`,
    fr: `Sur ${tested.length} tranches, ${worse.length} ont un score de Brier de plus de ${percent} au-dessus de celui ${rival.fr}, sans doute possible${ending.fr}`,
  });
}

/** By what share our error is larger, and how probable that or more would be were it at the tolerance. */
function excessOf(slice: GateSlice, tolerance: number): { share: number; probability: number } | null {
  const { labels, ours, theirs } = slice;
  let ourSum = 0;
  let theirSum = 0;
  const excess = Float64Array.from(labels, (label, r) => {
    const our = (ours[r]! - label) ** 2;
    const their = (theirs[r]! - label) ** 2;
    ourSum += our;
    theirSum += their;
    return our - (1 + tolerance) * their;
  });
  const mean = excess.reduce((sum, value) => sum + value, 0) / excess.length;
  const errors = [slice.jobIndex, slice.hostWeek]
    .map((clusters) => clusteredError(excess, mean, clusters))
    .filter(({ clusters }) => clusters >= MIN_CLUSTERS);
  if (errors.length === 0) return null;
  const widest = errors.reduce((most, one) => (one.error > most.error ? one : most));
  const share = theirSum > 0 ? ourSum / theirSum - 1 : ourSum > 0 ? 1 : 0;
  if (widest.error === 0) return { share, probability: mean > 0 ? 0 : 1 };
  return { share, probability: tailOfT(mean / widest.error, widest.clusters - 1) };
}

function clusteredError(values: Float64Array, mean: number, clusters: Int32Array) {
  const sums = new Map<number, number>();
  values.forEach((value, r) => {
    sums.set(clusters[r]!, (sums.get(clusters[r]!) ?? 0) + value - mean);
  });
  const count = sums.size;
  const squares = [...sums.values()].reduce((sum, value) => sum + value ** 2, 0);
  return { error: Math.sqrt((squares * count) / Math.max(1, count - 1)) / values.length, clusters: count };
}
