import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { BacktestPredictions } from '../../models/forecast/backtest.ts';
import type { JobHistory } from '../../models/records/job-history.ts';

/** Rows that are written at a time. */
const ROWS_AT_ONCE = 5_000;

/** `2025-03-03T00:00:00Z`. */
export const isoSeconds = (instant: number): string =>
  new Date(instant).toISOString().replace(/\.\d+Z$/, 'Z');

/** As a field of CSV for programs: exactly the text. */
export const csvField = (text: string): string =>
  /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;

/**
 * As a field of CSV that people open in a spreadsheet: what would be taken for a formula there begins with an apostrophe
 * (OWASP, "CSV Injection"). A number stays one.
 */
export const spreadsheetField = (text: string): string =>
  csvField(/^\s*[=+\-@\t\r]/.test(text) && !/^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text) ? `'${text}` : text);

/** Writes `cutoff,job_id,horizon,probability,label,model`, all models one after the other; the file appears whole. */
export async function writePredictions(
  file: string,
  predictions: BacktestPredictions,
  histories: readonly JobHistory[],
  horizonDays: number,
): Promise<void> {
  const partial = `${file}.${process.pid}.partial`;
  try {
    await pipeline(
      Readable.from(linesOf(predictions, histories, horizonDays)),
      createWriteStream(partial, { flags: 'wx' }),
    );
    await rename(partial, file);
  } finally {
    await rm(partial, { force: true });
  }
}

function* linesOf(
  { cutoff, jobIndex, label, probabilities }: BacktestPredictions,
  histories: readonly JobHistory[],
  horizonDays: number,
): Generator<string> {
  yield 'cutoff,job_id,horizon,probability,label,model\n';
  for (const [model, told] of probabilities) {
    for (let from = 0; from < label.length; from += ROWS_AT_ONCE) {
      let lines = '';
      for (let r = from; r < Math.min(label.length, from + ROWS_AT_ONCE); r++) {
        const job = csvField(histories[jobIndex[r]!]!.job);
        lines += `${isoSeconds(cutoff[r]!)},${job},${horizonDays},${told[r]},${label[r]},${model}\n`;
      }
      yield lines;
    }
  }
}
