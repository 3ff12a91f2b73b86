import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';

/** Asks bundle-workflows.ts for workflows whose failures are encrypted. */
export const ENCODED_FAILURES = '--encoded-failures';
/** How errors become payloads there. */
export const FAILURE_CONVERTER_PATH = path.join(import.meta.dirname, 'encoded-failures.ts');
const MAX_BUNDLE_BYTES = 64 * 1024 * 1024;

/**
 * The code of the workflows, as their sandbox takes it.
 *
 * A process of its own makes it: the bundler needs some 300 MB, which a worker would keep for as long as it lives.
 *
 * @param encodesFailures whether errors of workflows become payloads, which the codec of the worker encrypts
 */
export async function bundleWorkflows(encodesFailures = false): Promise<{ code: string }> {
  const script = path.join(import.meta.dirname, 'bundle-workflows.ts');
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [...process.execArgv, script, ...(encodesFailures ? [ENCODED_FAILURES] : [])],
    {
      maxBuffer: MAX_BUNDLE_BYTES,
    },
  );
  return { code: stdout };
}
