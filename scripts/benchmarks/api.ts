/** How fast the API answers what pages ask, of an estate of two years, and how much a first visit loads. */
import pg from 'pg';
import { seededRandom } from '../../models/random.ts';
import { postgresUrls } from '../../stack/postgres-roles.ts';
import { FAILURE_MODEL } from '../../workflows/names.ts';
import { requireDisk } from './bench-place.ts';
import { type BenchResult, type Figure, figure } from './document.ts';
import { ESTATE_END, fillEstate } from './many-runs.ts';
import { say } from './progress.ts';
import { withServers } from './servers.ts';
import { quantile, rounded } from './statistics.ts';

export interface ApiOptions {
  runs: number;
  jobs: number;
  /** Rounds of all pages. */
  rounds: number;
  concurrency: number;
  seed: number;
}

const BYTES_PER_RUN = 900;
const LOOK_AT_REQUESTS = 1_000;

/** A request of a page: its route, and an address of it. */
interface PageRequest {
  route: string;
  address: string;
  body?: object;
}

export async function api(options: ApiOptions): Promise<BenchResult> {
  requireDisk(options.runs * BYTES_PER_RUN + 3e9, `an estate of ${options.runs} runs`);
  return withServers('api', ['postgres', 'api'], { time: 'data' }, async ({ stack, describe }) => {
    const urls = postgresUrls(stack.credentials, stack.ports.postgres);
    const url = `http://127.0.0.1:${stack.ports.api}`;
    const client = new pg.Client({ connectionString: urls.ownerUrl });
    // The error of a statement says more than the connection that ends after it.
    client.on('error', () => {});
    await client.connect();
    const filledFrom = Date.now();
    await fillEstate(client, options);
    say(`filled in ${Math.round((Date.now() - filledFrom) / 1000)} s; asking`);
    const { figures, details } = await measure(url, client, options);
    await client.end();
    return { figures, details: { ...details, database: await describe() } };
  });
}

/** Asks an API about a filled estate. */
export async function measure(
  url: string,
  client: pg.Client,
  { rounds, concurrency, seed }: Pick<ApiOptions, 'rounds' | 'concurrency' | 'seed'>,
): Promise<BenchResult> {
  const { rows: size } = await client.query(
    `select (select sum(reltuples) from pg_class where relname ~ '^run_[0-9_]+$')::float8 as runs,
       (select count(*) from job)::float8 as jobs,
       pg_database_size(current_database())::float8 / 1e9 as gigabytes`,
  );
  const { rows: jobs } = await client.query<{ id: number; name: string }>(
    'select id::float8 as id, name from job order by id',
  );
  const { rows: runs } = await client.query<{ job_id: number; run_key: string }>(
    'select job_id::float8 as job_id, run_key from run order by started_at desc limit 2000',
  );
  const { rows: files } = await client.query<{ sha256: string }>(
    'select sha256 from file order by id desc limit 500',
  );
  const { rows: versions } = await client.query<{ version: number }>('select version from model_version');
  const { rows: cutoffs } = await client.query<{ cutoff: Date }>('select cutoff from forecast_cutoff');
  const random = seededRandom(seed);
  const oneOf = <Item>(items: readonly Item[]): Item => items[Math.floor(random.uniform() * items.length)]!;
  const hours = () => Math.floor(random.uniform() * 720);
  const known = { jobs, runs, files, oneOf, hours };
  const pages = () =>
    pageRequests({
      ...known,
      versions: versions.map(({ version }) => version),
      cutoffs: cutoffs.map(({ cutoff }) => cutoff),
    });
  await askAll(url, pages(), concurrency);
  const took = await askAll(url, Array.from({ length: rounds }, pages).flat(), concurrency);
  const all = [...took.values()].flat();
  const byRoute = [...took]
    .map(
      ([route, ms]): Figure =>
        figure(`p95_ms ${route}`, quantile(ms, 0.95), 'ms', 'lower', { max: Math.max(...ms) }),
    )
    .sort((a, b) => b.value! - a.value!);
  return {
    figures: [
      figure('p95_ms', quantile(all, 0.95), 'ms', 'lower', { max: Math.max(...all) }),
      figure('worst_route_p95_ms', byRoute[0]!.value, 'ms', 'lower'),
      figure('first_load_kb', (await firstLoadBytes(url)) / 1024, 'KB', 'lower'),
      figure('requests', all.length, 'requests', 'higher'),
      ...byRoute,
    ],
    details: { size: size[0], p50Ms: rounded(quantile(all, 0.5)) },
  };
}

