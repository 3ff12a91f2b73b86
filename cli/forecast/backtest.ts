import { stat } from 'node:fs/promises';
import path from 'node:path';
import { loadConfig } from '../../config.ts';
import {
  BACKTEST_LEARNERS,
  type BacktestOptions,
  type BacktestReport,
  backtest,
  calendarNamed,
  KNOWN_LEARNERS,
  UnknownCalendar,
} from '../../models/forecast/backtest.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { filesOf } from '../options/store-paths.ts';
import { UsageError } from '../options/usage-error.ts';
import { createProgress, type Progress } from '../progress.ts';
import { type RowCounts, readHistories, readHostSeries } from '../read-histories.ts';
import { backtestTable } from './backtest-table.ts';
import { isoSeconds, writePredictions } from './prediction-file.ts';

const MAX_DAYS = 3_650;
const REASONS_TOLD = 5;
/** Without a terminal, between two lines about the refits. */
const LINE_EVERY_MS = 15_000;

export interface BacktestArguments {
  horizon?: number;
  step?: number;
  minHistory?: number;
  activeDays?: number;
  test?: number;
  metrics?: string[];
  calendar?: string;
  models?: string;
  predictions?: string;
  seed?: number;
  /** Of the table; left out: the language of the configuration. */
  lang?: string;
  json?: boolean;
}

/**
 * `smart-etl backtest RUNS…`: forecasts the past of run logs as it would have been forecast, and says how good that
 * was. Reads files, needs no server.
 *
 * @returns 0; 7 when some of the files are no run logs or metrics
 * @throws NothingRead, TooShortHistory when there is nothing to forecast
 */
export async function runBacktest(paths: readonly string[], given: BacktestArguments): Promise<ExitCode> {
  const options = optionsOf(given);
  const { metrics = [], predictions: out, json = false } = given;
  const language = languageOf(given.lang);
  if (out !== undefined) await requireFolderOf(out);
  const files = await filesOf(paths);
  const metricFiles = await filesOf(metrics);
  const progress = createProgress();
  try {
    progress.step(
      files.length === 1 ? `reading ${path.basename(files[0]!)}` : `reading ${files.length} files`,
    );
    const runs = await readHistories(files);
    progress.done(countsText(runs.counts));
    tellRefused(runs.counts);
    const samples = await readMetrics(metricFiles, progress);
    const onProgress = teller(progress);
    const { report, predictions } = backtest({ ...runs, ...samples, options, onProgress });
    if (out !== undefined) {
      await writePredictions(out, predictions, runs.histories, options.horizonDays);
      console.error(`  predictions written to ${out}`);
    }
    if (json) console.log(JSON.stringify(documentOf(report, runs.counts, samples.counts)));
    else console.log(backtestTable(report, language));
    const notRead = [...runs.counts.notRead, ...(samples.counts?.notRead ?? [])];
    return notRead.length > 0 ? EXIT.partial : EXIT.ok;
  } finally {
    progress.end();
  }
}

function languageOf(asked: string | undefined): 'en' | 'fr' {
  if (asked === undefined) return loadConfig().language;
  if (asked !== 'en' && asked !== 'fr') throw new UsageError(`--lang must be en or fr, got "${asked}"`);
  return asked;
}

function optionsOf(given: BacktestArguments): BacktestOptions {
  const {
    horizon = 7,
    minHistory = 28,
    activeDays = 7,
    test = 0.22,
    seed = 0,
    calendar = 'FR',
    models,
  } = given;
  if (horizon !== 1 && horizon !== 7) throw new UsageError(`--horizon must be 7 or 1, got ${horizon}`);
  const step = given.step ?? horizon;
  for (const [name, days, least] of [
    ['--step', step, 1],
    ['--min-history', minHistory, 0],
    ['--active-days', activeDays, 1],
  ] as const) {
    if (days < least || days > MAX_DAYS) {
      throw new UsageError(`${name} must be ${least} to ${MAX_DAYS} days, got ${days}`);
    }
  }
  if (!(test > 0 && test < 1)) throw new UsageError(`--test must be a share between 0 and 1, got ${test}`);
  return {
    horizonDays: horizon,
    stepDays: step,
    minHistoryDays: minHistory,
    activeDays,
    testShare: test,
    calendar: knownCalendar(calendar),
    learners: models === undefined ? BACKTEST_LEARNERS : learnersOf(models),
    seed,
  };
}

