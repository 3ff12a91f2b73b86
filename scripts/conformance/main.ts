/** `scripts/conform`: holds the API against its document; the table, or with `--json` one document, is on stdout. */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import pg from 'pg';
import { estateNow } from '../../db/estate-clock.ts';
import { createPool } from '../../db/pool.ts';
import { postgresUrls } from '../../stack/postgres-roles.ts';
import { benchFolder } from '../benchmarks/bench-place.ts';
import { withTemporal } from '../benchmarks/pipeline.ts';
import { say } from '../benchmarks/progress.ts';
import { pythonWith } from '../benchmarks/python-peers.ts';
import { WHOLE_PIPELINE, withServers } from '../benchmarks/servers.ts';
import { liveThrough, writeEstate } from './filled-estate.ts';
import { createIdentity, IDENTITIES, type IdentityName } from './identities.ts';
import { readKnownWords } from './known-words.ts';
import { resultTable } from './result-table.ts';
import { askAs, CONFORM_SETTINGS, type IdentityResult, isConform } from './schemathesis.ts';

interface Options {
  examples: number;
  seed: number;
  identities: IdentityName[];
  tokens: number;
  json: boolean;
}

const program = new Command('scripts/conform')
  .description(
    'Holds the API against its document, on servers of its own: every operation, by every role and by nobody.\nExit code 1 when an answer is not as documented, or not for whom it was given.',
  )
  .option('--examples <n>', 'cases an operation in each phase that invents them', count, 50)
  .option('--seed <n>', 'of the estate and of the cases', count, 1)
  .option('--identities <names>', IDENTITIES.join(','), namesOf, [...IDENTITIES])
  .option('--tokens <n>', 'of each identity, sent in turn', count, 200)
  .option('--json', 'one document instead of the table', false)
  .showHelpAfterError('(scripts/conform --help tells more)')
  .exitOverride();

async function conform(options: Options): Promise<IdentityResult[]> {
  const { python, versions } = await pythonWith('requirements-conformance.txt');
  say(`schemathesis ${versions.schemathesis}, seed ${options.seed}`);
  const folder = path.join(benchFolder(), 'conformance');
  mkdirSync(folder, { recursive: true });
  const prepare = (home: string) => writeEstate(home, options.seed);
  return withServers(
    'conformance',
    [...WHOLE_PIPELINE, 'api'],
    CONFORM_SETTINGS,
    async (servers) => {
      const { stack, config } = servers;
      const pool = createPool(config.databaseUrl, { max: 2, applicationName: 'conform' });
      const urls = postgresUrls(stack.credentials, stack.ports.postgres);
      const client = new pg.Client({ connectionString: urls.ownerUrl });
      client.on('error', () => {});
      try {
        await client.connect();
        await withTemporal(servers, (temporal) =>
          liveThrough(temporal, () => estateNow(pool, 'data', Date.now())),
        );
        const url = `http://127.0.0.1:${stack.ports.api}`;
        const words = await readKnownWords(client, stack.credentials);
        const results: IdentityResult[] = [];
        for (const name of options.identities) {
          const identity = await createIdentity(pool, name, options.tokens);
          const asked = { ...options, python, url, document: `${url}/openapi.json`, words, folder };
          const result = await askAs(identity, asked);
          results.push(result);
          say(
            `${name}: ${result.cases} cases, ${result.failures.length} kinds of failure, ${result.seconds} s`,
          );
        }
        return results;
      } finally {
        await client.end().catch(() => {});
        await pool.end();
      }
    },
    prepare,
  );
}

function count(text: string): number {
  const value = Number(text.replaceAll('_', ''));
  if (Number.isSafeInteger(value) && value >= 1) return value;
  throw new InvalidArgumentError(`expected a whole number from 1, found "${text}"`);
}

function namesOf(text: string): IdentityName[] {
  return text.split(',').map((name) => {
    const found = IDENTITIES.find((one) => one === name);
    if (found !== undefined) return found;
    throw new InvalidArgumentError(`expected ${IDENTITIES.join(', ')}, found "${name}"`);
  });
}

// Settings of an estate that somebody works with would make its servers ours.
for (const name of Object.keys(process.env)) if (name.startsWith('SMART_ETL_')) delete process.env[name];

try {
  program.parse();
  const options = program.opts<Options>();
  const results = await conform(options);
  console.log(options.json ? JSON.stringify({ seed: options.seed, results }, null, 2) : resultTable(results));
  process.exitCode = results.every(isConform) ? 0 : 1;
} catch (error) {
  const { code, exitCode } = error as { code?: string; exitCode?: number };
  if (code?.startsWith('commander.')) process.exitCode = exitCode === 0 ? 0 : 2;
  else {
    say((error as Error).stack ?? String(error));
    process.exitCode = 1;
  }
}
// A connection that is still being closed must not hold up whoever waits for the table.
process.exit();
