/** Writes the files that are made from others: schema dump, data dictionary, anomaly catalogue, licences, Grafana's dashboards. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { migrate } from '../db/migrate.ts';
import { createPool } from '../db/pool.ts';
import { describeSchema, dumpSchema } from '../db/schema-dump.ts';
import { COMPOSE_ADDRESSES } from '../infra/grafana/build/addresses.ts';
import { writeGeneratedFiles } from '../infra/grafana/write-files.ts';
import { renderAnomalyCatalogue } from '../models/clean/anomaly-catalogue.ts';
import { loadCredentials } from '../stack/credentials.ts';
import { freePort } from '../stack/ports.ts';
import { startPostgres } from '../stack/postgres.ts';
import { notTaken, packagesOf, renderLicences } from './licences.ts';

const home = mkdtempSync(path.join(tmpdir(), 'smart-etl-generate-'));
const postgres = await startPostgres({ home, port: await freePort(), credentials: loadCredentials(home) });
try {
  await migrate(postgres.ownerUrl);
  const pool = createPool(postgres.ownerUrl, { max: 1 });
  const write = (file: string, text: string) => {
    writeFileSync(path.join(import.meta.dirname, '..', file), text);
    console.log(`wrote ${file}`);
  };
  write('db/schema.sql', await dumpSchema(pool));
  write('docs/data-dictionary.md', await describeSchema(pool));
  write('docs/anomalies.md', renderAnomalyCatalogue());
  const lock = readFileSync(path.join(import.meta.dirname, '..', 'package-lock.json'), 'utf8');
  const packages = packagesOf(JSON.parse(lock));
  write('docs/licences.md', renderLicences(packages));
  for (const { name, licence } of notTaken(packages)) {
    console.error(`${name}: ${licence} is not a licence that is taken`);
    process.exitCode = 1;
  }
  const infra = path.join(import.meta.dirname, '..', 'infra');
  for (const file of writeGeneratedFiles(infra, COMPOSE_ADDRESSES)) console.log(`wrote infra/${file}`);
  await pool.end();
} finally {
  await postgres.stop();
  rmSync(home, { recursive: true, force: true });
}
