/** Who is compared on labelled metrics: ours, and simple detectors written from their descriptions. */
import { startWatch, watchSample } from '../../models/detect/hosts/metric-watch.ts';
import { seededRandom } from '../../models/random.ts';
import type { LabelledSeries } from './nab-score.ts';

/** How anomalous each row is, from what is known at that row. */
export type Detector = (series: LabelledSeries) => Float64Array;

/** The watch of the service, as it is. */
export const ours: Detector = ({ name, ts, value }) => {
  const watch = startWatch();
  return Float64Array.from(ts, (at, row) => {
    watchSample(watch, name, at, value[row]!);
    return watch.novelty;
  });
};

/** How unlikely the value is under a normal distribution of all before; a window of 6,400 rows never fills here. */
export const windowedGaussian: Detector = ({ value }) => {
  let sum = 0;
  let squares = 0;
  return Float64Array.from(value, (x, row) => {
    const mean = sum / row;
    const deviation = Math.sqrt(Math.max(0, squares / row - mean * mean)) || 1e-6;
    sum += x;
    squares += x * x;
    return row === 0 ? 0 : normalBelow(Math.abs(x - mean) / deviation);
  });
};

/** The normal distribution at z >= 0: Abramowitz and Stegun 26.2.17, to seven digits. */
export function normalBelow(z: number): number {
  const t = 1 / (1 + 0.2316419 * z);
  const series =
    t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return 1 - (Math.exp(-(z * z) / 2) / Math.sqrt(2 * Math.PI)) * series;
}

const WINDOW = 52;
const BINS = 5;
/** The chi-square distribution with four degrees of freedom leaves one percent above it. */
const CHI_SQUARE = 13.2767;

/**
 * Wang et al. 2011, "Statistical techniques for online anomaly detection in data centers",
 * https://doi.org/10.1109/INM.2011.5990537: the histogram of the last 52 values is like one seen before, or an
 * anomaly. It is told the range of the whole series beforehand, as in the published comparison.
 */
export const relativeEntropy: Detector = ({ value }) => {
  const lowest = value.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const highest = value.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const width = (highest - lowest) / BINS || 1;
  const bins = Array.from(value, (x) => Math.min(BINS - 1, Math.floor((x - lowest) / width)));
  const known: { shares: number[]; seen: number }[] = [];
  return Float64Array.from(value, (_, row) => {
    if (row < WINDOW - 1) return 0;
    const shares = Array<number>(BINS).fill(0);
    for (const bin of bins.slice(row - WINDOW + 1, row + 1)) shares[bin]! += 1 / WINDOW;
    const distances = known.map((one) => 2 * WINDOW * entropy(shares, one.shares));
    const nearest = distances.indexOf(Math.min(...distances));
    if (nearest < 0 || distances[nearest]! >= CHI_SQUARE) {
      known.push({ shares, seen: 1 });
      return known.length === 1 ? 0 : 1;
    }
    known[nearest]!.seen++;
    return 0;
  });
};

const entropy = (p: readonly number[], q: readonly number[]): number =>
  p.reduce((total, share, bin) => total + (share === 0 ? 0 : share * Math.log(share / q[bin]!)), 0);

export const atRandom: Detector = ({ value }) => {
  const random = seededRandom(42);
  return value.map(() => random.uniform());
};

export const never: Detector = ({ value }) => value.map(() => 0.5);
