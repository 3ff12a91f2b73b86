/** How fast the boosting engine trains and scores, in the same rounds as the usual libraries on the same bytes. */
import { requireDisk } from './bench-place.ts';
import { type BenchResult, type Figure, figure } from './document.ts';
import { featureFigures, measureFeatures } from './features.ts';
import type { FitRequest, Fitted, Scored } from './fitting.ts';
import {
  type FittingProcess,
  type OurFitting,
  startOurFitting,
  startPeerFitting,
} from './fitting-process.ts';
import { say } from './progress.ts';
import { pythonWith } from './python-peers.ts';
import { orderOfRound, pairedRatios, rounded, spreadOf } from './statistics.ts';
import { COLUMNS, matrixFile } from './synthetic-matrix.ts';

export const FITTERS = ['ours', 'lightgbm', 'sklearn-hgb', 'sklearn-rf'] as const;
export type Fitter = (typeof FITTERS)[number];

export interface ForecastOptions {
  rows: number;
  rounds: number;
  seed: number;
  contestants: readonly Fitter[];
  /** Fits of 10,000, 100,000 and 1,000,000 rows as well. */
  scaling: boolean;
  /** ml-random-forest on small samples as well. */
  mlRandomForest: boolean;
  /** Of the histories that features are made of; 0 leaves that out. */
  featureRuns: number;
}

type Field = ReadonlyMap<Fitter, FittingProcess>;
type Round = Partial<Record<Fitter, Fitted>>;

const SCALING_ROWS = [10_000, 100_000, 1_000_000];
const HELD_OUT_ROWS = 48_000;

export async function forecast(options: ForecastOptions): Promise<BenchResult> {
  const largest = options.scaling ? Math.max(options.rows, ...SCALING_ROWS) : options.rows;
  requireDisk(2 * largest * (COLUMNS + 1) * 8, `a matrix of ${largest} rows`);
  // First, while no other process of ours is there.
  const features =
    options.featureRuns === 0
      ? null
      : await measureFeatures({ runs: options.featureRuns, seed: options.seed });
  const peers = options.contestants.filter((fitter) => fitter !== 'ours');
  const python = peers.length === 0 ? null : await pythonWith('requirements-trees.txt');
  const ours = startOurFitting();
  const field = new Map<Fitter, FittingProcess>(
    options.contestants.map((fitter) => [
      fitter,
      fitter === 'ours' ? ours : startPeerFitting(python!.python, fitter),
    ]),
  );
  try {
    const rounds = await race(field, options);
    const files = await filesOf(options.rows, options.seed);
    const scored = await ours.ask<Scored>({ score: files });
    const scaling = options.scaling ? await scale(field, options.seed) : null;
    return {
      figures: [
        ...figuresOf(options.contestants, rounds),
        ...scoringFigures(scored),
        ...(features === null ? [] : featureFigures(features)),
      ],
      details: {
        rounds,
        scaling,
        features,
        mlRandomForest: options.mlRandomForest ? await mlRandomForest(ours, files, options.rows) : null,
        peers: python?.versions ?? null,
      },
    };
  } finally {
    await Promise.all([...new Set([ours, ...field.values()])].map((one) => one.end()));
  }
}

/** Each round has a matrix of its own, so that no figure hangs on the luck of one; the first is not counted. */
async function race(field: Field, { rows, rounds, seed, contestants }: ForecastOptions): Promise<Round[]> {
  const measured: Round[] = [];
  for (let round = -1; round < rounds; round++) {
    const files = await filesOf(rows, seed + Math.max(0, round));
    const results = await fitAll(field, orderOfRound(contestants, Math.max(0, round)), files);
    const name = round < 0 ? 'warming up' : `round ${round + 1} of ${rounds}`;
    for (const [fitter, { fitSeconds, averagePrecision }] of Object.entries(results)) {
      say(`${name}, ${fitter}: ${fitSeconds.toFixed(2)} s, average precision ${averagePrecision.toFixed(4)}`);
    }
    if (round >= 0) measured.push(results);
  }
  return measured;
}

async function fitAll(field: Field, order: readonly Fitter[], files: FitRequest): Promise<Round> {
  const results: Round = {};
  for (const fitter of order) results[fitter] = await field.get(fitter)!.fit(files);
  return results;
}

