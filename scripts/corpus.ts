/**
 * Reads every table under a folder as the intake would and says what became of it, as one JSON document:
 * `node scripts/corpus.ts FOLDER [--files] [--damage N]` (`--files`: with a line for each file; `--damage`: each file
 * of up to 200 kB also N times with a damage, by the number of the time as seed).
 *
 * For files nobody here wrote: nothing may crash, every byte has to belong to a row, a line end or a byte order
 * mark, and the rows may not depend on how the bytes arrive. Exit code 1 when one of these is broken.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { createMetricCleaner } from '../models/clean/clean-metrics.ts';
import { createRunCleaner } from '../models/clean/clean-runs.ts';
import type { TableCleaner } from '../models/clean/clean-table.ts';
import { createCsvReader } from '../models/clean/csv-reader.ts';
import { DIALECT_SAMPLE_BYTES, detectDialect, type TableDialect } from '../models/clean/dialect.ts';
import { inspectMetricFile, inspectRunFile } from '../models/clean/inspect-file.ts';
import { seededRandom } from '../models/random.ts';
import { damagedFile } from '../tests/damage.ts';

const EXTENSIONS = new Set(['.csv', '.tsv', '.tab', '.txt', '.dat', '.rdb', '.psv']);
const LARGEST_BYTES = 64 << 20;
/** Reading byte by byte is slow: the files up to this size are also read in tiny pieces. */
const SMALL_BYTES = 200_000;
const CHUNK_BYTES = 1 << 16;

interface ReadFile {
  rows: number;
  blank: number;
  refused: { [code: string]: number };
  /** Rows with as many fields as the header. */
  regular: number;
  misplacedBytes: number;
  digest: number;
}

type Counts = { [name: string]: number };

function read(bytes: Uint8Array, dialect: TableDialect, chunkBytes: number): ReadFile {
  const reader = createCsvReader({ dialect, expectedFields: dialect.header.length });
  const result: ReadFile = { rows: 0, blank: 0, refused: {}, regular: 0, misplacedBytes: 0, digest: 0 };
  const isWide = dialect.encoding.startsWith('utf-16') || dialect.encoding.startsWith('utf-32');
  let end = 0;
  const mix = (text: string) => {
    for (let at = 0; at < text.length; at++)
      result.digest = (Math.imul(result.digest, 31) + text.charCodeAt(at)) | 0;
  };
  const gap = (to: number) => {
    if (to < end) result.misplacedBytes += end - to;
    for (let at = end; at < to; at++) {
      const byte = bytes[at]!;
      const isMark = end === 0 && at < 4 && [0xef, 0xbb, 0xbf, 0xfe, 0xff].includes(byte);
      if (byte !== 10 && byte !== 13 && !(byte === 0 && isWide) && !isMark) result.misplacedBytes++;
    }
  };
  const take = (rows: ReturnType<typeof reader.push>) => {
    for (const { fields, byteOffset, byteLength, refusal } of rows) {
      gap(byteOffset);
      end = byteOffset + byteLength;
      result.rows++;
      mix(`${byteOffset}+${byteLength}:${refusal?.code}:${fields.join('\u0001')}`);
      if (refusal !== null) result.refused[refusal.code] = (result.refused[refusal.code] ?? 0) + 1;
      else if (fields.every((field) => field.trim() === '')) result.blank++;
      else if (fields.length === dialect.header.length) result.regular++;
    }
  };
  for (let from = 0; from < bytes.length; from += chunkBytes)
    take(reader.push(bytes.slice(from, from + chunkBytes)));
  take(reader.end());
  gap(bytes.length);
  return result;
}

/** Through the whole cleaner, where the file has the columns of a run log or of metrics. */
function clean(
  bytes: Uint8Array,
): { kind: string; rowsIn: number; records: number; isExact: boolean } | null {
  const start = bytes.subarray(0, DIALECT_SAMPLE_BYTES);
  const complete = bytes.length <= DIALECT_SAMPLE_BYTES;
  const runs = inspectRunFile(start, complete);
  const metrics = inspectMetricFile(start, complete);
  let kind = 'runs';
  let cleaner: TableCleaner<object>;
  if (!('code' in runs)) cleaner = createRunCleaner({ namespace: 'corpus', ...runs });
  else if (!('code' in metrics)) {
    kind = 'metrics';
    cleaner = createMetricCleaner(metrics);
  } else return null;
  const first = cleaner.push(bytes);
  const last = cleaner.end();
  const { rowsIn, records, refused } = last.totals;
  const given = first.records.length + last.records.length;
  const quarantined = first.refused.length + last.refused.length;
  return {
    kind,
    rowsIn,
    records,
    isExact: rowsIn === given + quarantined && given === records && quarantined === refused,
  };
}

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { files: { type: 'boolean', default: false }, damage: { type: 'string', default: '0' } },
});
const [folder] = positionals;
if (folder === undefined) {
  console.error('usage: node scripts/corpus.ts FOLDER [--files] [--damage N]');
  process.exit(2);
}

