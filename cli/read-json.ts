import { readFile } from 'node:fs/promises';
import { UsageError } from './options/usage-error.ts';

const MOST_BYTES = 1_000_000;

/** Reads a small JSON file that somebody named. @throws UsageError naming the file and what was found */
export async function readJson(file: string): Promise<unknown> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`${file}: ${error.code === 'ENOENT' ? 'no such file' : error.message}`);
  });
  if (text.length > MOST_BYTES)
    throw new UsageError(`${file}: expected at most ${MOST_BYTES} bytes of rules`);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${file}: expected JSON, found ${(error as Error).message}`);
  }
}
