import { once } from 'node:events';
import type { PoolClient } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';

/** Sent to the server at a time: large enough to be few writes, small enough to keep memory flat. */
const CHUNK_CHARACTERS = 256 * 1024;

const ESCAPES: Record<string, string> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

export type CopyField = string | number | null;

/** One line of PostgreSQL's COPY text format (https://www.postgresql.org/docs/18/sql-copy.html, File Formats). */
export function copyLine(fields: readonly CopyField[]): string {
  let line = '';
  for (let i = 0; i < fields.length; i++) {
    if (i > 0) line += '\t';
    const field = fields[i];
    if (field === null || field === undefined) line += '\\N';
    else if (typeof field === 'number') line += field;
    else
      line += /[\\\n\r\t]/.test(field)
        ? field.replace(/[\\\n\r\t]/g, (character) => ESCAPES[character]!)
        : field;
  }
  return `${line}\n`;
}

export interface CopyWriter {
  /** Resolves when the server can take more. */
  write(fields: readonly CopyField[]): Promise<void> | undefined;
  /** Ends the copy and resolves when the server has taken every row. */
  end(): Promise<void>;
}

/** Opens `COPY target FROM STDIN` on a client inside a transaction. */
export function openCopy(client: PoolClient, target: string): CopyWriter {
  const stream = client.query(copyFrom(`copy ${target} from stdin`));
  // An error is thrown by the next write or by end(); unheard in between it would end the process.
  let failure: Error | undefined;
  stream.on('error', (error) => {
    failure = error;
  });
  let pending = '';
  const flush = async () => {
    if (failure) throw failure;
    const chunk = pending;
    pending = '';
    if (!stream.write(chunk)) await Promise.race([once(stream, 'drain'), once(stream, 'close')]);
    if (failure) throw failure;
  };
  return {
    write(fields) {
      pending += copyLine(fields);
      return pending.length >= CHUNK_CHARACTERS ? flush() : undefined;
    },
    async end() {
      if (pending) await flush();
      const finished = once(stream, 'finish');
      stream.end();
      await finished;
    },
  };
}

/** Instants travel as ISO text. */
export const instant = (epochMs: number | null): string | null =>
  epochMs === null ? null : new Date(epochMs).toISOString();

/** A PostgreSQL array literal of texts. */
export const textArray = (texts: readonly string[]): string =>
  `{${texts.map((text) => `"${text.replace(/["\\]/g, '\\$&')}"`).join(',')}}`;
