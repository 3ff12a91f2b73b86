import { murmurHash } from './murmur-hash.ts';
import { RUN_STATUSES, type RunRecord } from './run.ts';

/** A 64-bit hash in two halves: a bigint per record would cost more than the hashing. */
export interface RecordDigest {
  high: number;
  low: number;
}

/** The doubt that rests on the rows around a run (models/clean/rules/clock-jump.ts): in another file they are others. */
const OF_NEIGHBOURS = 'clock-jump';

/**
 * A digest of everything stored of a run, but the doubt that its neighbours cast on it.
 *
 * The same run with the same digest is a duplicate; with another one it is a new state of the run, hence a new
 * version. The order of `extra` and of `anomalies` does not count. Texts are preceded by their length and numbers
 * are written as the bits of a double (null as NaN), so that no two records are written as the same words; the first
 * 64 bits of `murmurHash` over them.
 *
 * @param digest receives the result; one object can serve for all records
 */
export function recordDigest(record: RunRecord, digest: RecordDigest): RecordDigest {
  count = 0;
  addText(record.namespace);
  addText(record.job);
  addText(record.owner);
  addText(record.runKey);
  addText(record.host);
  addText(record.error);
  addText(record.query);
  add(RUN_STATUSES.indexOf(record.status));
  addNumber(record.startedAt);
  addNumber(record.endedAt);
  addNumber(record.durationMs);
  addNumber(record.knownAt);
  addNumber(record.rowsRead);
  addNumber(record.rowsWritten);
  addNumber(record.expectedRows);
  const names = Object.keys(record.extra);
  add(names.length);
  if (names.length > 1) names.sort();
  for (const name of names) {
    addText(name);
    addText(record.extra[name]!);
  }
  const codes = record.anomalies;
  for (const code of codes.length > 1 ? codes.toSorted() : codes) {
    if (code !== OF_NEIGHBOURS) addText(code);
  }
  murmurHash(words, count, count * 4, hash);
  digest.high = hash[0]!;
  digest.low = hash[1]!;
  return digest;
}

/** The record under way. One array for all: records are hashed one after the other, each in one go. */
let words = new Int32Array(1024);
let count = 0;
const hash = new Int32Array(4);
const double = new Float64Array(1);
const halves = new Int32Array(double.buffer);

function add(word: number): void {
  if (count === words.length) grow(1);
  words[count++] = word;
}

function addNumber(value: number | null): void {
  double[0] = value ?? Number.NaN;
  add(halves[0]!);
  add(halves[1]!);
}

/** The length, -1 for null, then two characters a word. */
function addText(text: string | null): void {
  if (text === null) {
    add(-1);
    return;
  }
  const length = text.length;
  if (count + (length >> 1) + 2 > words.length) grow((length >> 1) + 2);
  let at = count;
  words[at++] = length;
  const even = length & ~1;
  for (let char = 0; char < even; char += 2) {
    words[at++] = text.charCodeAt(char) | (text.charCodeAt(char + 1) << 16);
  }
  if (even < length) words[at++] = text.charCodeAt(even);
  count = at;
}

function grow(by: number): void {
  const grown = new Int32Array(Math.max(words.length * 2, count + by));
  grown.set(words.subarray(0, count));
  words = grown;
}
