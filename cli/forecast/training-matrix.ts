import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { loadConfig } from '../../config.ts';
import { estateNow } from '../../db/estate-clock.ts';
import { loadSnapshot } from '../../db/forecast/load-snapshot.ts';
import { dayFeatures, weekFeatures } from '../../models/features/registry.ts';
import { prepareTraining } from '../../models/forecast/prepare-training.ts';
import { encodeSnapshot } from '../../models/forecast/snapshot.ts';
import { type TaughtRows, trainingMatrix } from '../../models/forecast/training-matrix.ts';
import type { JobHistory } from '../../models/records/job-history.ts';
import { withDatabase } from '../connections.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { instantOf } from '../options/instant-option.ts';
import { createProgress } from '../progress.ts';
import { csvField, isoSeconds } from './prediction-file.ts';

/** Rows that are written at a time. */
const ROWS_AT_ONCE = 500;
const HEADS = { week: weekFeatures, day: dayFeatures };

/**
 * `smart-etl model matrix FOLDER`: writes what our learners are taught with, so that others can learn from it elsewhere:
 * `week.csv` and `day.csv` without the test windows, and `about.json`. As of the same instant: the same bytes.
 *
 * @returns 0; 1 when there is too little history for a test
 */
export async function writeTrainingMatrix(
  folder: string,
  { asOf, json = false }: { asOf?: string; json?: boolean },
): Promise<ExitCode> {
  const asked = asOf === undefined ? null : instantOf('--as-of', asOf);
  const config = loadConfig();
  const progress = createProgress(json);
  try {
    progress.step('reading what is known');
    const snapshot = await withDatabase(config, async (pool) => {
      const cutoff = asked === null ? await estateNow(pool, config.time, Date.now()) : new Date(asked);
      return loadSnapshot(pool, cutoff, config.time);
    });
    progress.done(`${snapshot.histories.length} jobs`);
    progress.step('computing features');
    const prepared = prepareTraining(snapshot);
    const { knownUntil, laterFrom, ...heads } = trainingMatrix(prepared);
    if (knownUntil === null || laterFrom === null || heads.week.matrix.rows === 0) {
      console.error(`too little history as of ${iso(snapshot.cutoff)}: at least 3 weeks of runs are needed`);
      return EXIT.negative;
    }
    progress.done(`${heads.week.matrix.rows} weeks, ${heads.day.matrix.rows} days`);
    progress.step('writing');
    await mkdir(folder, { recursive: true });
    for (const head of ['week', 'day'] as const) {
      await writeRows(path.join(folder, `${head}.csv`), heads[head], prepared.histories);
    }
    const about = {
      format: 1,
      snapshot: createHash('sha256').update(encodeSnapshot(snapshot)).digest('hex'),
      cutoff: iso(snapshot.cutoff),
      // What a model may say of itself that was fitted to all rows, or to the part `early` alone.
      trained_at: { all: iso(knownUntil), early: iso(laterFrom) },
      week: aboutHead('week', heads.week),
      day: aboutHead('day', heads.day),
    };
    await writeFile(path.join(folder, 'about.json'), `${JSON.stringify(about, null, 2)}\n`);
    progress.done(folder);
    if (json) console.log(JSON.stringify(about));
    else {
      for (const head of ['week', 'day'] as const) {
        const { rows, positives } = about[head];
        console.log(`${head.padEnd(4)} ${String(rows).padStart(8)} rows, ${positives} with a failure`);
      }
      console.log(
        `nothing known after ${about.trained_at.all} is in it: a model fitted to all of it says trained_at so`,
      );
    }
    return EXIT.ok;
  } finally {
    progress.end();
  }
}

function aboutHead(head: keyof typeof HEADS, { matrix, labels }: TaughtRows) {
  return {
    file: `${head}.csv`,
    rows: matrix.rows,
    positives: labels.reduce((sum, label) => sum + label, 0),
    features: HEADS[head].map(({ name, meaning, unit, window }) => ({ name, meaning, unit, window })),
  };
}

/** The file appears whole. */
async function writeRows(file: string, rows: TaughtRows, histories: readonly JobHistory[]): Promise<void> {
  const partial = `${file}.${process.pid}.partial`;
  try {
    await pipeline(Readable.from(linesOf(rows, histories)), createWriteStream(partial, { flags: 'wx' }));
    await rename(partial, file);
  } finally {
    await rm(partial, { force: true });
  }
}

/** A missing value is an empty field; numbers have all their digits. */
function* linesOf({ matrix, labels, weights, part }: TaughtRows, histories: readonly JobHistory[]) {
  yield `job_id,cutoff,horizon,part,label,weight,${matrix.names.join(',')}\n`;
  const number = (value: number) => (Number.isNaN(value) ? '' : String(value));
  for (let from = 0; from < matrix.rows; from += ROWS_AT_ONCE) {
    let lines = '';
    for (let r = from; r < Math.min(matrix.rows, from + ROWS_AT_ONCE); r++) {
      const job = csvField(histories[matrix.jobIndex[r]!]!.job);
      const features = matrix.columns.map((column) => number(column[r]!)).join(',');
      lines += `${job},${isoSeconds(matrix.cutoff[r]!)},${matrix.horizon[r]},${part[r]},${labels[r]},${weights[r]},${features}\n`;
    }
    yield lines;
  }
}

const iso = (instant: number) => new Date(instant).toISOString();
