import type { Random } from '../random.ts';
import { type CatalogueEntry, type Domain, OWNERS, type Rhythm, selectEntries } from './catalogue.ts';
import { between, betweenScales, chance, choice, noiseFactor, streamFor } from './draws.ts';
import type { EstateOptions } from './options.ts';
import type { Schedule } from './schedule.ts';

/** What the base failures of a job look like. */
export type ErrorFamily =
  | 'oracle'
  | 'connection'
  | 'deadlock'
  | 'timeout'
  | 'truncated'
  | 'missing_input'
  | 'schema'
  | 'disk'
  | 'memory';

/** The hidden truth about one job. Hazards are probabilities per run unless they say otherwise. */
export interface JobTraits {
  rowsPerRun: number;
  volumeGrowthPerYear: number;
  /** Day of the year of the produce's peak; null: no season. */
  seasonPeakDay: number | null;
  seasonAmplitude: number;
  /** Volume per weekday, Sunday first; 1 is normal. */
  weekdayVolume: number[];
  /** Volume on the last two days and the first day of a month; 1 is normal. */
  monthEndVolume: number;
  durationMs: number;
  durationGrowthPerYear: number;
  /** A run is killed at this duration. */
  limitMs: number;
  cpuPercent: number;
  memoryPercent: number;
  baseHazard: number;
  /** Multiplies the base hazard per weekday, Sunday first. */
  weekdayHazard: number[];
  /** Added in the two last days and on the first day of a month. */
  monthEndHazard: number;
  /** The base hazard grows by this factor in 180 days. */
  agingFactor: number;
  /** From this day on the base hazard is multiplied by `changeFactor`; null: never. */
  changeDay: number | null;
  changeFactor: number;
  /** Hazard of the first run after a failed one: what broke is seldom mended by then. */
  carryOver: number;
  /** Hazard added when the job it waits for failed. */
  upstreamHazard: number;
  volumeHazard: number;
  diskHazard: number;
  memoryHazard: number;
  hostHazard: number;
  releaseHazard: number;
  /** A failed attempt is tried once more. */
  retries: boolean;
  /** Hazard of that second attempt. */
  retryHazard: number;
  cancelHazard: number;
  family: ErrorFamily;
}

export interface EstateJob {
  name: string;
  index: number;
  rhythm: Rhythm;
  domain: Domain;
  owner: string;
  host: number;
  /** 1 (a truck waits for it) to 4 (nobody notices). */
  criticality: number;
  schedule: Schedule;
  /** Index of the one job it waits for; smaller than its own. */
  upstream: number | null;
  /** First and last simulated day on which it exists; null: no end. */
  firstDay: number;
  lastDay: number | null;
  /** The words its scheduler logs for succeeded, failed, cancelled. */
  statusWords: readonly [string, string, string];
  logsExpectedRows: boolean;
  logsQueries: boolean;
  traits: JobTraits;
}

const PRODUCE: ReadonlySet<Domain> = new Set([
  'orders',
  'cold_chain',
  'routes',
  'pallets',
  'stock',
  'sales',
  'invoices',
]);
const CLOSES_MONTHS: ReadonlySet<Domain> = new Set(['finance', 'invoices', 'stock', 'customs', 'hr']);
const MOST_CRITICAL: Record<Domain, number> = {
  orders: 1,
  cold_chain: 1,
  routes: 1,
  pallets: 2,
  stock: 2,
  customs: 1,
  invoices: 2,
  finance: 3,
  sales: 3,
  reference: 3,
  hr: 4,
};

/** Rows, duration in seconds, limit in seconds, and how much of a daily job's hazard one run carries. */
const SIZES: Record<
  Rhythm,
  { rows: [number, number]; seconds: [number, number]; limit: number; share: number }
> = {
  quarter_hourly: { rows: [400, 6000], seconds: [8, 60], limit: 600, share: 1 / 18 },
  hourly: { rows: [1500, 40_000], seconds: [15, 240], limit: 2400, share: 1 / 10 },
  daily: { rows: [8000, 900_000], seconds: [50, 1500], limit: 9000, share: 1 },
  business_days: { rows: [3000, 300_000], seconds: [40, 1000], limit: 9000, share: 1 },
  weekly: { rows: [20_000, 1_500_000], seconds: [300, 3000], limit: 10_800, share: 1.3 },
  month_end: { rows: [50_000, 3_000_000], seconds: [600, 4000], limit: 14_400, share: 1.6 },
};

const STATUS_WORDS = [
  ['success', 'failed', 'cancelled'],
  ['OK', 'KO', 'cancelled'],
] as const;

/** Draws the estate's jobs, each from its own stream. */
export function drawJobs(options: EstateOptions): EstateJob[] {
  const jobs: EstateJob[] = [];
  const indexOf = new Map<string, number>();
  for (const [index, entry] of selectEntries(options.jobs).entries()) {
    const upstream = entry.upstream === null ? null : jobs[indexOf.get(entry.upstream)!]!;
    jobs.push(drawJob(entry, index, upstream, options));
    indexOf.set(entry.name, index);
  }
  return jobs;
}

