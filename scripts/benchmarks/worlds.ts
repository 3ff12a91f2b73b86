/** How near the forecast comes to the oracle of simulated worlds, and whether noise ever wins the gate. */
import { averagePrecision } from '../../models/evaluation/average-precision.ts';
import { brierScore } from '../../models/evaluation/brier-score.ts';
import { decideGate, type GateContestant } from '../../models/evaluation/decide-gate.ts';
import { expectedCalibrationError } from '../../models/evaluation/expected-calibration-error.ts';
import { rocAuc } from '../../models/evaluation/roc-auc.ts';
import { pick } from '../../models/features/feature-matrix.ts';
import { BASE_RATE_KINDS, isBaseRate, type LearnerKind } from '../../models/learners/learner.ts';
import { type BenchResult, type Figure, figure } from './document.ts';
import { noiseWorld, type Oracle, simulateWorld, type World } from './estate-world.ts';
import { say } from './progress.ts';
import { forecastWorld, type WorldForecasts, type WorldModel } from './world-forecasts.ts';

export interface WorldsOptions {
  worlds: number;
  noiseWorlds: number;
  /** That the oracle plays at each cutoff of the test. */
  futures: number;
  /** Of the first world; the others follow. */
  seed: number;
}

const MODELS = ['oracle', 'base-window-rate', 'logistic', 'boosting', 'chains', 'blend', 'forecast'] as const;
export type Model = (typeof MODELS)[number];

/** Of all test rows of one world; null where it has only one label. */
export interface ModelInWorld {
  rocAuc: number | null;
  /** Of the oracle's. */
  aucShare: number | null;
  averagePrecision: number | null;
  onsetAveragePrecision: number | null;
  brier: number;
  /** 1 - Brier score / that of W. */
  brierSkill: number;
  calibrationError: number;
  /** Mean squared distance from the oracle's probabilities. */
  regret: number;
}

export interface MeasuredWorld {
  seed: number;
  rows: number;
  positives: number;
  onsetRows: number;
  onsetPositives: number;
  models: Record<Model, ModelInWorld>;
}

/** Of a Brier skill that is worth having. */
const SKILL = 0.05;

export async function worlds(options: WorldsOptions): Promise<BenchResult> {
  const measured: MeasuredWorld[] = [];
  const told: TestedWorld[] = [];
  for (let w = 0; w < options.worlds; w++) {
    const seed = options.seed + w;
    const world = simulateWorld({ seed, futures: options.futures });
    const tested = testedWorld(world.oracle, world, forecastWorld(world, { seed: 0, served: true }));
    told.push(tested);
    measured.push(measureWorld(seed, tested));
    say(`world ${w + 1} of ${options.worlds}: ${sharesText(measured.at(-1)!)}`);
  }
  const promotions: { seed: number; promoted: LearnerKind[] }[] = [];
  for (let w = 0; w < options.noiseWorlds; w++) {
    const seed = options.seed + w;
    const promoted = promotedIn(forecastWorld(noiseWorld({ seed }), { seed: 0, served: false }));
    promotions.push({ seed, promoted });
    say(`noise ${w + 1} of ${options.noiseWorlds}: ${promoted.join(', ') || 'no learner'} wins the gate`);
  }
  const noise = promotions.filter(({ promoted }) => promoted.length > 0).length;
  return {
    figures: [
      ...figuresOf(measured),
      ...pooledFigures(told),
      figure('noise_promotions', options.noiseWorlds === 0 ? null : noise, 'worlds', 'lower'),
    ],
    details: { worlds: measured, noise: promotions },
  };
}

/** The test rows of a world and what everybody told of them. */
export interface TestedWorld {
  labels: Uint8Array;
  quiet: Uint8Array;
  probabilities: Record<Model, Float64Array>;
}

function testedWorld(oracle: Oracle, { histories }: World, forecasts: WorldForecasts): TestedWorld {
  const { labels, quiet, cutoff, jobIndex } = forecasts;
  const known = Float64Array.from(cutoff, (at, r) => oracle.get(at)!.get(histories[jobIndex[r]!]!.job)!);
  const of = (model: Model) =>
    model === 'oracle' ? known : forecasts.probabilities.get(model satisfies WorldModel)!;
  const probabilities = Object.fromEntries(MODELS.map((model) => [model, of(model)]));
  return { labels, quiet, probabilities: probabilities as Record<Model, Float64Array> };
}

