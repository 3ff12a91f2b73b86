import { readdir, readFile, stat } from 'node:fs/promises';
import { userInfo } from 'node:os';
import path from 'node:path';
import { loadConfig } from '../../config.ts';
import { type ImportedFiles, readImported } from '../../models/forecast/imported-model.ts';
import { MAX_ONNX_BYTES } from '../../models/onnx/decode-onnx.ts';
import { BUCKETS, createObjectStore } from '../../services/object-store.ts';
import { FAILURE_MODEL, workflowIds } from '../../workflows/names.ts';
import { withConnections } from '../connections.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { instantOf } from '../options/instant-option.ts';
import { UsageError } from '../options/usage-error.ts';
import { createProgress } from '../progress.ts';
import { runWorkflow } from '../run-workflow.ts';

const MOST_NAME = 100;

interface Asked {
  name?: string;
  who?: string;
  trainedAt?: string;
  asOf?: string;
  json?: boolean;
}

/**
 * `smart-etl model import WEEK.onnx DAY.onnx`, or a folder with one `…week.onnx` and one `…day.onnx`: brings a model
 * trained elsewhere before the gate. The files are looked at before anything is stored.
 *
 * @returns 0; 1 when a file is not understood, or when there was too little to test it with
 */
export async function importModel(paths: string[], asked: Asked): Promise<ExitCode> {
  const { week: weekFile, day: dayFile } = await filesOf(paths);
  const name = (asked.name ?? path.basename(weekFile, '.onnx')).trim();
  const who = (asked.who ?? userInfo().username).trim();
  if (name === '' || name.length > MOST_NAME) {
    throw new UsageError(`--name must have 1 to ${MOST_NAME} characters, got ${name.length}`);
  }
  if (who === '') throw new UsageError('--who must say something');
  const files: ImportedFiles = { week: await readBounded(weekFile), day: await readBounded(dayFile) };
  const found = readImported(files);
  const told = asked.trainedAt === undefined ? null : instantOf('--trained-at', asked.trainedAt);
  const trainedAt = Math.max(told ?? 0, found.trainedAt ?? 0);
  if (told === null && found.trainedAt === null) {
    throw new UsageError(
      'neither file has an entry trained_at in its metadata: say with --trained-at up to when runs were known to the training',
    );
  }
  const asOf = asked.asOf === undefined ? {} : { asOf: iso(instantOf('--as-of', asked.asOf)) };
  const config = loadConfig();
  const outcome = await withConnections(config, async ({ temporal }) => {
    const store = createObjectStore(config);
    const progress = createProgress(asked.json);
    try {
      progress.step(`testing "${name}" (${found.kind}) beside the base rates`);
      const week = await store.put(BUCKETS.models, files.week);
      const day = await store.put(BUCKETS.models, files.day);
      const input = { week, day, name, who, trainedAt: iso(trainedAt), ...asOf };
      const id = workflowIds.challengeImported(week, day);
      const summary = `"${name}", brought by ${who}, challenges ${FAILURE_MODEL}`;
      const challenged = await runWorkflow(temporal, 'challengeImported', id, input, summary);
      progress.done(challenged.verdict);
      return challenged;
    } finally {
      progress.end();
    }
  });
  if (asked.json) console.log(JSON.stringify(outcome));
  else if (outcome.version === null) console.log(`"${name}" could not be tested: ${outcome.reason}`);
  else {
    const { version, kind, verdict, promotedVersion } = outcome;
    const champion =
      promotedVersion === null ? 'the champion stays' : `version ${promotedVersion} is the champion`;
    console.log(`version ${version} ("${name}", ${kind}): ${verdict}; ${champion}`);
    console.log(`smart-etl model card ${version} tells why`);
  }
  return outcome.version === null ? EXIT.negative : EXIT.ok;
}

/** Two files, or the two of a folder. */
async function filesOf(paths: string[]): Promise<{ week: string; day: string }> {
  const [first, second, ...more] = paths;
  if (first === undefined || more.length > 0) {
    throw new UsageError(`expected WEEK.onnx and DAY.onnx, or a folder, got ${paths.length} paths`);
  }
  if (second !== undefined) return { week: first, day: second };
  const names = await readdir(first).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`${first}: expected a folder with two ONNX files, found none (${error.code})`);
  });
  const [week, day] = ['week', 'day'].map((head) => {
    const found = names.filter((one) => one.endsWith(`${head}.onnx`));
    if (found.length === 1) return path.join(first, found[0]!);
    throw new UsageError(`${first}: expected one file called …${head}.onnx, found ${found.length}`);
  });
  return { week: week!, day: day! };
}

async function readBounded(file: string): Promise<Uint8Array> {
  try {
    const { size } = await stat(file);
    if (size <= MAX_ONNX_BYTES) return await readFile(file);
    throw new UsageError(`${file}: expected at most ${MAX_ONNX_BYTES} bytes, found ${size}`);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new UsageError(`${file}: expected an ONNX file, found none (${code})`);
  }
}

const iso = (instant: number) => new Date(instant).toISOString();
