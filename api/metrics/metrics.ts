import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { FastifyInstance } from 'fastify';
import { readSystemFacts, type SystemFacts } from '../../db/pages/read-system-facts.ts';
import type { Pool } from '../../db/pool.ts';
import { FAILURE_MODEL } from '../../workflows/names.ts';
import type { EventStream } from '../live/event-stream.ts';
import { Counter, type Family, Histogram, prometheusText, type Sample } from './prometheus.ts';

export const METRICS_PATH = '/metrics';

/** Around the 300 ms that are promised. */
const LATENCY_BOUNDS_S = [0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2.5, 5, 10];
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']);

interface MetricsContext {
  pools: Readonly<Record<string, Pool>>;
  pool: Pool;
  stream: EventStream;
  version: string;
  onUnreachable: (error: unknown) => void;
}

/**
 * Counts requests and tells of the system in the words of Prometheus: base units, and labels with few values. Instants
 * are told, not ages: an age that is not scraped any more stands still.
 */
export function addMetrics(app: FastifyInstance, context: MetricsContext): void {
  const requests = new Counter();
  const latencies = new Histogram(LATENCY_BOUNDS_S);
  const loop = monitorEventLoopDelay({ resolution: 20 });
  loop.enable();
  app.addHook('onClose', async () => void loop.disable());
  app.addHook('onResponse', async (request, reply) => {
    // What no route has is one: an address is anybody's choice.
    const route = request.routeOptions.url ?? 'none';
    const method = METHODS.has(request.method) ? request.method : 'other';
    requests.add({ method, route, status_class: `${Math.floor(reply.statusCode / 100)}xx` });
    latencies.observe({ route }, reply.elapsedTime / 1000);
  });
  app.get(METRICS_PATH, async (_request, reply) => {
    const facts = await readSystemFacts(context.pool, FAILURE_MODEL).catch((error: unknown) => {
      context.onUnreachable(error);
      return null;
    });
    const text = prometheusText([
      gauge('build_info', 'What runs here; always 1', [{ labels: { version: context.version }, value: 1 }]),
      ...processFamilies(loop.percentile(99) / 1e9),
      {
        ...{ name: 'smart_etl_http_requests_total', type: 'counter', help: 'Requests answered' },
        samples: requests.samples(),
      },
      {
        ...{ name: 'smart_etl_http_request_duration_seconds', type: 'histogram' },
        ...{ help: 'From the request to the end of its answer', samples: latencies.samples() },
      },
      ...poolFamilies(context.pools),
      ...streamFamilies(context.stream),
      gauge('database_up', 'Whether the database answered just now', [{ value: facts === null ? 0 : 1 }]),
      ...(facts === null ? [] : systemFamilies(facts)),
    ]);
    loop.reset();
    return reply
      .headers({ 'content-type': 'text/plain; version=0.0.4; charset=utf-8', 'cache-control': 'no-store' })
      .send(text);
  });
}

const family =
  (type: Family['type']) =>
  (name: string, help: string, samples: readonly Sample[]): Family => ({
    name: `smart_etl_${name}`,
    ...{ help, type, samples },
  });
const gauge = family('gauge');
const counter = family('counter');
/** No sample of what is not known. */
const known = (value: number | null): Sample[] => (value === null ? [] : [{ value }]);

function processFamilies(loopDelayS: number): Family[] {
  const { user, system } = process.cpuUsage();
  const plain = (type: Family['type'], name: string, help: string, value: number): Family => ({
    ...{ name, help, type },
    samples: [{ value }],
  });
  return [
    plain('gauge', 'process_resident_memory_bytes', 'Memory of the process', process.memoryUsage.rss()),
    plain('counter', 'process_cpu_seconds_total', 'Processor time of the process', (user + system) / 1e6),
    plain(
      'gauge',
      'process_start_time_seconds',
      'When the process started, seconds since 1970',
      Date.now() / 1000 - process.uptime(),
    ),
    gauge('event_loop_delay_p99_seconds', 'How late timers were since the last scrape', [
      { value: Number.isFinite(loopDelayS) ? loopDelayS : 0 },
    ]),
  ];
}

function poolFamilies(pools: MetricsContext['pools']): Family[] {
  const entries = Object.entries(pools);
  return [
    gauge(
      'database_connections',
      'Connections to the database',
      entries.flatMap(([pool, { totalCount, idleCount }]) => [
        { labels: { pool, state: 'idle' }, value: idleCount },
        { labels: { pool, state: 'busy' }, value: totalCount - idleCount },
      ]),
    ),
    gauge(
      'database_waiting_requests',
      'Requests that wait for a connection',
      entries.map(([pool, { waitingCount }]) => ({ labels: { pool }, value: waitingCount })),
    ),
  ];
}

function streamFamilies(stream: EventStream): Family[] {
  const { clients, events, dropped } = stream.counts();
  return [
    gauge('event_stream_clients', 'Browsers that follow the live events', [{ value: clients }]),
    counter('event_stream_events_total', 'Live events sent to all of them', [{ value: events }]),
    counter('event_stream_dropped_clients_total', 'Browsers let go because they did not read', [
      { value: dropped },
    ]),
  ];
}

function systemFamilies(facts: SystemFacts): Family[] {
  const since = (what: string) => `${what}, seconds since 1970`;
  return [
    gauge('last_load_timestamp_seconds', since('When a file was loaded last'), known(facts.lastLoadS)),
    gauge(
      'last_arrival_timestamp_seconds',
      since('The latest instant any loaded file tells of'),
      known(facts.lastArrivalS),
    ),
    gauge(
      'part_alive_timestamp_seconds',
      since('When a part of the system was last alive'),
      Object.entries(facts.parts).map(([part, value]) => ({ labels: { part }, value })),
    ),
    gauge('files_waiting', 'Files that are stored and not loaded yet', known(facts.filesWaiting)),
    gauge('files_held', 'Files that wait for a person', known(facts.filesHeld)),
    gauge('quarantined_rows', 'Rows refused, of all files', known(facts.quarantinedRows)),
    gauge('outbox_pending_messages', 'Messages that wait to be sent', known(facts.outboxPending)),
    gauge(
      'outbox_oldest_pending_timestamp_seconds',
      since('When the message that has waited longest was made'),
      known(facts.outboxOldestS),
    ),
    gauge('outbox_dead_messages', 'Messages that were given up', known(facts.outboxDead)),
    gauge(
      'open_incidents',
      'Incidents that last',
      Object.entries(facts.openIncidents).map(([severity, value]) => ({ labels: { severity }, value })),
    ),
    gauge('champion_version', 'Version of the model that forecasts', known(facts.championVersion)),
    gauge(
      'champion_created_timestamp_seconds',
      since('When the model that forecasts was made'),
      known(facts.championCreatedS),
    ),
    gauge(
      'forecast_made_timestamp_seconds',
      since('When a forecast was made last'),
      known(facts.forecastMadeS),
    ),
    gauge('forecast_cutoff_timestamp_seconds', since('The newest cutoff'), known(facts.forecastCutoffS)),
  ];
}
