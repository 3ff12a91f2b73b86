import type { CleanedBatch, CleaningTotals, TableCleaner } from '../clean/clean-table.ts';
import { refuseRecordTooLong } from '../clean/rules/record-too-long.ts';
import { readEventLine } from './received-event.ts';
import type { RunEvent } from './run-event.ts';

/** No line we write is longer: see the limits of what is received. */
const MAX_LINE_BYTES = 4 * 1024 * 1024;
const LINE_FEED = 10;

/** Reads an events file, chunk by chunk: a line is an event or a refused row. Where chunks are cut does not matter. */
export function createEventCleaner(namespace: string): TableCleaner<RunEvent> {
  const decoder = new TextDecoder();
  const totals: CleaningTotals = {
    rowsIn: 0,
    records: 0,
    refused: 0,
    blankLines: 0,
    repeatedHeaders: 0,
    preambleLines: 0,
    commentLines: 0,
    footerLines: 0,
    furtherTables: 0,
    byCode: {},
  };
  let parts: Uint8Array[] = [];
  /** Bytes of the line so far, also of those beyond the cap, which are not kept. */
  let lineBytes = 0;
  let lineOffset = 0;

  const count = (code: string) => {
    totals.byCode[code] = (totals.byCode[code] ?? 0) + 1;
  };

  function keep(part: Uint8Array): void {
    const room = Math.max(0, MAX_LINE_BYTES - lineBytes);
    if (room > 0 && part.length > 0) parts.push(part.length > room ? part.slice(0, room) : part.slice());
    lineBytes += part.length;
  }

  function endLine(batch: CleanedBatch<RunEvent>): void {
    const bytes = joined(parts);
    const byteOffset = lineOffset;
    const byteLength = lineBytes;
    parts = [];
    lineBytes = 0;
    const line = decoder.decode(bytes);
    if (byteLength <= MAX_LINE_BYTES && line.trim() === '') {
      if (byteLength > 0) totals.blankLines++;
      return;
    }
    const rowNumber = ++totals.rowsIn;
    const result =
      byteLength > MAX_LINE_BYTES
        ? refuseRecordTooLong(byteLength, MAX_LINE_BYTES)
        : readEventLine(line, namespace);
    if ('code' in result) {
      totals.refused++;
      count(result.code);
      batch.refused.push({
        rowNumber,
        byteOffset,
        byteLength,
        bytes,
        code: result.code,
        detail: result.detail,
      });
      return;
    }
    totals.records++;
    for (const code of result.anomalies) count(code);
    batch.records.push(Object.assign(result, { rowNumber, byteOffset }));
  }

  return {
    push(chunk) {
      const batch: CleanedBatch<RunEvent> = { records: [], refused: [] };
      let from = 0;
      for (let at = chunk.indexOf(LINE_FEED); at >= 0; at = chunk.indexOf(LINE_FEED, from)) {
        keep(chunk.subarray(from, at));
        const lineEnd = lineBytes + 1;
        endLine(batch);
        lineOffset += lineEnd;
        from = at + 1;
      }
      keep(chunk.subarray(from));
      return batch;
    },
    end() {
      const batch: CleanedBatch<RunEvent> = { records: [], refused: [] };
      endLine(batch);
      return { ...batch, totals };
    },
  };
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
