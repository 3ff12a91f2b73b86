import { beforeAll, describe, expect, test } from 'vitest';
import {
  bytesOfLog,
  DAMAGES,
  type DamagedLog,
  type Line,
  lineOf,
  undamagedRuns,
} from '../../tests/damage.ts';
import { advanceDay, createEstate } from '../estate/estate.ts';
import type { RunRow } from '../estate/run-row.ts';
import { seededRandom } from '../random.ts';
import { createRunCleaner } from './clean-runs.ts';
import { inspectRunFile } from './inspect-file.ts';

/** Run logs of the simulated estate, damaged with a seed: what was not damaged has to be found all the same. */
const LINES = 40;
const DAMAGED_LOGS = 1200;
const MAX_RECORD_BYTES = 8192;

const two = (value: number) => String(value).padStart(2, '0');
const french = (instant: number | null) => {
  if (instant === null) return '';
  const at = new Date(instant);
  const day = `${two(at.getUTCDate())}/${two(at.getUTCMonth() + 1)}/${at.getUTCFullYear()}`;
  return `${day} ${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())}`;
};
const iso = (instant: number | null) => (instant === null ? '' : new Date(instant).toISOString());

function logOf(runs: readonly RunRow[], delimiter: string): DamagedLog {
  const [header, time] =
    delimiter === ';'
      ? ['Traitement;Exécution;Début;Fin;Statut;Lignes écrites;Message', french]
      : ['job,execution,start,end,status,rows written,message'.replaceAll(',', delimiter), iso];
  const field = (text: string) =>
    /["\r\n]/.test(text) || text.includes(delimiter) ? `"${text.replaceAll('"', '""')}"` : text;
  const lineOfRun = (run: RunRow): Line => {
    const fields = [run.job, run.runId, time(run.startedAt), time(run.endedAt), run.statusWord];
    const message = `${run.error || 'terminé'} ${run.query}`.trim();
    return lineOf([...fields, String(run.rowsWritten ?? ''), message].map(field).join(delimiter), run.runId);
  };
  return { header: lineOf(header.split(delimiter).join(delimiter)), lines: runs.map(lineOfRun), delimiter };
}

function clean(bytes: Uint8Array) {
  const inspected = inspectRunFile(bytes, true);
  if ('code' in inspected) throw new Error(inspected.detail);
  const cleaner = createRunCleaner({ namespace: 'n', ...inspected, maxRecordBytes: MAX_RECORD_BYTES });
  const first = cleaner.push(bytes);
  const last = cleaner.end();
  return {
    records: [...first.records, ...last.records],
    refused: [...first.refused, ...last.refused],
    totals: last.totals,
  };
}

let runs: RunRow[];
let startOf: Map<string, number>;
beforeAll(() => {
  const estate = createEstate({ jobs: 30, hosts: 3, days: 4 });
  runs = Array.from({ length: 4 }, () => advanceDay(estate).runs).flat();
  startOf = new Map(runs.map((run) => [run.runId, run.startedAt]));
});

/** A log of some runs in a row, damaged by one to three damages. */
function damagedLog(seed: number, only?: string) {
  const random = seededRandom(seed);
  const from = random.below(runs.length - LINES);
  const log = logOf(runs.slice(from, from + LINES), [',', ';', '\t', '|'][random.below(4)]!);
  const names = Object.keys(DAMAGES);
  const chosen = only
    ? [only]
    : Array.from({ length: 1 + random.below(3) }, () => names[random.below(names.length)]!);
  for (const name of chosen) DAMAGES[name]!(log, random);
  return { log, chosen, bytes: bytesOfLog(log) };
}

function judge(log: DamagedLog, bytes: Uint8Array) {
  const { records, refused, totals } = clean(bytes);
  expect(totals.rowsIn).toBe(records.length + refused.length);
  expect([totals.records, totals.refused]).toEqual([records.length, refused.length]);
  for (const row of refused) {
    expect(row.bytes).toEqual(bytes.slice(row.byteOffset, row.byteOffset + row.bytes.length));
  }
  const found = new Map(records.map((run) => [run.runKey, run.startedAt]));
  return undamagedRuns(log).filter((run) => found.get(run) !== startOf.get(run));
}

test('an undamaged log is found whole, in every spelling', () => {
  for (let seed = 0; seed < 40; seed++) {
    const random = seededRandom(seed);
    const log = logOf(runs.slice(0, LINES), [',', ';', '\t', '|'][random.below(4)]!);
    expect(judge(log, bytesOfLog(log))).toEqual([]);
  }
});

describe('one damage costs at most the damaged line and its neighbours', () => {
  test.each(Object.keys(DAMAGES))('%s', (name) => {
    for (let seed = 0; seed < 20; seed++) {
      const { log, bytes } = damagedLog(seed, name);
      expect({ seed, lost: judge(log, bytes) }).toEqual({ seed, lost: [] });
    }
  });
});

test(`${DAMAGED_LOGS} logs with up to three damages each`, () => {
  const lost: object[] = [];
  for (let seed = 1; seed <= DAMAGED_LOGS; seed++) {
    const { log, chosen, bytes } = damagedLog(seed);
    const missing = judge(log, bytes);
    if (missing.length > 0) lost.push({ seed, chosen, missing });
  }
  expect(lost).toEqual([]);
}, 120_000);
