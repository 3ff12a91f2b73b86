/**
 * Records the history of a workflow of the running stack as a scenario of the replay test:
 *
 *     node tests/replay/record.ts WORKFLOW_ID SCENARIO
 *
 * A committed history is never replaced to make a red test green: it is what a running workflow somewhere has done.
 */
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { loadConfig } from '../../config.ts';
import { connectTemporal } from '../../services/temporal-link.ts';

const [workflowId, scenario] = process.argv.slice(2);
if (workflowId === undefined || scenario === undefined) {
  console.error('usage: node tests/replay/record.ts WORKFLOW_ID SCENARIO');
  process.exit(2);
}
const file = path.join(import.meta.dirname, 'histories', `${scenario}.json`);
if (existsSync(file)) {
  console.error(`${file} exists: choose another name for a new scenario`);
  process.exit(6);
}
const config = loadConfig();
const { connection, client } = await connectTemporal(config);
const history = await client.workflow.getHandle(workflowId).fetchHistory();
writeFileSync(file, `${JSON.stringify(JSON.parse(historyToJSON(history)))}\n`);
await connection.close();
console.log(`wrote ${file}`);
