/** Damages that files suffer between a job and its log being read, on run logs whose every line is known. */
import type { Random } from '../models/random.ts';

export interface Line {
  /** Without its line end. */
  bytes: Uint8Array;
  end: string;
  /** The run that an undamaged reader finds in it; null for headers and all that is no row. */
  run: string | null;
  touched: boolean;
}

export interface DamagedLog {
  header: Line;
  /** Under the header. */
  lines: Line[];
  delimiter: string;
}

/** Changes a log in place. */
export type Damage = (log: DamagedLog, random: Random) => void;

export const lineOf = (text: string, run: string | null = null): Line => ({
  bytes: new TextEncoder().encode(text),
  end: '\n',
  run,
  touched: false,
});

const any = (log: DamagedLog, random: Random): Line => log.lines[random.below(log.lines.length)]!;
const bytesOf = (...parts: (Uint8Array | string)[]): Uint8Array =>
  Uint8Array.from(
    parts.flatMap((part) => [...(typeof part === 'string' ? new TextEncoder().encode(part) : part)]),
  );
const insert = (log: DamagedLog, random: Random, ...lines: Line[]) =>
  log.lines.splice(random.below(log.lines.length + 1), 0, ...lines);

/** Replaces `count` bytes at a random place of a random line by others. */
const within =
  (count: number, others: (random: Random) => Uint8Array): Damage =>
  (log, random) => {
    const line = any(log, random);
    const at = random.below(line.bytes.length + 1);
    line.bytes = bytesOf(line.bytes.slice(0, at), others(random), line.bytes.slice(at + count));
    line.touched = true;
  };

const inserted =
  (text: string): Damage =>
  (log, random) =>
    insert(log, random, lineOf(text));

export const DAMAGES: { readonly [name: string]: Damage } = {
  'a byte flipped': within(1, (random) => Uint8Array.of(random.below(256))),
  'five bytes of noise': within(5, (random) => Uint8Array.from({ length: 5 }, () => random.below(256))),
  'bytes lost': within(7, () => new Uint8Array(0)),
  'zero bytes': within(0, () => new Uint8Array(12)),
  'a stray quote': within(0, () => Uint8Array.of(34)),
  'three stray quotes': within(0, () => Uint8Array.of(34, 34, 34)),
  'a line end inside': within(0, () => Uint8Array.of(10)),
  'a carriage return inside': within(0, () => Uint8Array.of(13)),
  'a delimiter too many': (log, random) => within(0, () => bytesOf(log.delimiter))(log, random),
  'a byte order mark inside': within(0, () => Uint8Array.of(0xef, 0xbb, 0xbf)),
  'a line cut': (log, random) => {
    const line = any(log, random);
    line.bytes = line.bytes.slice(0, random.below(line.bytes.length));
    line.touched = true;
  },
  'the file cut': (log, random) => {
    log.lines.length = random.below(log.lines.length) + 1;
    const last = log.lines.at(-1)!;
    last.bytes = last.bytes.slice(0, random.below(last.bytes.length + 1));
    last.end = '';
    last.touched = true;
  },
  'a line end lost': (log, random) => {
    const at = random.below(log.lines.length);
    log.lines[at]!.end = '';
    log.lines[at]!.touched = true;
    if (log.lines[at + 1] !== undefined) log.lines[at + 1]!.touched = true;
  },
  'the header again': (log, random) => insert(log, random, { ...log.header }),
  'the log joined to itself, with a byte order mark': (log) => {
    const mark = Uint8Array.of(0xef, 0xbb, 0xbf);
    log.lines.push(
      { ...log.header, bytes: bytesOf(mark, log.header.bytes) },
      ...log.lines.map((line) => ({ ...line })),
    );
  },
  'a byte order mark before a line': (log, random) => {
    const line = any(log, random);
    line.bytes = bytesOf(Uint8Array.of(0xef, 0xbb, 0xbf), line.bytes);
  },
  'line ends of two systems': (log, random) => {
    for (const line of log.lines) if (random.below(2) === 0 && line.end === '\n') line.end = '\r\n';
  },
  'line ends of old Macs in between': (log, random) => {
    // Joined to a line that is too long they cannot be told apart.
    const isSimple = (line: Line | undefined) => line !== undefined && line.bytes.length < 5000;
    const from = random.below(log.lines.length);
    for (let at = from; at < from + 5; at++) {
      const line = log.lines[at];
      if (line?.end === '\n' && isSimple(line) && isSimple(log.lines[at + 1])) line.end = '\r';
    }
  },
  'lines in windows-1252': (log, random) => {
    const line = any(log, random);
    // The last column is a free text, with or without quotes.
    const isQuoted = line.bytes.at(-1) === 34;
    const text = isQuoted ? line.bytes.slice(0, -1) : line.bytes;
    line.bytes = bytesOf(text, Uint8Array.of(0xe9, 0xe8, 0x20, 0x80), isQuoted ? '"' : '');
  },
  'a huge line': (log, random) => {
    const line = any(log, random);
    line.bytes = bytesOf(line.bytes, 'x'.repeat(20_000));
    line.touched = true;
  },
  'a huge quoted text of many lines': (log, random) =>
    insert(log, random, lineOf(`"${'so much to tell\n'.repeat(1000)}"`)),
  'a line of noise': (log, random) => {
    const noise = Uint8Array.from({ length: 200 }, () => random.below(256)).filter((byte) => byte !== 34);
    insert(log, random, { ...lineOf(''), bytes: noise });
  },
  'a line written twice': (log, random) => insert(log, random, { ...any(log, random) }),
  'lines in another order': (log, random) => {
    const [line] = log.lines.splice(random.below(log.lines.length), 1);
    insert(log, random, line!);
  },
  'blank lines': inserted('\n   \n'),
  'a comment': inserted('# exported by the night shift'),
  'a line of dashes': inserted('-----------'),
  'a total': inserted('Total: 120'),
  'a row count': inserted('(120 rows affected)'),
  'a table of metrics, then the log again': (log, random) =>
    insert(
      log,
      random,
      lineOf(''),
      lineOf(['host', 'metric', 'ts', 'value'].join(log.delimiter)),
      lineOf(['srv-1', 'cpu', '2025-01-31 08:00', '1'].join(log.delimiter)),
      { ...log.header },
    ),
};