const total = {
  files: 0,
  damagedFiles: 0,
  bytes: 0,
  crashes: [] as string[],
  refusedFiles: {} as Counts,
  readFiles: 0,
  rows: 0,
  blankLines: 0,
  refusedRows: {} as Counts,
  regularRows: 0,
  /** Files in which at least 95 of 100 rows have as many fields as the header. */
  sensibleFiles: 0,
  inexactFiles: [] as string[],
  splitDependentFiles: [] as string[],
  encodings: {} as Counts,
  delimiters: {} as Counts,
  cleaned: { files: 0, rowsIn: 0, records: 0, quarantined: 0 },
};
const lines: object[] = [];
const add = (counts: Counts, name: string, by = 1) => {
  counts[name] = (counts[name] ?? 0) + by;
};

function judge(file: string, bytes: Uint8Array): object {
  const complete = bytes.length <= DIALECT_SAMPLE_BYTES;
  const cleaned = clean(bytes);
  if (cleaned !== null) {
    total.cleaned.files++;
    total.cleaned.rowsIn += cleaned.rowsIn;
    total.cleaned.records += cleaned.records;
    total.cleaned.quarantined += cleaned.rowsIn - cleaned.records;
    if (!cleaned.isExact) total.inexactFiles.push(file);
  }
  const detected = detectDialect(bytes.subarray(0, DIALECT_SAMPLE_BYTES), { complete });
  if ('code' in detected) {
    add(total.refusedFiles, detected.code);
    return { file, refused: detected.code, detail: detected.detail };
  }
  const { dialect } = detected;
  const whole = read(bytes, dialect, CHUNK_BYTES);
  if (whole.misplacedBytes > 0) total.inexactFiles.push(file);
  if (bytes.length <= SMALL_BYTES) {
    for (const chunkBytes of [1, 7, 1000]) {
      if (read(bytes, dialect, chunkBytes).digest === whole.digest) continue;
      total.splitDependentFiles.push(file);
      break;
    }
  }
  total.readFiles++;
  total.rows += whole.rows;
  total.blankLines += whole.blank;
  total.regularRows += whole.regular;
  for (const [code, count] of Object.entries(whole.refused)) add(total.refusedRows, code, count);
  if (whole.regular >= 0.95 * (whole.rows - whole.blank)) total.sensibleFiles++;
  add(total.encodings, dialect.encoding);
  add(total.delimiters, JSON.stringify(dialect.delimiter));
  const { encoding, delimiter, quote, header, headerOffset } = dialect;
  const { rows, blank, refused, regular } = whole;
  return {
    file,
    encoding,
    delimiter,
    quote,
    fields: header.length,
    headerOffset,
    rows,
    blank,
    refused,
    regular,
  };
}

function judgeSafely(file: string, bytes: Uint8Array): void {
  try {
    lines.push(judge(file, bytes));
  } catch (error) {
    total.crashes.push(`${file}: ${error instanceof Error ? error.message : error}`);
  }
}

for (const entry of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
  if (!EXTENSIONS.has(path.extname(entry).toLowerCase())) continue;
  const file = path.join(folder, entry);
  const stat = statSync(file);
  if (!stat.isFile() || stat.size > LARGEST_BYTES) continue;
  const bytes = new Uint8Array(readFileSync(file));
  total.files++;
  total.bytes += bytes.length;
  judgeSafely(entry, bytes);
  if (bytes.length === 0 || bytes.length > SMALL_BYTES) continue;
  for (let seed = 1; seed <= Number(options.damage); seed++) {
    total.damagedFiles++;
    judgeSafely(
      `${entry} damaged by ${seed}`,
      damagedFile(bytes, seededRandom(seed * 100_003 + total.files)),
    );
  }
}
console.log(JSON.stringify(options.files ? { ...total, list: lines } : total, null, 2));
const broken = total.crashes.length + total.inexactFiles.length + total.splitDependentFiles.length;
if (broken > 0) process.exitCode = 1;
