import { spawn } from 'node:child_process';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { inject } from 'vitest';
import type { ActivityStage } from './activity-stage.ts';
import { modelKeyFile } from './model-keys.ts';
import { NODE_ENVIRONMENT } from './node-environment.ts';

const MAIN = path.join(import.meta.dirname, '../cli/main.ts');

export interface CommandEnd {
  status: number | null;
  stdout: string;
  stderr: string;
}

/** Runs `smart-etl` with these arguments on the servers of a stage, as a person would, to its end; `typed` is piped in. */
export function smartEtlOn(
  stage: Pick<ActivityStage, 'folder' | 'database'>,
  args: readonly string[],
  env: Record<string, string> = {},
  typed = '',
): Promise<CommandEnd> {
  return smartEtl(
    args,
    {
      SMART_ETL_HOME: stage.folder,
      SMART_ETL_DATABASE_URL: stage.database.writerUrl,
      SMART_ETL_TEMPORAL_ADDRESS: inject('temporalAddress'),
      SMART_ETL_OBJECT_STORE_URL: inject('objectStoreUrl'),
      SMART_ETL_OBJECT_STORE_ACCESS_KEY: inject('objectStoreAccessKey'),
      SMART_ETL_OBJECT_STORE_SECRET_KEY: inject('objectStoreSecretKey'),
      SMART_ETL_MODEL_SIGNING_KEY_FILE: modelKeyFile(stage.folder),
      ...env,
    },
    typed,
  );
}

/** Runs `smart-etl` with these arguments and settings alone. */
export async function smartEtl(
  args: readonly string[],
  env: Record<string, string>,
  typed = '',
): Promise<CommandEnd> {
  const child = spawn(process.execPath, [MAIN, ...args], { env: { ...NODE_ENVIRONMENT, ...env } });
  child.stdin.on('error', () => {}).end(typed);
  const closed = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { status: await closed, stdout, stderr };
}
