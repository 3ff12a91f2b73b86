/** One run of schemathesis (https://schemathesis.readthedocs.io/) by one identity. */
import { spawn } from 'node:child_process';
import { createWriteStream, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Config } from '../../config.ts';
import { childEnvironment } from '../../stack/environment.ts';
import { peerScript } from '../benchmarks/python-peers.ts';
import { doorsOf, type Identity } from './identities.ts';
import type { KnownWords, Words } from './known-words.ts';

export interface ConformanceOptions {
  /** Python with the pinned packages. */
  python: string;
  /** Where the API listens. */
  url: string;
  /** Address or file of the document. */
  document: string;
  words: KnownWords;
  /** Cases an operation in each of the phases that invent them. */
  examples: number;
  seed: number;
  /** Those that invent cases: `coverage` of every keyword and edge, `fuzzing`, `stateful` sequences. All by default. */
  phases?: readonly string[];
  /** For settings, reports and what schemathesis prints. */
  folder: string;
}

export interface Failure {
  title: string;
  count: number;
  operations: string[];
}

export interface IdentityResult {
  identity: string;
  /** Operations of the document, and those that were asked. */
  operations: { total: number; asked: number; notAsked: string[] };
  cases: number;
  /** Requests by status, from all cases and what checks ask besides. */
  statuses: Record<string, number>;
  failures: Failure[];
  /** What schemathesis itself could not do. */
  errors: Failure[];
  seconds: number;
  /** What it printed: each failure with the request that brings it about. */
  log: string;
}

const PHASES = ['examples', 'coverage', 'fuzzing', 'stateful'];

/**
 * What the API has to be started with. Whoever forwards a request says for whom: each case comes from another address,
 * which has limits of its own.
 */
export const CONFORM_SETTINGS = {
  time: 'data',
  apiLogin: 'required',
  apiTrustedProxies: ['127.0.0.1'],
} satisfies Partial<Config>;

/** A draw of a known word in so many of ten cases; the others are invented. */
const KNOWN_SHARE = 0.85;
const REQUEST_SECONDS = 40;
/** A stream never ends: so many events are read of it, for so long. */
const STREAM = { 'max-stream-events': 1, 'request-timeout': 2 };

/** What is not as the document says is refused; 5xx is for other reasons, and never right. */
const REJECTED = ['400', '401', '403', '404', '405', '409', '410', '413', '414', '415', '422', '429', '431'];
/** What is as the document says may still name nothing, come too late or from somebody who may not. */
const ACCEPTED = ['2xx', '3xx', '401', '403', '404', '409', '410', '422', '429'];

/** Asks every operation of a document, and returns what it found. */
export async function askAs(identity: Identity, options: ConformanceOptions): Promise<IdentityResult> {
  const startedMs = performance.now();
  const { python, url, document, examples, seed, folder, phases = PHASES } = options;
  const place = (ending: string) => path.join(folder, `${identity.name}${ending}`);
  const log = place('.txt');
  writeFileSync(place('.toml'), settingsOf(options));
  const plan = { identity: identity.name, tokens: identity.tokens, doors: doorsOf(identity.name) };
  writeFileSync(place('.plan.json'), JSON.stringify({ ...plan, tally: place('.tally.json') }), {
    mode: 0o600,
  });
  const exitCode = await run(
    python,
    [
      ...['-m', 'schemathesis.cli', '--config-file', place('.toml'), 'run', document, '--url', url],
      ...['--phases', phases.join(',')],
      ...['--checks', 'all', '--exclude-checks', 'object_level_authorization'],
      ...['--max-examples', String(examples), '--seed', String(seed), '--continue-on-failure'],
      ...['--report', 'json', '--report-json-path', place('.json'), '--no-color', '--workers', '1'],
      ...['--generation-database', 'none', '--suppress-health-check', 'all'],
    ],
    { log, plan: place('.plan.json') },
  );
  const report = readJson<Report>(place('.json'));
  if (report?.test_cases === undefined) {
    throw new Error(`schemathesis ended with exit code ${exitCode} before it asked anything: see ${log}`);
  }
  const tally = readJson<Record<string, Record<string, number>>>(place('.tally.json')) ?? {};
  const known = operationsOf(await documentOf(document));
  const statuses: Record<string, number> = {};
  for (const counts of Object.values(tally)) {
    for (const [status, count] of Object.entries(counts)) statuses[status] = (statuses[status] ?? 0) + count;
  }
  return {
    identity: identity.name,
    operations: {
      total: known.length,
      asked: known.filter((operation) => operation in tally).length,
      notAsked: known.filter((operation) => !(operation in tally)),
    },
    cases: report.test_cases.generated,
    statuses,
    failures: report.failures,
    errors: report.errors.map((error) => ({ ...error, operations: [] })),
    seconds: Math.round((performance.now() - startedMs) / 100) / 10,
    log,
  };
}

