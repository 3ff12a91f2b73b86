import { randomUUID } from 'node:crypto';
import { existsSync, renameSync, writeFileSync } from 'node:fs';
import { inject } from 'vitest';
import { bundleWorkflows } from '../worker/workflow-bundle.ts';

/** The workflows as workers run them, bundled once for all test files of a run: that takes seconds of a processor. */
export async function workflowBundle(): Promise<{ codePath: string }> {
  const codePath = inject('workflowBundleFile');
  if (!existsSync(codePath)) {
    const { code } = await bundleWorkflows();
    // Two files may be the first together: what has the name is whole.
    const partial = `${codePath}.${randomUUID()}`;
    writeFileSync(partial, code);
    renameSync(partial, codePath);
  }
  return { codePath };
}
