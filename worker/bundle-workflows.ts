/** Bundles the workflows and writes the code to standard output: a process of its own, see workflow-bundle.ts. */
import path from 'node:path';
import { bundleWorkflowCode } from '@temporalio/worker';
import { WORKFLOW_INTERCEPTOR_MODULES } from './interceptors.ts';

const { code } = await bundleWorkflowCode({
  workflowsPath: path.join(import.meta.dirname, '..', 'workflows', 'index.ts'),
  workflowInterceptorModules: WORKFLOW_INTERCEPTOR_MODULES,
  logger: { ...console, log: () => {}, trace: () => {}, debug: () => {}, info: () => {} },
});
process.stdout.write(code);
