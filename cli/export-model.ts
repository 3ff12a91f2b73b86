import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { loadConfig } from '../config.ts';
import { versionOfAlias } from '../db/model-aliases.ts';
import { findModelVersion } from '../db/model-versions.ts';
import type { Pool } from '../db/pool.ts';
import { exportOnnx } from '../models/onnx/export-model.ts';
import { BUCKETS, createObjectStore } from '../services/object-store.ts';
import { FAILURE_MODEL } from '../workflows/names.ts';
import { withDatabase } from './connections.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { ConflictError, UsageError } from './usage-error.ts';

/**
 * `smart-etl model export --onnx FOLDER`: writes both heads of a version (the champion, when none is named) as ONNX
 * files. Twice is once: a file that is there already with these bytes is left alone.
 *
 * @returns 0; 1 when no version serves yet
 * @throws UsageError for an unknown version; ConflictError when a file with other bytes has one of the names
 */
export async function exportModel({
  onnx: folder,
  version: asked,
  json = false,
}: {
  onnx: string;
  version?: number;
  json?: boolean;
}): Promise<ExitCode> {
  const config = loadConfig();
  const found = await withDatabase(config, (pool) => findVersion(pool, asked));
  if (found === null) {
    console.error(`no version of ${FAILURE_MODEL} serves yet: \`smart-etl model train\` makes one`);
    return EXIT.negative;
  }
  const { version, kind, artifactSha256 } = found;
  const heads = exportOnnx(await createObjectStore(config).get(BUCKETS.models, artifactSha256));
  await mkdir(folder, { recursive: true });
  const files = [];
  for (const head of ['week', 'day'] as const) {
    const file = path.join(folder, `${FAILURE_MODEL}-${version}-${head}.onnx`);
    await writeOnce(file, heads[head]);
    files.push({ head, file, bytes: heads[head].length });
  }
  if (json) console.log(JSON.stringify({ model: FAILURE_MODEL, version, kind, artifactSha256, files }));
  else {
    console.log(`${FAILURE_MODEL}/${version} (${kind})`);
    for (const { file, bytes } of files) console.log(`${String(bytes).padStart(9)} bytes  ${file}`);
  }
  return EXIT.ok;
}

async function findVersion(pool: Pool, asked: number | undefined) {
  const version = asked ?? (await versionOfAlias(pool, FAILURE_MODEL, 'champion'));
  if (version === null) return null;
  const found = await findModelVersion(pool, FAILURE_MODEL, version);
  if (found === null) throw new UsageError(`${FAILURE_MODEL} has no version ${version}`);
  return found;
}

async function writeOnce(file: string, bytes: Uint8Array): Promise<void> {
  await writeFile(file, bytes, { flag: 'wx' }).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
    if ((await readFile(file)).equals(bytes)) return;
    throw new ConflictError(`${file} is there already with other bytes: remove it or choose another folder`);
  });
}
