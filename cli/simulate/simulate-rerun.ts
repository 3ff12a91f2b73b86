import { createHash } from 'node:crypto';
import path from 'node:path';
import { createEstate } from '../../models/estate/estate.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { instantOf } from '../options/instant-option.ts';
import { UsageError } from '../options/usage-error.ts';
import { EstateFolderError, estateFolder, makeFolders, placeFile } from './estate-folder.ts';
import { estateIn } from './simulate.ts';

const HEADER = 'job_id,run_id,started_at,ended_at,duration_s,status,known_at\n';

/**
 * Plays the scheduler of a simulated estate: a job that it is asked to start runs at once, takes what it usually takes,
 * and succeeds. Its log lands in the drop folder as any other. The same key is the same run, however often it is asked.
 *
 * @throws UsageError for a job that the estate does not have; EstateFolderError where there is no estate
 */
export async function simulateRerun(options: {
  out: string;
  job: string;
  asked: string;
  key: string;
}): Promise<ExitCode> {
  const { out, job: name, asked, key } = options;
  const folder = estateFolder(out);
  const estateOptions = await estateIn(folder);
  if (estateOptions === null)
    throw new EstateFolderError(`${folder.manifestFile} not found: there is no estate`);
  const job = createEstate(estateOptions).jobs.find((one) => one.name === name);
  if (job === undefined) throw new UsageError(`the simulated estate has no job "${name}"`);
  if (!/^[A-Za-z0-9-]{1,100}$/.test(key))
    throw new UsageError('--key takes letters, digits and -, at most 100');
  const startMs = Math.ceil((instantOf('--asked', asked) + 1_000) / 1_000) * 1_000;
  const seconds = Math.max(1, Math.round(job.traits.durationMs / 1_000));
  const [start, end] = [startMs, startMs + seconds * 1_000].map(
    (ms) => `${new Date(ms).toISOString().slice(0, 19)}Z`,
  );
  const line = `${job.name},${key},${start},${end},${seconds},${job.statusWords[0]},${end}\n`;
  await makeFolders(folder);
  const id = createHash('sha256').update(key).digest('hex').slice(0, 16);
  await placeFile(folder, path.join(folder.runs, `runs-rerun-${id}.csv`), HEADER + line);
  console.log(`${job.name} is simulated to run from ${start} to ${end}`);
  return EXIT.ok;
}
