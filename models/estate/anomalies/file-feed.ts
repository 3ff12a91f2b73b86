import type { Random } from '../../random.ts';
import { between, chance, choice, hash32, streamFor } from '../draws.ts';
import type { AnomalyTruth } from './anomaly-truth.ts';

const MINUTE_MS = 60_000;

/** One file that partners send, as a ledger of files keeps it. Instants are epoch milliseconds. */
export interface EstateFile {
  source: string;
  /** `orders_20260301_07.csv`: the date, and its number of the day. */
  name: string;
  receivedAtMs: number;
  sizeBytes: number;
  rowsIn: number;
  /** Of what came. */
  sha256: string;
  /** What the sender says that it is; null: he says nothing. */
  toldSha256: string | null;
  /** Columns are not those agreed. */
  schemaChanged: boolean;
  /** Rows that cannot be read: of a file cut off, the last one. */
  rowsRefused: number;
}

interface Feed {
  source: string;
  fromMinute: number;
  everyMinutes: number;
  filesADay: number;
  rows: number;
  tellsDigest: boolean;
}

const FEEDS: readonly Feed[] = [
  { source: 'orders', fromMinute: 300, everyMinutes: 60, filesADay: 17, rows: 4000, tellsDigest: true },
  { source: 'pallets', fromMinute: 20, everyMinutes: 120, filesADay: 12, rows: 900, tellsDigest: true },
  { source: 'temperatures', fromMinute: 5, everyMinutes: 30, filesADay: 48, rows: 2500, tellsDigest: false },
  { source: 'customs', fromMinute: 390, everyMinutes: 1440, filesADay: 1, rows: 700, tellsDigest: true },
];
const BYTES_A_ROW = 74;

export type TransmissionVariant = 'truncated' | 'repeated' | 'sequence-gap' | 'schema-changed';
const VARIANTS: readonly TransmissionVariant[] = ['truncated', 'repeated', 'sequence-gap', 'schema-changed'];

/** A day's files of all feeds, `strikes` of them spoiled on the way, by arrival. */
export function filesOfDay(
  seed: number,
  day: { date: string; startMs: number },
  strikes: number,
): { files: EstateFile[]; truth: AnomalyTruth[] } {
  const random = streamFor(seed, `files/${day.date}`);
  const byFeed = FEEDS.map((feed) => ({ feed, files: sentFiles(feed, day, random) }));
  const truth: AnomalyTruth[] = [];
  const spoiled = new Set<EstateFile>();
  for (let n = 0; n < strikes; n++) {
    const { feed, files } = choice(random, byFeed);
    const variant = choice(random, VARIANTS);
    // The first and the last of a day stay: what lies between two is a gap.
    const inner = files.slice(1, -1).filter((file) => !spoiled.has(file));
    const possible = variant === 'sequence-gap' ? inner : files.filter((file) => !spoiled.has(file));
    if (possible.length === 0) continue;
    const file = choice(random, possible);
    const knowableMs = spoil(variant, file, files, random);
    spoiled.add(file);
    for (const next of files.slice(files.indexOf(file) + 1, files.indexOf(file) + 2)) spoiled.add(next);
    truth.push({
      kind: 'transmission',
      variant,
      subject: { source: feed.source },
      cause: `transmission-${day.date}-${n + 1}`,
      causeKind: 'single',
      fromMs: file.receivedAtMs,
      untilMs: knowableMs,
      knowableMs,
      runIds: [],
      dueMs: null,
      file: file.name,
      // A last row cut where a row ends leaves nothing to see where nobody tells a digest.
      certain: !(variant === 'truncated' && !feed.tellsDigest),
    });
  }
  const lost = new Set(truth.filter(({ variant }) => variant === 'sequence-gap').map(({ file }) => file));
  const files = byFeed.flatMap((one) => one.files).filter(({ name }) => !lost.has(name));
  return { files: files.sort((a, b) => a.receivedAtMs - b.receivedAtMs), truth };
}

function sentFiles(feed: Feed, day: { date: string; startMs: number }, random: Random): EstateFile[] {
  const compact = day.date.replaceAll('-', '');
  return Array.from({ length: feed.filesADay }, (_, n) => {
    const name = `${feed.source}_${compact}_${String(n + 1).padStart(2, '0')}.csv`;
    const minute = feed.fromMinute + n * feed.everyMinutes + between(random, 0, 3);
    const rowsIn = Math.round(feed.rows * between(random, 0.8, 1.2));
    const sha256 = digestOf(name);
    return {
      source: feed.source,
      name,
      receivedAtMs: day.startMs + Math.round(minute * 60) * 1000,
      sizeBytes: rowsIn * BYTES_A_ROW,
      rowsIn,
      sha256,
      toldSha256: feed.tellsDigest ? sha256 : null,
      schemaChanged: false,
      rowsRefused: 0,
    };
  });
}

/** @returns when it can be known */
function spoil(variant: TransmissionVariant, file: EstateFile, files: EstateFile[], random: Random): number {
  switch (variant) {
    case 'truncated':
      file.rowsIn = Math.round(file.rowsIn * between(random, 0.2, 0.8));
      file.sizeBytes = file.rowsIn * BYTES_A_ROW - Math.floor(between(random, 1, BYTES_A_ROW));
      file.rowsRefused = chance(random, 0.9) ? 1 : 0;
      file.sha256 = digestOf(`${file.name} cut`);
      return file.receivedAtMs;
    case 'repeated': {
      const [stem] = file.name.split('.csv');
      const again = { ...file, name: `${stem}_r.csv`, receivedAtMs: file.receivedAtMs + 4 * MINUTE_MS };
      files.splice(files.indexOf(file) + 1, 0, again);
      return again.receivedAtMs;
    }
    case 'sequence-gap':
      return files[files.indexOf(file) + 1]!.receivedAtMs;
    case 'schema-changed':
      file.schemaChanged = true;
      return file.receivedAtMs;
  }
}

/** 64 hexadecimal letters that stand for the bytes of a text; no digest of them, and nobody compares it with one. */
const digestOf = (text: string): string =>
  Array.from({ length: 8 }, (_, n) => hash32(`${n}/${text}`).toString(16).padStart(8, '0')).join('');