interface Known {
  jobs: readonly { id: number; name: string }[];
  runs: readonly { job_id: number; run_key: string }[];
  files: readonly { sha256: string }[];
  /** Of the model, and instants of forecasts. */
  versions: readonly number[];
  cutoffs: readonly Date[];
  oneOf: <Item>(items: readonly Item[]) => Item;
  /** Hours before the end of the estate. */
  hours: () => number;
}

/** What one visit of every page asks, of things drawn at random. */
export function pageRequests({ jobs, runs, files, versions, cutoffs, oneOf, hours }: Known): PageRequest[] {
  const job = oneOf(jobs);
  const run = oneOf(runs);
  const before = (ms: number) => new Date(ESTATE_END.getTime() - ms).toISOString();
  const at = hours() * 3_600_000;
  const host = `etl-${String(hours() % 20).padStart(2, '0')}`;
  const now = ['overview', 'runs', 'incidents', 'reruns', 'files', 'forecasts/latest', 'models', 'quality'];
  const later = [
    'notifications',
    'slots',
    'timeline',
    'hosts',
    'drift',
    'forecasts',
    'quarantine',
    'feedback',
    'forecast-scores',
    'sources',
    'reports',
    'quarantine/counts',
    'audit',
    'me',
  ];
  const model = `/v1/models/${FAILURE_MODEL}`;
  return [
    ...[...now, ...later].map((path): PageRequest => ({ route: `/v1/${path}`, address: `/v1/${path}` })),
    { route: '/v1/jobs', address: '/v1/jobs?limit=500' },
    { route: '/v1/jobs?q', address: `/v1/jobs?q=${job.name.slice(0, 6)}` },
    { route: '/v1/runs?status', address: '/v1/runs?status=failed' },
    { route: '/v1/runs?status=running', address: '/v1/runs?status=running' },
    { route: '/v1/runs?job', address: `/v1/runs?job=${job.name}` },
    { route: '/v1/runs?host', address: `/v1/runs?host=${host}` },
    { route: '/v1/runs?q', address: '/v1/runs?q=timed%20out' },
    { route: '/v1/runs?q, nothing found', address: '/v1/runs?q=nothing-holds-this' },
    { route: '/v1/runs?from,to', address: `/v1/runs?from=${before(at + 3_600_000)}&to=${before(at)}` },
    { route: '/v1/jobs/:jobId', address: `/v1/jobs/${job.id}` },
    { route: '/v1/jobs/:jobId/runs', address: `/v1/jobs/${job.id}/runs` },
    { route: '/v1/jobs/:jobId/durations', address: `/v1/jobs/${job.id}/durations` },
    {
      route: '/v1/jobs/:jobId/durations, two years',
      address: `/v1/jobs/${job.id}/durations?from=2024-01-01T00:00:00Z&points=2000`,
    },
    {
      route: '/v1/runs/:jobId/:runKey',
      address: `/v1/runs/${run.job_id}/${encodeURIComponent(run.run_key)}`,
    },
    { route: '/v1/slots?jobId', address: `/v1/slots?jobId=${job.id}` },
    { route: '/v1/slots?outcome', address: '/v1/slots?outcome=late' },
    {
      route: '/v1/timeline, a past night',
      address: `/v1/timeline?from=${before(at + 43_200_000)}&to=${before(at)}`,
    },
    { route: '/v1/incidents?state', address: '/v1/incidents?state=open' },
    { route: '/v1/incidents/:id', address: `/v1/incidents/${1 + hours()}` },
    { route: '/v1/incidents/:incidentId/record', address: `/v1/incidents/${1 + hours()}/record` },
    { route: '/v1/forecasts/:cutoff', address: `/v1/forecasts/${cutoffs[0]!.toISOString()}` },
    { route: '/v1/models/:model/changes', address: `${model}/changes` },
    { route: '/v1/models/:model/history', address: `${model}/history` },
    { route: '/v1/models/:model/aliases/:alias', address: `${model}/aliases/champion` },
    {
      route: '/v1/models/:model/compare',
      address: `${model}/compare?one=${oneOf(versions)}&other=champion`,
    },
    { route: '/v1/models/:model/:version/lineage', address: `${model}/${oneOf(versions)}/lineage` },
    { route: '/v1/models/:model/explain/:jobId', address: `${model}/explain/${job.id}` },
    { route: '/v1/models/:model/:version', address: `${model}/${oneOf(versions)}` },
    { route: '/v1/models/:model/:version/calibration', address: `${model}/${oneOf(versions)}/calibration` },
    { route: '/v1/hosts/:host/metrics', address: `/v1/hosts/${host}/metrics` },
    {
      route: '/v1/hosts/:host/metrics, 30 days',
      address: `/v1/hosts/${host}/metrics?from=${before(30 * 86_400_000)}`,
    },
    { route: '/v1/files/:sha256', address: `/v1/files/${oneOf(files).sha256}` },
    { route: '/v1/search, a job', address: `/v1/search?q=${job.name}` },
    { route: '/v1/search, a run', address: `/v1/search?q=${encodeURIComponent(run.run_key)}` },
    { route: '/v1/search, nothing', address: '/v1/search?q=nothing-holds-this' },
    { route: '/metrics', address: '/metrics' },
  ];
}

