import type { MetricSample } from '../records/run.ts';
import { hash32 } from './draws.ts';
import type { RunRow } from './run-row.ts';
import type { TruthRow } from './truth.ts';

export const RUN_HEADER =
  'job_id,owner,run_id,started_at,ended_at,duration_s,status,known_at,host,rows_read,rows_written,expected_rows,error,query,attempt\n';
export const METRIC_HEADER = 'host,metric,ts,value\n';
export const TRUTH_HEADER = 'job_id,day,hazard,planned_runs,cause\n';

/**
 * What is wrong with a line on purpose. `duplicate`: the line is there twice. `unparsable_start` and
 * `unknown_status`: it cannot be loaded. `negative_duration`: it can, but its duration is a lie.
 */
export type Dirt = 'duplicate' | 'unparsable_start' | 'unknown_status' | 'negative_duration';

/** Shares of all runs, in ten-thousandths. */
const DIRT_SHARES: readonly [Dirt, number][] = [
  ['duplicate', 20],
  ['unparsable_start', 2.5],
  ['unknown_status', 2.5],
  ['negative_duration', 5],
];

/** The dirt of a run: a function of its id and the seed alone, so that a restart repeats it. */
export function dirtOf(seed: number, runId: string): Dirt | null {
  let left = (hash32(`dirt/${seed}/${runId}`) / 2 ** 32) * 10_000;
  for (const [dirt, share] of DIRT_SHARES) {
    if (left < share) return dirt;
    left -= share;
  }
  return null;
}

export interface RunLines {
  text: string;
  rows: number;
  dirt: Record<Dirt, number>;
}

/** The lines of finished or running rows, without header. Running rows are clean. */
export function runLines(runs: readonly RunRow[], seed: number): RunLines {
  const dirt: RunLines['dirt'] = {
    duplicate: 0,
    unparsable_start: 0,
    unknown_status: 0,
    negative_duration: 0,
  };
  let text = '';
  let rows = 0;
  for (const run of runs) {
    const kind = run.status === 'running' ? null : dirtOf(seed, run.runId);
    const line = runLine(run, kind);
    text += line;
    rows++;
    if (kind === null) continue;
    dirt[kind]++;
    if (kind === 'duplicate') {
      text += line;
      rows++;
    }
  }
  return { text, rows, dirt };
}

const UNPARSABLE_STARTS = ['0000-00-00 00:00:00', '32/13/2025 25:61', 'not yet'];
const UNKNOWN_STATUSES = ['???', 'ETAT_17'];

function runLine(run: RunRow, dirt: Dirt | null): string {
  const pick = (texts: readonly string[]) => texts[hash32(run.runId) % texts.length]!;
  const seconds = run.durationMs === null ? '' : run.durationMs / 1000;
  const start = dirt === 'unparsable_start' ? pick(UNPARSABLE_STARTS) : instantText(run.startedAt);
  const status = dirt === 'unknown_status' ? pick(UNKNOWN_STATUSES) : run.statusWord;
  const duration = dirt === 'negative_duration' ? `-${seconds}` : seconds;
  const end = run.endedAt === null ? '' : instantText(run.endedAt);
  const counts = `${run.rowsRead ?? ''},${run.rowsWritten ?? ''},${run.expectedRows ?? ''}`;
  return `${run.job},${run.owner},${run.runId},${start},${end},${duration},${status},${instantText(run.knownAt)},${run.host},${counts},${quoted(run.error)},${quoted(run.query)},${run.attempt}\n`;
}

const instantText = (instant: number) => `${new Date(instant).toISOString().slice(0, 19)}Z`;

/** A CSV field after RFC 4180. */
function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Lines of metric samples, without header. */
export function metricLines(samples: readonly MetricSample[]): string {
  let text = '';
  let ts = Number.NaN;
  let instant = '';
  for (const sample of samples) {
    if (sample.ts !== ts) {
      ts = sample.ts;
      instant = instantText(ts);
    }
    text += `${sample.host},${sample.metric},${instant},${sample.value}\n`;
  }
  return text;
}

/** Lines of the truth, without header; the hazard with six digits. */
export function truthLines(rows: readonly TruthRow[]): string {
  return rows
    .map((row) => `${row.job},${row.day},${row.hazard.toFixed(6)},${row.plannedRuns},${row.cause ?? ''}\n`)
    .join('');
}
