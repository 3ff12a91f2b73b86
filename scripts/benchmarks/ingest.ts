/** How fast a large log is loaded, in the same rounds as what one would write without Smart ETL. */

import pg from 'pg';
import { DATABASE } from '../../stack/postgres-roles.ts';
import { type BenchResult, type Figure, figure } from './document.ts';
import { type Loaded, startLoadingProcess } from './loading-process.ts';
import { cleanLogFile, logFile } from './log-file.ts';
import { watchingSessions } from './memory.ts';
import { say } from './progress.ts';
import { type PeerLoad, type PythonPeers, preparePeers } from './python-peers.ts';
import { CLEAN_COLUMNS, type RunLogOptions, type RunLogTotals, runLogTotals } from './run-log.ts';
import { type BenchDatabase, type Servers, STORES, withServers } from './servers.ts';
import { orderOfRound, pairedRatios, rounded, spreadOf } from './statistics.ts';
import { enterInLedger, type StoredOriginal, storeOriginal } from './stored-file.ts';
import { visible } from './visible.ts';

export const CONTESTANTS = [
  'ours',
  'copy',
  'polars',
  'pandas',
  'polars-overlapped',
  'pandas-overlapped',
] as const;
export type Contestant = (typeof CONTESTANTS)[number];

export interface IngestOptions {
  rows: number;
  rounds: number;
  seed: number;
  /** The months of the log hold as many rows of other runs already. */
  intoExisting: boolean;
  contestants: readonly Contestant[];
  /** Files timed from complete to visible, in a pipeline of their own afterwards. */
  visible: number;
}

interface Measured {
  seconds: number;
  rowsPerSecond: number;
  peakMb: number | null;
  /** Largest database session, memory of its own. */
  sessionPeakMb: number | null;
}

/** The table of the peers: the same key and two indexes, and no column for an account of anything. */
const PEER_TABLE = `create table run_p (job text, owner text, host text, run_id text, started_at timestamptz,
  ended_at timestamptz, status text, rows_read int, rows_written int, message text, primary key (job, run_id));
  create index on run_p (started_at); create index on run_p (job, started_at);`;

/** A contestant's table does not say what the log said. */
export class WrongResult extends Error {
  override name = 'WrongResult';
}

interface Field {
  servers: Servers;
  peers: PythonPeers | null;
  options: IngestOptions;
  log: string;
  clean: string;
  original: StoredOriginal;
  /** What a contestant's table must say, with the rows that were there before. */
  expected: RunLogTotals;
  /** Databases to be copied for every load. */
  templates: { ours: BenchDatabase; peers: BenchDatabase };
}

/** The rounds, then how long a file that was just finished takes to be seen. */
export async function ingest(options: IngestOptions): Promise<BenchResult> {
  const { figures, details } = await race(options);
  if (options.visible === 0) return { figures, details };
  const seen = await visible(options.visible, options.seed);
  return { figures: [...figures, ...seen.figures], details: { ...details, visible: seen.details } };
}

/** Runs the rounds; a round is one load by every contestant, each into a database of its own. */
function race(options: IngestOptions): Promise<BenchResult> {
  return withServers('ingest', STORES, {}, async (servers) => {
    const field = await prepare(servers, options);
    const rounds: Partial<Record<Contestant, Measured>>[] = [];
    for (let round = 0; round < options.rounds; round++) {
      const measured: (typeof rounds)[number] = {};
      for (const contestant of orderOfRound(options.contestants, round)) {
        const one = await loadOnce(field, contestant);
        measured[contestant] = one;
        say(
          `round ${round + 1} of ${options.rounds}, ${contestant}: ${one.seconds.toFixed(2)} s, ` +
            `${Math.round(one.rowsPerSecond)} rows/s, ${one.peakMb?.toFixed(0) ?? '?'} MB`,
        );
      }
      rounds.push(measured);
    }
    return {
      figures: figuresOf(options.contestants, rounds),
      details: {
        rounds,
        stored: {
          megabytes: rounded(field.original.sizeBytes / 1e6),
          seconds: rounded(field.original.seconds),
        },
        peers: field.peers?.versions ?? null,
        server: await servers.describe(),
      },
    };
  });
}

async function prepare(servers: Servers, options: IngestOptions): Promise<Field> {
  const { home, config } = servers;
  const content: RunLogOptions = { seed: options.seed, rows: options.rows };
  // Other runs of the same jobs in the same months: their keys lie between those of the log.
  const before: RunLogOptions = { seed: options.seed + 1, rows: options.rows, firstRun: options.rows };
  const needsPeers = options.contestants.some((contestant) => contestant !== 'ours');
  const peers = needsPeers ? await preparePeers() : null;
  const log = await logFile(content);
  const clean = needsPeers ? await cleanLogFile(content) : '';
  const original = await storeOriginal(config, log);

  const ours = await servers.cloneDatabase(DATABASE);
  const files = [{ file: log, original }];
  if (options.intoExisting) {
    const file = await logFile(before);
    const present = { file, original: await storeOriginal(config, file) };
    say('loading what is there before');
    await enterInLedger(ours.ownerUrl, [present]);
    const loading = await startLoadingProcess(home, ours.writerUrl);
    await loading.load([present.original.sha256]);
    await loading.end();
  }
  await enterInLedger(ours.ownerUrl, files);
  const peersTemplate = await servers.cloneDatabase('template1');
  await onDatabase(peersTemplate.ownerUrl, (client) => client.query(PEER_TABLE));
  if (options.intoExisting && peers) {
    await peers.load('copy', await cleanLogFile(before), peersTemplate.ownerUrl);
  }
  for (const { adminUrl } of [ours, peersTemplate]) {
    await onDatabase(adminUrl, (client) => client.query('vacuum analyze'));
  }
  const expected = options.intoExisting
    ? sumOf(runLogTotals(content), runLogTotals(before))
    : runLogTotals(content);
  return {
    servers,
    peers,
    options,
    log,
    clean,
    original,
    expected,
    templates: { ours, peers: peersTemplate },
  };
}

