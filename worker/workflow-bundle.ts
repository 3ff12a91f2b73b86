import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';

const MAX_BUNDLE_BYTES = 64 * 1024 * 1024;

/**
 * The code of the workflows, as their sandbox takes it.
 *
 * A process of its own makes it: the bundler needs some 300 MB, which a worker would keep for as long as it lives.
 */
export async function bundleWorkflows(): Promise<{ code: string }> {
  const script = path.join(import.meta.dirname, 'bundle-workflows.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [...process.execArgv, script], {
    maxBuffer: MAX_BUNDLE_BYTES,
  });
  return { code: stdout };
}