/** Asks so many at a time; milliseconds to the last byte, by route. */
async function askAll(
  url: string,
  requests: readonly PageRequest[],
  concurrency: number,
): Promise<Map<string, number[]>> {
  const took = new Map<string, number[]>();
  let next = 0;
  const visitor = async () => {
    for (let mine = next++; mine < requests.length; mine = next++) {
      const { route, address } = requests[mine]!;
      const from = performance.now();
      const response = await fetch(url + address);
      await response.arrayBuffer();
      if (!response.ok) throw new Error(`${address} answered ${response.status}`);
      took.set(route, [...(took.get(route) ?? []), performance.now() - from]);
      if (mine % LOOK_AT_REQUESTS === LOOK_AT_REQUESTS - 1) say(`${mine + 1} of ${requests.length} requests`);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, visitor));
  return took;
}

/**
 * Bytes, as sent, of the page and of all it is made of, by following what is written in it: also the parts that a
 * browser loads only with the page they belong to, so a first visit loads less. Links to elsewhere are not followed.
 */
async function firstLoadBytes(url: string): Promise<number> {
  const seen = new Set<string>();
  let bytes = 0;
  const visit = async (address: string): Promise<void> => {
    const { origin, pathname } = new URL(address);
    if (origin !== new URL(url).origin || seen.has(pathname)) return;
    seen.add(pathname);
    const response = await fetch(address, { headers: { 'accept-encoding': 'gzip' } });
    if (!response.ok) return;
    const text = (await response.text()).replaceAll(/<a\b[^>]*>/g, '');
    bytes += Number(response.headers.get('content-length') ?? Buffer.byteLength(text));
    const named = text.matchAll(/(?:src=|href=|from ?|import ?\(?|@import |url\()["']?([^"'()\s>]+)["']/g);
    for (const [, name] of named) if (/^[./]/.test(name!)) await visit(new URL(name!, address).href);
  };
  await visit(`${url}/`);
  return bytes;
}
