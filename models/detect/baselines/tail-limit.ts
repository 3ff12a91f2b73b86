import { quantile } from '../quantile.ts';
import { normalQuantile, studentQuantile } from './normal-quantile.ts';

/** The rarest runs say nothing of normal ones: among them are those that are looked for. */
const HIGHEST_SHARE = 0.98;
/** Even of few runs as many are left out. */
const LEFT_OUT = 2;
const LOWEST_SHARE = 0.8;
/** As far out, in spreads of the middle half, what is seldom is a fault of the past, not a tail: a Laplace one has one in 1,000 there. */
const FAR_SPREADS = 6;
const MOST_FAR = 0.1;
/** However odd the rest: a Laplace tail has one in 100,000 there. */
const FARTHEST_SPREADS = 12;

/** Tails are somewhat heavier than normal until as many runs tell otherwise. */
const PRIOR_SHAPE = 1.1;
const SHAPE_STRENGTH = 50;
const HEAVIEST = 1.6;

/** What is believed of the spread before any run is as sure as after so many. */
const PRIOR_STRENGTH = 5;

/**
 * How far above its usual value a normal one goes at most once in `oneIn`, from the distances of past ones
 * (logarithms).
 *
 * The tail is a power of the normal one, distance = spread x z^shape, drawn through the quantiles of 90 % and 98 %:
 * shape 1 is normal (a run's duration log-normal), 1.47 Laplace (power law). The last 2 % are not looked at, so up to
 * that share of faults in the past do not move it; they do widen it somewhat. The shape of a heavy tail takes hundreds of
 * runs to tell: before that, more are beyond (Laplace: at 100 runs one in 800, aimed at one in 20,000). With few runs it is as wide as a
 * prediction from so few has to be (Student's t), and leans on `priorSpread`.
 *
 * Before all that, up to a tenth of the runs is left out where it is far outside: a few old faults move nothing.
 *
 * @param all distances, ascending, about the usual value; at least one
 * @param priorSpread standard deviation that is believed before any run
 */
export function tailLimit(all: Float64Array, oneIn: number, priorSpread: number): number {
  const aim = normalQuantile(1 - 1 / oneIn);
  const believed = (spread: number, runs: number) =>
    Math.sqrt((runs * spread ** 2 + PRIOR_STRENGTH * priorSpread ** 2) / (runs + PRIOR_STRENGTH));
  const middle = quantile(all, 0.5);
  const bodySpread = believed((quantile(all, 0.75) - middle) / normalQuantile(0.75), all.length);
  const distances = withoutFar(all, middle + FAR_SPREADS * bodySpread);
  const runs = distances.length;
  const share = Math.min(HIGHEST_SHARE, Math.max(LOWEST_SHARE, 1 - LEFT_OUT / runs));
  const z = normalQuantile(share);
  const far = quantile(distances, share) - middle;
  const body = (quantile(distances, 0.75) - middle) / normalQuantile(0.75);
  const ownSpread = Math.max(far / z, body);
  const spread = believed(ownSpread, runs);
  const degrees = runs + PRIOR_STRENGTH - 1;
  const fewRuns = (studentQuantile(aim, degrees) / aim) * Math.sqrt(1 + 1 / runs);
  const limit = spread * z * (aim / z) ** tailShape(distances, middle, far, share) * fewRuns;
  return middle + Math.min(limit, FARTHEST_SPREADS * bodySpread);
}

function withoutFar(distances: Float64Array, most: number): Float64Array {
  const least = distances.length - Math.floor(MOST_FAR * distances.length);
  let end = distances.length;
  while (end > least && distances[end - 1]! > most) end--;
  return distances.subarray(0, end);
}

/** 1 where the tail is normal or lighter, more where it is heavier. */
function tailShape(distances: Float64Array, middle: number, far: number, share: number): number {
  const near = quantile(distances, 0.9) - middle;
  const tells = share > 0.9 && near > 0 && far > near;
  const shape = tells
    ? Math.log(far / near) / Math.log(normalQuantile(share) / normalQuantile(0.9))
    : PRIOR_SHAPE;
  const belief = distances.length / (distances.length + SHAPE_STRENGTH);
  return Math.min(HEAVIEST, PRIOR_SHAPE + (Math.max(1, shape) - PRIOR_SHAPE) * belief);
}
