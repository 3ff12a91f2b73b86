import { mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** `out` does not hold what the command needs, or holds another estate. Not cured by trying again. */
export class EstateFolderError extends Error {
  override name = 'EstateFolderError';
}

/** Where a simulated estate lies: two drop folders, and the truth beside them, which no source collects. */
export function estateFolder(out: string) {
  const root = path.resolve(out);
  const partial = path.join(root, '.partial');
  const truth = path.join(root, 'truth');
  return {
    runs: path.join(root, 'runs'),
    metrics: path.join(root, 'metrics'),
    truth,
    /** Files grow here, on the same disk, so that a collector never sees half a file. */
    partial,
    manifestFile: path.join(truth, 'estate.json'),
    liveStateFile: path.join(truth, 'live.json'),
  };
}

export type EstateFolder = ReturnType<typeof estateFolder>;

export async function makeFolders(folder: EstateFolder): Promise<void> {
  for (const name of [folder.runs, folder.metrics, folder.truth, folder.partial]) {
    await mkdir(name, { recursive: true });
  }
}

export const removePartial = (folder: EstateFolder) => rm(folder.partial, { recursive: true, force: true });

/** Writes a whole file and then gives it its name. */
export async function placeFile(folder: EstateFolder, target: string, text: string): Promise<void> {
  const growing = path.join(folder.partial, path.basename(target));
  await writeFile(growing, text);
  await rename(growing, target);
}

/** A file that grows out of sight and gets its name when it is closed. */
export async function growFile(folder: EstateFolder, target: string, header: string) {
  const growing = path.join(folder.partial, path.basename(target));
  const handle = await open(growing, 'w');
  await handle.write(header);
  return {
    target,
    append: async (text: string) => {
      await handle.write(text);
    },
    close: async () => {
      await handle.close();
      await rename(growing, target);
    },
    /** Gives up: the file never appears. */
    discard: () => handle.close(),
  };
}

export type GrowingFile = Awaited<ReturnType<typeof growFile>>;

/** The JSON in a file, null when there is no such file. @throws EstateFolderError when it is not JSON. */
export async function readJson(file: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new EstateFolderError(`${file}: expected JSON, found ${(error as Error).message}`);
  }
}
