/** Our watch of server metrics beside simple detectors, on labelled metrics, by the score of their benchmark. */
import { type BenchResult, type Figure, figure } from './document.ts';
import { readLabelledSeries } from './nab-data.ts';
import { atRandom, type Detector, never, ours, relativeEntropy, windowedGaussian } from './nab-detectors.ts';
import {
  bestThreshold,
  type Judged,
  type LabelledSeries,
  nabScore,
  probationRows,
  rawScore,
  STANDARD_PROFILE,
} from './nab-score.ts';
import { say } from './progress.ts';

const DETECTORS: Record<string, Detector> = {
  standard: ours,
  windowed_gaussian: windowedGaussian,
  relative_entropy: relativeEntropy,
  random: atRandom,
  null: never,
};

export const nab = async ({ data }: { data: string }): Promise<BenchResult> =>
  compareDetectors(readLabelledSeries(data));

/**
 * Every other series by name chooses the threshold; the rest, and all, are scored with it. As the published scores
 * choose it on everything they score, that is told as well.
 */
export function compareDetectors(series: readonly LabelledSeries[]): BenchResult {
  const figures: Figure[] = [];
  const details: Record<string, unknown> = {};
  for (const [name, detect] of Object.entries(DETECTORS)) {
    say(`${name}: ${series.length} series`);
    const startedAt = performance.now();
    const judged = series.map((one): Judged => ({ series: one, scores: detect(one) }));
    const seconds = (performance.now() - startedAt) / 1000;
    const tuning = judged.filter((_, place) => place % 2 === 0);
    const others = judged.filter((_, place) => place % 2 === 1);
    const chosen = bestThreshold(tuning, STANDARD_PROFILE).threshold;
    const best = bestThreshold(judged, STANDARD_PROFILE).threshold;
    const add = (suffix: string, of: readonly Judged[], threshold: number) =>
      figures.push(
        figure(`nab_${name}${suffix}`, nabScore(of, threshold, STANDARD_PROFILE), 'points', 'higher'),
      );
    add('', judged, chosen);
    add('_other_half', others, chosen);
    add('_as_published', judged, best);
    details[name] = {
      thresholdOfTuningHalf: finite(chosen),
      thresholdOfAll: finite(best),
      rowsPerSecond: judged.reduce((rows, { scores }) => rows + scores.length, 0) / seconds,
      series: judged.map((one) => ({ name: one.series.name, ...countsOf(one, chosen) })),
    };
  }
  return { figures, details };
}

const finite = (threshold: number): number | null => (Number.isFinite(threshold) ? threshold : null);

function countsOf(judged: Judged, threshold: number) {
  const { series, scores } = judged;
  const first = probationRows(scores.length);
  const detected = [...scores.keys()].filter((row) => row >= first && scores[row]! >= threshold);
  const isIn = ([from, to]: readonly [number, number]) => detected.some((row) => row >= from && row <= to);
  return {
    rows: scores.length,
    windows: series.windows.length,
    found: series.windows.filter(isIn).length,
    outside: detected.filter((row) => !series.windows.some(([from, to]) => row >= from && row <= to)).length,
    raw: rawScore([judged], threshold, STANDARD_PROFILE),
  };
}