export function measureWorld(seed: number, { labels, quiet, probabilities }: TestedWorld): MeasuredWorld {
  const onset = Int32Array.from(quiet.keys()).filter((r) => quiet[r] === 1);
  const onsetLabels = pick(labels, onset, new Uint8Array(onset.length));
  const sum = (of: Uint8Array) => of.reduce((total, label) => total + label, 0);
  const { oracle } = probabilities;
  const bestAuc = rocAuc(labels, oracle);
  const brierOfW = brierScore(labels, probabilities['base-window-rate'])!;
  const measured = MODELS.map((model): [Model, ModelInWorld] => {
    const scores = probabilities[model];
    const auc = rocAuc(labels, scores);
    const brier = brierScore(labels, scores)!;
    return [
      model,
      {
        rocAuc: auc,
        aucShare: auc === null ? null : auc / bestAuc!,
        averagePrecision: averagePrecision(labels, scores),
        onsetAveragePrecision: averagePrecision(
          onsetLabels,
          pick(scores, onset, new Float64Array(onset.length)),
        ),
        brier,
        brierSkill: 1 - brier / brierOfW,
        calibrationError: expectedCalibrationError(labels, scores)!,
        regret: scores.reduce((total, p, r) => total + (p - oracle[r]!) ** 2, 0) / scores.length,
      },
    ];
  });
  return {
    seed,
    rows: labels.length,
    positives: sum(labels),
    onsetRows: onset.length,
    onsetPositives: sum(onsetLabels),
    models: Object.fromEntries(measured) as Record<Model, ModelInWorld>,
  };
}

const nameOf = (model: Model): string => (model === 'base-window-rate' ? 'w' : model);

function sharesText({ rows, models }: MeasuredWorld): string {
  const shares = MODELS.slice(1).map(
    (model) => `${nameOf(model)} ${(100 * (models[model].aucShare ?? Number.NaN)).toFixed(1)} %`,
  );
  return `${rows} rows, of the oracle's ROC-AUC ${shares.join(', ')}`;
}

/** Means over the worlds, with the smallest and the largest; how many worlds have a Brier skill worth having. */
export function figuresOf(measured: readonly MeasuredWorld[]): Figure[] {
  const figures: Figure[] = [];
  const addMean = (
    name: string,
    unit: string,
    better: Figure['better'],
    of: (w: MeasuredWorld) => number | null,
  ) => {
    const values = measured.map(of).filter((value) => value !== null);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const spread = { min: Math.min(...values), max: Math.max(...values) };
    figures.push(
      values.length === 0 ? figure(name, null, unit, better) : figure(name, mean, unit, better, spread),
    );
  };
  for (const model of MODELS) {
    const name = nameOf(model);
    if (model === 'oracle') addMean('auc_oracle', 'ROC-AUC', 'higher', (world) => world.models.oracle.rocAuc);
    else addMean(`auc_share_${name}`, 'ratio', 'higher', (world) => world.models[model].aucShare);
    addMean(
      `onset_ap_${name}`,
      'average precision',
      'higher',
      (world) => world.models[model].onsetAveragePrecision,
    );
    addMean(`ece_${name}`, 'probability', 'lower', (world) => world.models[model].calibrationError);
    if (model === 'base-window-rate') continue;
    addMean(`brier_skill_${name}`, 'share', 'higher', (world) => world.models[model].brierSkill);
    const skilled = measured.filter((world) => world.models[model].brierSkill >= SKILL).length;
    figures.push(figure(`worlds_with_skill_${name}`, skilled, 'worlds', 'higher'));
  }
  return figures;
}

/** Calibration over the rows of all worlds: of five weeks of one world, luck alone makes several points. */
export function pooledFigures(told: readonly TestedWorld[]): Figure[] {
  const labels = Uint8Array.from(told.flatMap((world) => [...world.labels]));
  return MODELS.map((model) => {
    const scores = Float64Array.from(told.flatMap(({ probabilities }) => [...probabilities[model]]));
    const error = expectedCalibrationError(labels, scores);
    return figure(`ece_pooled_${nameOf(model)}`, error, 'probability', 'lower');
  });
}

/** Learners that would be promoted over the base rates, were nobody serving yet. */
function promotedIn({ labels, cutoff, jobIndex, probabilities }: WorldForecasts): LearnerKind[] {
  const side = (kind: LearnerKind): GateContestant => ({
    kind,
    baseRate: isBaseRate(kind),
    probabilities: probabilities.get(kind)!,
  });
  const learners = [...probabilities.keys()].filter(
    (kind): kind is LearnerKind => kind !== 'forecast' && !isBaseRate(kind),
  );
  const baseRates = BASE_RATE_KINDS.map(side);
  const weeks = [...new Set(cutoff)];
  const hostWeek = Int32Array.from(cutoff, (at) => weeks.indexOf(at));
  return learners.filter((kind) => {
    const gate = { challenger: side(kind), champion: null, baseRates, labels, jobIndex, cutoff, hostWeek };
    return decideGate({ ...gate, evidence: [] }).promote === kind;
  });
}
