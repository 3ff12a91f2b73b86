import type { BacktestReport } from '../models/forecast/backtest.ts';
import { isoSeconds } from './prediction-file.ts';

type PartFigures = BacktestReport['all'];
type ModelFigures = PartFigures['models'][number];

const dateOf = (instant: number): string => isoSeconds(instant).slice(0, 10);
const fixed = (value: number | null, digits: number): string =>
  value === null ? '-' : value.toFixed(digits);
const signed = (value: number | null, digits: number): string =>
  value === null ? '-' : `${value < 0 ? '-' : '+'}${Math.abs(value).toFixed(digits)}`;
const count = (value: number): string => value.toLocaleString('en-GB');
const percent = (part: number, whole: number): string =>
  whole === 0 ? '-' : `${((100 * part) / whole).toFixed(1)} %`;

const COLUMNS: [title: string, width: number, text: (figures: ModelFigures) => string][] = [
  ['AP', 8, (of) => fixed(of.averagePrecision, 3)],
  ['ROC', 7, (of) => fixed(of.rocAuc, 3)],
  ['Brier', 8, (of) => fixed(of.brier, 4)],
  ['skill', 8, (of) => signed(of.brierSkill, 3)],
  ['ECE', 8, (of) => fixed(of.calibrationError, 4)],
  ['p@10', 7, (of) => fixed(of.precisionAtK, 3)],
  ['r@10', 7, (of) => fixed(of.recallAtK, 3)],
];
const NAME_WIDTH = 19;
const SLICE_WIDTH = 40;

/** What was measured, for terminals of 80 columns. */
export function backtestTable(report: BacktestReport): string {
  const { options, jobs, runs, firstRunAt, lastRunAt, cutoffs } = report;
  const { horizonDays, stepDays } = options;
  const last = horizonDays === 1 ? 'in the next day' : `in the next ${horizonDays} days`;
  return [
    `Jobs with a failed run ${last}, forecast every ${stepDays === 1 ? 'day' : `${stepDays} days`}`,
    `  runs     ${count(runs)} of ${count(jobs)} jobs, ${dateOf(firstRunAt)} to ${dateOf(lastRunAt)}`,
    `  cutoffs  ${cutoffs.count} from ${dateOf(cutoffs.first)}; the test is the last ${cutoffs.test}, ` +
      `${dateOf(cutoffs.firstTest)} to ${dateOf(cutoffs.last)}`,
    ...refitLines(report),
    '',
    ...partLines('All rows', report.all),
    '',
    ...partLines('Onset (no failed run in the 7 days before)', report.onset),
    ...sliceLines(report.slices),
  ].join('\n');
}

function refitLines({ refits }: BacktestReport): string[] {
  const served = refits.filter(({ reason }) => reason !== 'kept');
  const without = [...new Set(refits.flatMap(({ tooFewRuns }) => tooFewRuns))];
  return [
    `  trained  ${refits.length === 1 ? 'once' : `every 28 days, ${refits.length} times`}; what served:`,
    ...served.map(
      ({ cutoff, chosen, reason }) => `           from ${dateOf(cutoff)} ${chosen}${WHY[reason]}`,
    ),
    ...without.map((kind) => `           (too few failures to train ${kind})`),
  ];
}

const WHY: Record<BacktestReport['refits'][number]['reason'], string> = {
  first: '',
  better: ', better than the one before',
  level: ', trained anew: the one before was off its level',
  kept: '',
};

function partLines(title: string, part: PartFigures): string[] {
  const { rows, positives, models, intervals, advantages } = part;
  const heading = `${title}: ${count(rows)} rows, ${count(positives)} failed (${percent(positives, rows)})`;
  const { averagePrecision: ap, brier } = intervals;
  const interval = (bounds: typeof ap, digits: number) =>
    bounds === null ? '-' : `${bounds.lower.toFixed(digits)} to ${bounds.upper.toFixed(digits)}`;
  return [
    heading,
    `  ${'model'.padEnd(NAME_WIDTH)}${COLUMNS.map(([name, width]) => name.padStart(width)).join('')}`,
    ...models.map(
      (figures) =>
        `  ${figures.model.padEnd(NAME_WIDTH)}${COLUMNS.map(([, width, text]) => text(figures).padStart(width)).join('')}`,
    ),
    `  forecast, 95 %: AP ${interval(ap, 3)}, Brier ${interval(brier, 4)}`,
    ...advantages.map(
      ({ over, averagePrecision, brier }) =>
        `  - ${over.padEnd(17)} AP ${difference(averagePrecision, 3)}  Brier ${difference(brier, 4)}`,
    ),
  ];
}

type Difference = PartFigures['advantages'][number]['brier'];
const difference = (found: Difference, digits: number): string =>
  found === null
    ? '-'
    : `${signed(found.difference, digits)} [${signed(found.lower, digits)} ${signed(found.upper, digits)}]`;

function sliceLines(slices: BacktestReport['slices']): string[] {
  if (slices.length === 0) return [];
  const titles = `${'rows'.padStart(9)}${'failed'.padStart(9)}${'AP'.padStart(8)}${'Brier'.padStart(9)}`;
  return [
    '',
    `  ${'forecast, by slice'.padEnd(SLICE_WIDTH)}${titles}`,
    ...slices.map(({ by, value, rows, positives, averagePrecision, brier }) => {
      const name = `${by} ${value}`;
      const shown = name.length < SLICE_WIDTH ? name : `${name.slice(0, SLICE_WIDTH - 2)}…`;
      const figures = [count(rows).padStart(9), count(positives).padStart(9)];
      return `  ${shown.padEnd(SLICE_WIDTH)}${figures.join('')}${fixed(averagePrecision, 3).padStart(8)}${fixed(brier, 4).padStart(9)}`;
    }),
  ];
}
