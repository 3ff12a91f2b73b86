import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { loadConfig } from '../../config.ts';
import { exportOnnx } from '../../models/onnx/export-model.ts';
import { readModelKeys } from '../../services/model-keys.ts';
import { verifiedModel } from '../../services/model-registry.ts';
import { createObjectStore } from '../../services/object-store.ts';
import { FAILURE_MODEL } from '../../workflows/names.ts';
import { withDatabase } from '../connections.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { ConflictError } from '../options/usage-error.ts';
import { expectedVersion, NOTHING_SERVES } from './model-reference.ts';

/**
 * `smart-etl model export --onnx FOLDER`: writes both heads of a version (the champion, when none is named) as ONNX
 * files, once it is verified. Twice is once: a file that is there already with these bytes is left alone.
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
  version?: string;
  json?: boolean;
}): Promise<ExitCode> {
  const config = loadConfig();
  const found = await withDatabase(config, (pool) => expectedVersion(pool, asked));
  if (found === null) {
    console.error(NOTHING_SERVES);
    return EXIT.negative;
  }
  const { version, kind, artifactSha256 } = found;
  const { artifact } = await verifiedModel(createObjectStore(config), readModelKeys(config), found);
  const heads = exportOnnx(artifact);
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

async function writeOnce(file: string, bytes: Uint8Array): Promise<void> {
  await writeFile(file, bytes, { flag: 'wx' }).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
    if ((await readFile(file)).equals(bytes)) return;
    throw new ConflictError(`${file} is there already with other bytes: remove it or choose another folder`);
  });
}
