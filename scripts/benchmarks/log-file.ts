/** Generated run logs on disk: made once for each content, then used again. */
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { cachedFile } from './bench-place.ts';
import { say } from './progress.ts';
import { cleanRunLog, type RunLogOptions, runLog } from './run-log.ts';

/** Counted up when the generator changes what it writes. */
const GENERATOR = 1;

const nameOf = (kind: string, { seed, rows, firstRun = 0, startMs, spacingMs }: RunLogOptions): string =>
  [kind, `g${GENERATOR}`, `seed${seed}`, `rows${rows}`, `from${firstRun}`, startMs, spacingMs]
    .filter((part) => part !== undefined)
    .join('-');

/** The log as it is collected. */
export const logFile = (options: RunLogOptions): Promise<string> =>
  written(`${nameOf('runs', options)}.csv`, () => runLog(options));

/** Compressed: for a log that is larger than one wants to keep. */
export const packedLogFile = (options: RunLogOptions): Promise<string> =>
  written(`${nameOf('runs', options)}.csv.gz`, () => runLog(options));

/** Its rows as they are wanted. */
export const cleanLogFile = (options: RunLogOptions): Promise<string> =>
  written(`${nameOf('clean', options)}.csv`, () => cleanRunLog(options));

/** Writes chunks into a file of the cache unless it is there; compressed when its name says so. */
export const written = (name: string, chunks: () => Iterable<Uint8Array>): Promise<string> =>
  cachedFile(name, async (file) => {
    say(`writing ${name}`);
    const pack = name.endsWith('.gz') ? [createGzip({ level: 1 })] : [];
    await pipeline([Readable.from(chunks()), ...pack, createWriteStream(file)]);
  });