function knownCalendar(name: string): string {
  try {
    return calendarNamed(name).name;
  } catch (error) {
    if (error instanceof UnknownCalendar) throw new UsageError(`--calendar: ${error.message}`);
    throw error;
  }
}

function learnersOf(names: string): BacktestOptions['learners'] {
  const asked = names
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  const unknown = asked.find((name) => !KNOWN_LEARNERS.includes(name as never));
  if (unknown !== undefined) {
    throw new UsageError(`no learner is called "${unknown}"; known are ${KNOWN_LEARNERS.join(', ')}`);
  }
  return KNOWN_LEARNERS.filter((name) => asked.includes(name));
}

async function requireFolderOf(file: string): Promise<void> {
  const folder = await stat(path.dirname(path.resolve(file))).catch(() => null);
  if (!folder?.isDirectory()) throw new UsageError(`--predictions: no folder at ${path.dirname(file)}`);
}

async function readMetrics(files: readonly string[], progress: Progress) {
  if (files.length === 0) return { hostSeries: [], counts: null };
  progress.step(`reading ${files.length} ${files.length === 1 ? 'file' : 'files'} of metrics`);
  const samples = await readHostSeries(files);
  progress.done(countsText(samples.counts));
  tellRefused(samples.counts);
  return samples;
}

function countsText({ rows, kept, refused, duplicate, superseded }: RowCounts): string {
  return `${rows} rows: ${kept} kept, ${refused} refused, ${duplicate} duplicate, ${superseded} superseded`;
}

function tellRefused({ refusedBy, notRead }: RowCounts): void {
  for (const { code, rows } of refusedBy.slice(0, REASONS_TOLD))
    console.error(`    refused: ${code} ${rows}`);
  for (const { file, detail } of notRead) console.error(`    not read: ${file}: ${detail}`);
}

/** Says where the backtest is: it computes without a pause, so that no timer could. */
function teller(progress: Progress): NonNullable<Parameters<typeof backtest>[0]['onProgress']> {
  let saidMs = performance.now();
  return (stage, done, total) => {
    if (stage !== 'refits') {
      if (done === 0) progress.step(stage === 'features' ? 'describing the past' : 'measuring');
      else progress.done('done');
      if (stage === 'features' && done === total) progress.step('fitting and forecasting');
      return;
    }
    if (done === total) progress.done(`${total} refits`);
    else if (process.stderr.isTTY) progress.at(`refit ${done} of ${total}`);
    else if (performance.now() - saidMs > LINE_EVERY_MS) {
      saidMs = performance.now();
      console.error(`  refit ${done} of ${total}`);
    }
  };
}

/** The report with instants as people write them. */
function documentOf(report: BacktestReport, runs: RowCounts, metrics: RowCounts | null): object {
  const { cutoffs, refits, firstRunAt, lastRunAt, ...rest } = report;
  return {
    read: { runs, metrics },
    firstRunAt: isoSeconds(firstRunAt),
    lastRunAt: isoSeconds(lastRunAt),
    cutoffs: {
      ...cutoffs,
      first: isoSeconds(cutoffs.first),
      last: isoSeconds(cutoffs.last),
      firstTest: isoSeconds(cutoffs.firstTest),
    },
    refits: refits.map((refit) => ({ ...refit, cutoff: isoSeconds(refit.cutoff) })),
    ...rest,
  };
}