/** Whether every operation was asked, and every answer was right. */
export const isConform = ({ failures, errors, operations }: IdentityResult): boolean =>
  failures.length + errors.length + operations.notAsked.length === 0;

interface Report {
  test_cases: { generated: number };
  failures: Failure[];
  errors: { title: string; count: number }[];
}

/** Settings in TOML; texts in JSON are texts in TOML. */
function settingsOf({ words }: ConformanceOptions): string {
  const dictionaries: string[] = [];
  const bound = (given: Words, prefix: string): string =>
    Object.entries(given)
      .filter(([, values]) => values.length > 0)
      .map(([place, values]) => {
        const name = `${prefix}${place}`.replace(/\W/g, '_');
        dictionaries.push(`[dictionaries.${name}]\nvalues = ${JSON.stringify(values)}`);
        return `${JSON.stringify(place)} = { dictionary = "${name}", probability = ${KNOWN_SHARE} }`;
      })
      .join('\n');
  const together = Object.entries(words.together).map(
    ([address, given], index) =>
      `[[operations]]\ninclude-path = ${JSON.stringify(address)}\n[operations.parameters]\n${bound(given, `t${index}_`)}`,
  );
  const stream = Object.entries(STREAM).map(([key, value]) => `${key} = ${value}`);
  return [
    `hooks = ${JSON.stringify(peerScript('conformance_hooks.py'))}`,
    `request-timeout = ${REQUEST_SECONDS}`,
    `[checks.negative_data_rejection]\nexpected-statuses = ${JSON.stringify(REJECTED)}`,
    `[checks.positive_data_acceptance]\nexpected-statuses = ${JSON.stringify(ACCEPTED)}`,
    '[output.sanitization]\nenabled = true',
    `[parameters]\n${bound(words.anywhere, '')}`,
    `[[operations]]\ninclude-path = "/v1/stream"\n${stream.join('\n')}`,
    ...together,
    ...dictionaries,
  ].join('\n\n');
}

async function run(
  python: string,
  args: readonly string[],
  { log, plan }: { log: string; plan: string },
): Promise<number | null> {
  const { promise, resolve, reject } = Promise.withResolvers<number | null>();
  const child = spawn(python, args, {
    cwd: path.dirname(log),
    env: childEnvironment({ CONFORMANCE_PLAN: plan, PYTHONDONTWRITEBYTECODE: '1' }),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const file = createWriteStream(log);
  child.stdout.pipe(file, { end: false });
  child.stderr.pipe(file, { end: false });
  child.once('error', reject).once('close', resolve);
  // Interrupted, nobody is left to ask.
  const end = () => void child.kill();
  process.once('exit', end);
  try {
    return await promise;
  } finally {
    process.off('exit', end);
    file.end();
    rmSync(plan);
  }
}

const documentOf = async (document: string): Promise<{ paths: Record<string, object> }> =>
  (/^https?:/.test(document)
    ? (await fetch(document)).json()
    : JSON.parse(readFileSync(document, 'utf8'))) as never;

/** `GET /v1/runs` and so on. */
const operationsOf = ({ paths }: { paths: Record<string, object> }): string[] =>
  Object.entries(paths).flatMap(([address, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${address}`),
  );

function readJson<T>(file: string): T | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as T;
  } catch {
    return undefined;
  }
}
