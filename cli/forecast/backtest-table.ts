import { type BacktestReport, CHECKED_PER_ROUND } from '../../models/forecast/backtest.ts';
import { BACKTEST_WORDS, type BacktestWords } from './backtest-words.ts';
import { isoSeconds } from './prediction-file.ts';

type PartFigures = BacktestReport['all'];
type ModelFigures = PartFigures['models'][number];

const dateOf = (instant: number): string => isoSeconds(instant).slice(0, 10);

/** Numbers as the language writes them; spaces between thousands are plain ones, which every terminal has. */
function writer({ locale }: BacktestWords) {
  const digitsOf = (digits: number) => ({ minimumFractionDigits: digits, maximumFractionDigits: digits });
  const written = (value: number, digits: number) =>
    value.toLocaleString(locale, digitsOf(digits)).replace(/[\u00a0\u202f]/g, ' ');
  return {
    count: (value: number) => written(value, 0),
    fixed: (value: number | null, digits: number) => (value === null ? '-' : written(value, digits)),
    signed: (value: number | null, digits: number) =>
      value === null ? '-' : `${value < 0 ? '-' : '+'}${written(Math.abs(value), digits)}`,
    percent: (part: number, whole: number) => (whole === 0 ? '-' : `${written((100 * part) / whole, 1)} %`),
  };
}
type Writer = ReturnType<typeof writer>;

const COLUMNS: [title: string, width: number, text: (figures: ModelFigures, write: Writer) => string][] = [
  ['AP', 8, (of, { fixed }) => fixed(of.averagePrecision, 3)],
  ['ROC', 7, (of, { fixed }) => fixed(of.rocAuc, 3)],
  ['Brier', 8, (of, { fixed }) => fixed(of.brier, 4)],
  ['skill', 8, (of, { signed }) => signed(of.brierSkill, 3)],
  ['ECE', 8, (of, { fixed }) => fixed(of.calibrationError, 4)],
  ['p@10', 7, (of, { fixed }) => fixed(of.precisionAtK, 3)],
  ['r@10', 7, (of, { fixed }) => fixed(of.recallAtK, 3)],
];
const LEAD_WIDTHS = [10, 10, 9, 14];
const NAME_WIDTH = 19;
const SLICE_WIDTH = 40;

/** What was measured, for terminals of 80 columns. */
export function backtestTable(report: BacktestReport, language: 'en' | 'fr'): string {
  const words = BACKTEST_WORDS[language];
  const write = writer(words);
  const { options, jobs, runs, firstRunAt, lastRunAt, cutoffs } = report;
  return [
    words.title(options.horizonDays, options.stepDays),
    words.runs(write.count(runs), write.count(jobs), dateOf(firstRunAt), dateOf(lastRunAt)),
    ...words.cutoffs(
      cutoffs.count,
      dateOf(cutoffs.first),
      cutoffs.test,
      dateOf(cutoffs.firstTest),
      dateOf(cutoffs.last),
    ),
    ...refitLines(report, words),
    '',
    ...partLines(words.allRows, report.all, words, write),
    '',
    ...partLines(words.onset, report.onset, words, write),
    '',
    ...leadLines(report.leadTimes, words, write),
    ...sliceLines(report.slices, words, write),
  ].join('\n');
}

function refitLines({ refits }: BacktestReport, words: BacktestWords): string[] {
  const served = refits.filter(({ reason }) => reason !== 'kept');
  const without = [...new Set(refits.flatMap(({ tooFewRuns }) => tooFewRuns))];
  return [
    words.trained(refits.length),
    ...served.map(
      ({ cutoff, chosen, reason }) => `${words.served(dateOf(cutoff), chosen)}${words.why[reason]}`,
    ),
    ...without.map(words.tooFew),
  ];
}

function partLines(title: string, part: PartFigures, words: BacktestWords, write: Writer): string[] {
  const { rows, positives, models, intervals, advantages } = part;
  const { count, fixed, percent } = write;
  const { averagePrecision: ap, brier } = intervals;
  const interval = (bounds: typeof ap, digits: number) =>
    bounds === null ? '-' : `${fixed(bounds.lower, digits)} ${words.to} ${fixed(bounds.upper, digits)}`;
  const titles = COLUMNS.map(([name, width]) => (name === 'skill' ? words.skill : name).padStart(width));
  return [
    words.part(title, count(rows), count(positives), percent(positives, rows)),
    `  ${words.model.padEnd(NAME_WIDTH)}${titles.join('')}`,
    ...models.map(
      (figures) =>
        `  ${figures.model.padEnd(NAME_WIDTH)}${COLUMNS.map(([, width, text]) => text(figures, write).padStart(width)).join('')}`,
    ),
    words.interval(interval(ap, 3), interval(brier, 4)),
    ...advantages.map(
      ({ over, averagePrecision, brier }) =>
        `  - ${over.padEnd(17)} AP ${difference(averagePrecision, 3, write)}  Brier ${difference(brier, 4, write)}`,
    ),
  ];
}

type Difference = PartFigures['advantages'][number]['brier'];
const difference = (found: Difference, digits: number, { signed }: Writer): string =>
  found === null
    ? '-'
    : `${signed(found.difference, digits)} [${signed(found.lower, digits)} ${signed(found.upper, digits)}]`;

function leadLines(leadTimes: BacktestReport['leadTimes'], words: BacktestWords, write: Writer): string[] {
  const { count, percent, fixed } = write;
  const line = (name: string, figures: readonly string[]) =>
    `  ${name.padEnd(NAME_WIDTH)}${figures.map((text, i) => text.padStart(LEAD_WIDTHS[i]!)).join('')}`;
  return [
    words.leadTitle(CHECKED_PER_ROUND),
    line(words.model, words.lead),
    ...leadTimes.map(({ model, episodes, warned, medianHours }) =>
      line(model, [count(episodes), count(warned), percent(warned, episodes), fixed(medianHours, 0)]),
    ),
  ];
}

function sliceLines(slices: BacktestReport['slices'], words: BacktestWords, write: Writer): string[] {
  if (slices.length === 0) return [];
  const { count, fixed } = write;
  const titles = `${words.slice.map((title) => title.padStart(9)).join('')}${'AP'.padStart(8)}${'Brier'.padStart(9)}`;
  return [
    '',
    `  ${words.slices.padEnd(SLICE_WIDTH)}${titles}`,
    ...slices.map(({ by, value, rows, positives, averagePrecision, brier }) => {
      const name = `${words.by[by]} ${by === 'age' || by === 'schedule' ? words.ours(value) : value}`;
      const shown = name.length < SLICE_WIDTH ? name : `${name.slice(0, SLICE_WIDTH - 2)}…`;
      const figures = [count(rows).padStart(9), count(positives).padStart(9)];
      return `  ${shown.padEnd(SLICE_WIDTH)}${figures.join('')}${fixed(averagePrecision, 3).padStart(8)}${fixed(brier, 4).padStart(9)}`;
    }),
  ];
}