/** The bytes of a log. */
export function bytesOfLog({ header, lines }: DamagedLog): Uint8Array {
  return bytesOf(...[header, ...lines].flatMap((line) => [line.bytes, line.end]));
}

/** The runs that have to be found: those of lines that were not touched, nor stand beside one that was. */
export function undamagedRuns({ lines }: DamagedLog): string[] {
  return lines
    .filter((line, at) => !line.touched && !lines[at - 1]?.touched && !lines[at + 1]?.touched)
    .flatMap(({ run }) => (run === null ? [] : [run]));
}

/** Damages of a file as a whole, whatever it is. */
const BYTE_DAMAGES: readonly ((bytes: Uint8Array, random: Random) => Uint8Array)[] = [
  (bytes, random) => bytes.map((byte) => (random.below(50) === 0 ? random.below(256) : byte)),
  (bytes, random) => bytes.slice(0, random.below(bytes.length + 1)),
  (bytes, random) => bytes.slice(random.below(bytes.length + 1)),
  (bytes, random) => bytes.map((byte) => (random.below(100) === 0 ? 0 : byte)),
  (bytes, random) => bytes.map((byte) => (byte === 44 && random.below(10) === 0 ? 59 : byte)),
  (bytes, random) => bytes.map((byte) => (byte === 10 && random.below(3) === 0 ? 13 : byte)),
  (bytes, random) => bytes.map((byte) => (byte === 32 && random.below(5) === 0 ? 34 : byte)),
  (bytes, random) => bytes.filter(() => random.below(200) !== 0),
  (bytes) => bytesOf(bytes, Uint8Array.of(0xef, 0xbb, 0xbf), bytes),
  (bytes, random) => {
    const wide = new Uint8Array(new Uint16Array([0xfeff, ...bytes]).buffer);
    return wide.slice(0, wide.length - random.below(8));
  },
  (bytes, random) => {
    const at = random.below(bytes.length + 1);
    return bytesOf(bytes.slice(0, at), new Uint8Array(1_200_000).fill(0x78), bytes.slice(at));
  },
];

/** A file with one of many damages. */
export function damagedFile(bytes: Uint8Array, random: Random): Uint8Array {
  return BYTE_DAMAGES[random.below(BYTE_DAMAGES.length)]!(bytes, random);
}
