/** Labelled metrics: a CSV of `series,ts,value,in_anomaly_window`, plain or with gzip; rows of a series in order. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { LabelledSeries } from './nab-score.ts';

const COLUMNS = ['series', 'ts', 'value', 'in_anomaly_window'] as const;
const GZIP = [0x1f, 0x8b];
/** Far above any published set. */
const MOST_BYTES = 512 * 2 ** 20;

/** The file is no such table. Never cured by trying again. */
export class UnreadableLabels extends Error {
  override name = 'UnreadableLabels';
}

/** @throws UnreadableLabels saying where */
export function readLabelledSeries(path: string): LabelledSeries[] {
  const bytes = readFileSync(path);
  const isPacked = GZIP.every((byte, at) => bytes[at] === byte);
  return parseLabelledSeries(
    (isPacked ? gunzipSync(bytes, { maxOutputLength: MOST_BYTES }) : bytes).toString(),
  );
}

/**
 * @returns the series by name; their windows are the unbroken spans of flagged rows
 * @throws UnreadableLabels saying where
 */
export function parseLabelledSeries(text: string): LabelledSeries[] {
  const [header = '', ...lines] = text.split(/\r?\n/);
  const names = header.split(',');
  const places = COLUMNS.map((name) => names.indexOf(name));
  if (places.includes(-1)) {
    throw new UnreadableLabels(
      `line 1: expected the columns ${COLUMNS.join(', ')}, found "${header.slice(0, 80)}"`,
    );
  }
  const bySeries = new Map<string, { ts: number[]; value: number[]; flag: boolean[] }>();
  for (const [index, line] of lines.entries()) {
    if (line === '') continue;
    const fields = line.split(',');
    const [name = '', at = '', told = '', flag = ''] = places.map((place) => fields[place] ?? '');
    const ts = Date.parse(at);
    const value = Number(told);
    if (name === '' || Number.isNaN(ts) || told === '' || !Number.isFinite(value) || !/^[01]$/.test(flag)) {
      throw new UnreadableLabels(
        `line ${index + 2}: expected a name, an instant, a number and 0 or 1, found "${line.slice(0, 80)}"`,
      );
    }
    let one = bySeries.get(name);
    if (one === undefined) {
      one = { ts: [], value: [], flag: [] };
      bySeries.set(name, one);
    }
    one.ts.push(ts);
    one.value.push(value);
    one.flag.push(flag === '1');
  }
  return [...bySeries]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, { ts, value, flag }]) => ({
      name,
      ts: Float64Array.from(ts),
      value: Float64Array.from(value),
      windows: windowsOf(flag),
    }));
}

function windowsOf(flag: readonly boolean[]): [number, number][] {
  const windows: [number, number][] = [];
  for (const [row, inside] of flag.entries()) {
    if (!inside) continue;
    if (flag[row - 1] === true) windows.at(-1)![1] = row;
    else windows.push([row, row]);
  }
  return windows;
}
