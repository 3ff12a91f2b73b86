/**
 * Writes the dashboards and rules of Grafana and the rules of Prometheus from TypeScript.
 *
 *     node infra/grafana/generate.ts [--page URL] [--temporal URL]
 *
 * The addresses are those that a reader's browser uses, for links to the page and to the list of workflows.
 */
import path from 'node:path';
import { parseArgs } from 'node:util';
import { COMPOSE_ADDRESSES } from './build/addresses.ts';
import { writeGeneratedFiles } from './write-files.ts';

const { values } = parseArgs({ options: { page: { type: 'string' }, temporal: { type: 'string' } } });
const { page = COMPOSE_ADDRESSES.page, temporal = COMPOSE_ADDRESSES.temporal } = values;
const infra = path.join(import.meta.dirname, '..');
for (const file of writeGeneratedFiles(infra, { page: page.replace(/\/$/, ''), temporal })) {
  console.log(`wrote infra/${file}`);
}