function drawJob(
  entry: CatalogueEntry,
  index: number,
  upstream: EstateJob | null,
  options: EstateOptions,
): EstateJob {
  const random = streamFor(options.seed, `job/${entry.name}`);
  const schedule = drawSchedule(random, entry.rhythm, upstream);
  // A few pipelines are new or retired, but never one that another may wait for.
  const leaf = entry.domain === 'customs' || entry.domain === 'finance' || entry.domain === 'reference';
  const isNew = leaf && entry.rhythm !== 'month_end' && chance(random, 0.15);
  const retires = leaf && !isNew && entry.rhythm === 'business_days' && chance(random, 0.12);
  return {
    name: entry.name,
    index,
    rhythm: entry.rhythm,
    domain: entry.domain,
    owner: OWNERS[entry.domain],
    host: (index * 5 + random.below(3)) % options.hosts,
    criticality: Math.min(4, MOST_CRITICAL[entry.domain] + (chance(random, 0.3) ? 1 : 0)),
    schedule,
    upstream: upstream?.index ?? null,
    firstDay: isNew ? Math.floor(options.days * between(random, 0.2, 0.8)) : 0,
    lastDay: retires ? Math.floor(options.days * between(random, 0.4, 0.9)) : null,
    statusWords: choice(random, STATUS_WORDS),
    logsExpectedRows: chance(random, 0.6),
    logsQueries: chance(random, 0.3),
    traits: drawTraits(random, entry, options.days),
  };
}

function drawSchedule(random: Random, rhythm: Rhythm, upstream: EstateJob | null): Schedule {
  const soon = 5 * (6 + random.below(14));
  const upstreamMinute = upstream === null ? null : firstMinute(upstream.schedule);
  const minuteFrom = (first: number, last: number) =>
    upstreamMinute === null ? 5 * Math.floor(between(random, first / 5, last / 5)) : upstreamMinute + soon;
  switch (rhythm) {
    case 'quarter_hourly':
      return { kind: 'every', everyMinutes: 15, fromMinute: 300, untilMinute: 1380 };
    case 'hourly':
      return { kind: 'every', everyMinutes: 60, fromMinute: 5 * random.below(11), untilMinute: 1440 };
    case 'daily':
      return { kind: 'daily', atMinute: minuteFrom(10, 330) };
    case 'business_days':
      return { kind: 'business_days', atMinute: minuteFrom(200, 480) };
    case 'weekly':
      return { kind: 'weekly', weekday: choice(random, [0, 0, 1, 1, 1, 6]), atMinute: minuteFrom(90, 420) };
    case 'month_end':
      return { kind: 'month_end', atMinute: minuteFrom(240, 600) };
  }
}

function firstMinute(schedule: Schedule): number {
  return schedule.kind === 'every' ? schedule.fromMinute + 60 : schedule.atMinute;
}

function drawTraits(random: Random, entry: CatalogueEntry, days: number): JobTraits {
  const size = SIZES[entry.rhythm];
  const produce = PRODUCE.has(entry.domain);
  const closes = CLOSES_MONTHS.has(entry.domain);
  const seconds = betweenScales(random, ...size.seconds);
  const bloats = chance(random, 0.12);
  const chronic = chance(random, 0.13);
  const changes = !chronic && chance(random, 0.09);
  const mended = chronic && chance(random, 0.3);
  const frequent = size.share < 1;
  const per = (daily: number) => daily * size.share;
  const sensitive = (share: number, low: number, high: number, otherwise: number) =>
    per(chance(random, share) ? between(random, low, high) : otherwise);
  return {
    rowsPerRun: betweenScales(random, ...size.rows),
    volumeGrowthPerYear: between(random, 0, 0.45),
    seasonPeakDay: produce ? choice(random, [265, 265, 10, 345, 200]) : null,
    seasonAmplitude: between(random, 0.2, 0.7),
    weekdayVolume: (produce ? [0.45, 1.25, 1.1, 1, 1.1, 1.2, 0.7] : [0.8, 1.1, 1, 1, 1, 1, 0.8]).map(
      (usual) => usual * noiseFactor(random, 0.08),
    ),
    monthEndVolume: closes ? between(random, 1.3, 1.9) : 1,
    durationMs: seconds * 1000,
    durationGrowthPerYear: bloats ? between(random, 1.2, 2.6) : between(random, 0, 0.4),
    limitMs: Math.min(size.limit, seconds * between(random, 2.1, 4)) * 1000,
    cpuPercent: betweenScales(random, 8, 60),
    memoryPercent: betweenScales(random, 2, 16),
    baseHazard: per(chronic ? between(random, 0.035, 0.11) : 0.006 * noiseFactor(random, 0.7)),
    weekdayHazard: drawWeekdayHazard(random),
    monthEndHazard: per(closes && chance(random, 0.5) ? between(random, 0.05, 0.22) : 0.001),
    agingFactor: chance(random, 0.15) ? between(random, 2, 5) : 1,
    changeDay: changes || mended ? Math.floor(days * between(random, 0.25, 0.85)) : null,
    changeFactor: mended ? 0.15 : between(random, 6, 14),
    carryOver: frequent ? between(random, 0.88, 0.97) : between(random, 0.18, 0.5),
    upstreamHazard: between(random, 0.25, 0.6),
    volumeHazard: sensitive(0.5, 0.1, 0.35, 0.02),
    diskHazard: sensitive(0.4, 0.15, 0.6, 0.03),
    memoryHazard: sensitive(0.35, 0.1, 0.4, 0.01),
    hostHazard: sensitive(0.7, 0.05, 0.22, 0.01),
    releaseHazard: sensitive(0.6, 0.1, 0.4, 0.02),
    retries: entry.rhythm !== 'quarter_hourly' && chance(random, 0.45),
    retryHazard: between(random, 0.35, 0.7),
    cancelHazard: per(0.003),
    family: choice(random, ['oracle', 'oracle', 'connection', 'deadlock', 'truncated', 'missing_input']),
  };
}

function drawWeekdayHazard(random: Random): number[] {
  const monday = chance(random, 0.4) ? between(random, 1.5, 3.5) : 1;
  const weekend = between(random, 0.4, 1);
  return [weekend, monday, 1, 1, 1, between(random, 0.9, 1.5), weekend];
}
