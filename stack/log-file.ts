/** A server's output as JSON lines in `logs/NAME.log`, with a bounded size. */
import { appendFileSync, existsSync, mkdirSync, renameSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Readable } from 'node:stream';

const ROTATE_AT_BYTES = 20 * 1024 * 1024;
const KEPT_FILES = 3;
const LONGEST_LINE = 64 * 1024;
const REMEMBERED_LINES = 20;

export interface LogFile {
  readonly file: string;
  /** Appends one line; a line that is not JSON is wrapped as `{time, stream, line}`. */
  write(line: string, stream?: 'stdout' | 'stderr'): void;
  /** Appends everything the stream says, line by line. */
  follow(stream: Readable, name: 'stdout' | 'stderr'): void;
  /** The last lines as they were written by the server, oldest first; for messages about its end. */
  lastLines(): string[];
}

function isJsonObject(line: string): boolean {
  if (!line.startsWith('{')) return false;
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}

function rotate(file: string): void {
  for (let age = KEPT_FILES - 1; age >= 0; age -= 1) {
    const older = age === 0 ? file : `${file}.${age}`;
    if (existsSync(older)) renameSync(older, `${file}.${age + 1}`);
  }
}

/** Opens (and makes) the log of one server. Old content stays; at 20 MB it becomes `NAME.log.1` to `.3`. */
export function openLogFile(folder: string, name: string): LogFile {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = path.join(folder, `${name}.log`);
  const remembered: string[] = [];
  let sizeBytes = existsSync(file) ? statSync(file).size : 0;

  function write(line: string, stream: 'stdout' | 'stderr' = 'stdout'): void {
    if (line.trim() === '') return;
    const cut =
      line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE)}… (${line.length} characters)` : line;
    remembered.push(cut);
    if (remembered.length > REMEMBERED_LINES) remembered.shift();
    const whole = isJsonObject(cut)
      ? cut
      : JSON.stringify({ time: new Date().toISOString(), stream, line: cut });
    if (sizeBytes > ROTATE_AT_BYTES) {
      rotate(file);
      sizeBytes = 0;
    }
    sizeBytes += Buffer.byteLength(whole) + 1;
    appendFileSync(file, `${whole}\n`, { mode: 0o600 });
  }

  function follow(stream: Readable, name: 'stdout' | 'stderr'): void {
    let rest = '';
    stream.setEncoding('utf8');
    stream.on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop()!;
      for (const line of lines) write(line, name);
      if (rest.length > LONGEST_LINE) {
        write(rest, name);
        rest = '';
      }
    });
    stream.on('end', () => write(rest, name));
    // A pipe that breaks with its process is no error of ours: the end of the process is reported.
    stream.on('error', () => {});
  }

  return { file, write, follow, lastLines: () => [...remembered] };
}
