/** Bundles the workflows and writes the code to standard output: a process of its own, see workflow-bundle.ts. */
import path from 'node:path';
import { bundleWorkflowCode } from '@temporalio/worker';
import { WORKFLOW_INTERCEPTOR_MODULES } from './interceptors.ts';
import { ENCODED_FAILURES, FAILURE_CONVERTER_PATH } from './workflow-bundle.ts';

const { code } = await bundleWorkflowCode({
  workflowsPath: path.join(import.meta.dirname, '..', 'workflows', 'index.ts'),
  workflowInterceptorModules: WORKFLOW_INTERCEPTOR_MODULES,
  ...(process.argv.includes(ENCODED_FAILURES) && { failureConverterPath: FAILURE_CONVERTER_PATH }),
  logger: { ...console, log: () => {}, trace: () => {}, debug: () => {}, info: () => {} },
});
process.stdout.write(code);