const filesOf = async (rows: number, seed: number): Promise<FitRequest> => ({
  train: await matrixFile({ rows, seed }),
  // Far from the seeds of the other rounds.
  heldOut: await matrixFile({ rows: HELD_OUT_ROWS, seed: seed + 1_000_000 }),
});

/** One fit each; the forest would take a quarter of an hour for the largest. */
async function scale(field: Field, seed: number) {
  const fitters = [...field.keys()].filter((fitter) => fitter !== 'sklearn-rf');
  const fits = [];
  for (const rows of SCALING_ROWS) {
    const results = await fitAll(field, fitters, await filesOf(rows, seed));
    say(
      `${rows} rows: ${fitters.map((one) => `${one} ${results[one]!.fitSeconds.toFixed(2)} s`).join(', ')}`,
    );
    fits.push({ rows, ...results });
  }
  return fits;
}

/** By the power of the rows that the samples tell: said to be extrapolated, because nobody waits for it. */
async function mlRandomForest(ours: OurFitting, files: FitRequest, rows: number) {
  say('ml-random-forest on small samples');
  const samples = await ours.ask<{ rows: number; seconds: number }[]>({ mlRandomForest: files });
  return { samples, ...extrapolated(samples, rows) };
}

/** Seconds for `rows` rows along the straight line through the first and the last sample, both axes logarithmic. */
export function extrapolated(samples: readonly { rows: number; seconds: number }[], rows: number) {
  const first = samples[0]!;
  const last = samples[samples.length - 1]!;
  const power = Math.log(last.seconds / first.seconds) / Math.log(last.rows / first.rows);
  return {
    power: rounded(power),
    extrapolatedSeconds: rounded(last.seconds * (rows / last.rows) ** power),
  };
}

/** Ratios of time, ours over theirs, and differences of average precision, paired by round; then each by itself. */
export function figuresOf(contestants: readonly Fitter[], rounds: readonly Round[]): Figure[] {
  const of = (fitter: Fitter, what: (fitted: Fitted) => number) =>
    rounds.map((round) => what(round[fitter]!));
  const fitSeconds = (fitter: Fitter) => of(fitter, (fitted) => fitted.fitSeconds);
  const cpuSeconds = (fitter: Fitter) => of(fitter, (fitted) => fitted.fitCpuSeconds);
  const precision = (fitter: Fitter) => of(fitter, (fitted) => fitted.averagePrecision);
  const scoredRows = (fitter: Fitter) => of(fitter, (fitted) => HELD_OUT_ROWS / fitted.scoreSeconds);
  const figures: Figure[] = [];
  const add = (name: string, values: number[], unit: string, better: Figure['better']) => {
    const { median, ...spread } = spreadOf(values);
    figures.push(figure(name, median, unit, better, spread));
  };
  if (contestants.includes('ours')) {
    for (const peer of contestants.filter((fitter) => fitter !== 'ours')) {
      const name = nameOf(peer);
      add(`fit_vs_${name}`, pairedRatios(fitSeconds('ours'), fitSeconds(peer)), 'ratio', 'lower');
      add(`fit_cpu_vs_${name}`, pairedRatios(cpuSeconds('ours'), cpuSeconds(peer)), 'ratio', 'lower');
      const theirs = precision(peer);
      const differences = precision('ours').map((value, round) => value - theirs[round]!);
      add(`ap_minus_${name}`, differences, 'average precision', 'higher');
      add(`scoring_vs_${name}`, pairedRatios(scoredRows('ours'), scoredRows(peer)), 'ratio', 'higher');
    }
  }
  for (const fitter of contestants) {
    const suffix = fitter === 'ours' ? '' : `_${nameOf(fitter)}`;
    add(`fit_s${suffix}`, fitSeconds(fitter), 's', 'lower');
    add(`ap${suffix}`, precision(fitter), 'average precision', 'higher');
    add(`rows_per_s${suffix}`, scoredRows(fitter), 'rows/s', 'higher');
    const peaks = rounds.map((round) => round[fitter]!.peakMb).filter((value) => value !== null);
    figures.push(
      figure(`peak_rss_mb${suffix}`, peaks.length === 0 ? null : Math.max(...peaks), 'MB', 'lower'),
    );
  }
  return figures;
}

const nameOf = (fitter: Fitter): string => fitter.replace('-', '_');

const scoringFigures = ({ weekMs, singleMs }: Scored): Figure[] => [
  figure('score_ms_1000x7', weekMs, 'ms', 'lower'),
  figure('single_ms', singleMs, 'ms', 'lower'),
];