async function loadOnce(field: Field, contestant: Contestant): Promise<Measured> {
  const { servers, templates } = field;
  const isOurs = contestant === 'ours';
  const database = await servers.cloneDatabase(isOurs ? templates.ours.name : templates.peers.name);
  // Nobody pays for the pages that the one before left unwritten.
  await servers.admin.query('checkpoint');
  const load: () => Promise<PeerLoad | Loaded> = isOurs
    ? () => loadOurs(field, database)
    : () => loadPeer(field, contestant, database);
  const { result, peakMb: sessionPeakMb } = await watchingSessions(servers.admin, database.name, load);
  await requireTotals(database.ownerUrl, contestant, field.expected);
  await database.drop();
  return {
    seconds: rounded(result.seconds),
    rowsPerSecond: rounded(field.options.rows / result.seconds),
    peakMb: result.peakMb === null ? null : rounded(result.peakMb),
    sessionPeakMb: sessionPeakMb === null ? null : rounded(sessionPeakMb),
  };
}

async function loadOurs({ servers, original, options }: Field, database: BenchDatabase) {
  const loading = await startLoadingProcess(servers.home, database.writerUrl);
  const loaded = await loading.load([original.sha256]);
  await loading.end();
  const [outcome] = loaded.outcomes;
  if (outcome?.rowsLoaded !== options.rows) {
    throw new WrongResult(`ours: expected ${options.rows} rows loaded, found ${JSON.stringify(outcome)}`);
  }
  return loaded;
}

const loadPeer = ({ peers, log, clean }: Field, contestant: Contestant, database: BenchDatabase) =>
  peers!.load(contestant, contestant === 'copy' ? clean : log, database.ownerUrl);

/** @throws WrongResult when a contestant was fast because it did something else */
async function requireTotals(url: string, contestant: Contestant, expected: RunLogTotals): Promise<void> {
  const { rows } = await onDatabase(url, (client) =>
    client.query<RunLogTotals>(
      `select count(*)::float8 as rows, count(*) filter (where status = 'failed')::float8 as failed,
         sum(rows_read)::float8 as "rowsRead", sum(rows_written)::float8 as "rowsWritten"
       from ${contestant === 'ours' ? 'run' : `(select ${CLEAN_COLUMNS} from run_p)`}`,
    ),
  );
  const found = rows[0]!;
  for (const [what, value] of Object.entries(expected) as [keyof RunLogTotals, number][]) {
    if (found[what] !== value) {
      throw new WrongResult(`${contestant}: ${what}: expected ${value}, found ${found[what]}`);
    }
  }
}

function sumOf(one: RunLogTotals, other: RunLogTotals): RunLogTotals {
  const keys = Object.keys(one) as (keyof RunLogTotals)[];
  return Object.fromEntries(keys.map((key) => [key, one[key] + other[key]])) as unknown as RunLogTotals;
}

async function onDatabase<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Ratios of throughput, ours over theirs, paired by round; then each contestant by itself. */
export function figuresOf(
  contestants: readonly Contestant[],
  rounds: readonly Partial<Record<Contestant, Measured>>[],
): Figure[] {
  const speeds = (contestant: Contestant) => rounds.map((round) => round[contestant]!.rowsPerSecond);
  const figures: Figure[] = [];
  if (contestants.includes('ours')) {
    for (const peer of contestants.filter((contestant) => contestant !== 'ours')) {
      const { median, ...spread } = spreadOf(pairedRatios(speeds('ours'), speeds(peer)));
      const name = peer === 'copy' ? 'share_of_copy' : `vs_${peer.replace('-', '_')}`;
      figures.push(figure(name, median, 'ratio', 'higher', spread));
    }
  }
  for (const contestant of contestants) {
    const suffix = contestant === 'ours' ? '' : `_${contestant.replace('-', '_')}`;
    const { median, ...spread } = spreadOf(speeds(contestant));
    figures.push(figure(`rows_per_s${suffix}`, median, 'rows/s', 'higher', spread));
    const memory = (which: 'peakMb' | 'sessionPeakMb') =>
      rounds.map((round) => round[contestant]![which]).filter((value) => value !== null);
    const most = (values: number[]) => (values.length === 0 ? null : Math.max(...values));
    figures.push(figure(`peak_rss_mb${suffix}`, most(memory('peakMb')), 'MB', 'lower'));
    figures.push(figure(`session_rss_mb${suffix}`, most(memory('sessionPeakMb')), 'MB', 'lower'));
  }
  return figures;
}
