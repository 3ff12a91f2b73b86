import type { RunRecord } from './run.ts';
import { textDigest } from './text-digest.ts';

/**
 * A digest of everything stored of a run, 32 hexadecimal digits.
 *
 * The same run with the same digest is a duplicate; with another one it is a new state of the run, hence a new
 * version. The order of `extra` and of `anomalies` does not count. Texts are length-prefixed, so that no two
 * records are written as the same text; hashed by `textDigest`.
 */
export function recordDigest(record: RunRecord): string {
  let text = `${part(record.namespace)}${part(record.job)}${part(record.owner)}${part(record.runKey)}${part(
    record.host,
  )}${part(record.error)}${part(record.query)}${record.status};${record.startedAt};${record.endedAt};${
    record.durationMs
  };${record.knownAt};${record.rowsRead};${record.rowsWritten};${record.expectedRows};`;
  const names = Object.keys(record.extra);
  text += `${names.length};`;
  if (names.length > 1) names.sort();
  for (const name of names) text += part(name) + part(record.extra[name]!);
  const codes = record.anomalies;
  for (const code of codes.length > 1 ? codes.toSorted() : codes) text += part(code);
  return textDigest(text);
}

function part(text: string | null): string {
  return text === null ? '~' : `${text.length}:${text}`;
}
