import { describe, expect, it } from 'vitest';
import { createRunCleaner } from '../../models/clean/clean-runs.ts';
import { inspectRunFile } from '../../models/clean/inspect-file.ts';
import { cleanRunLog, type RunLogOptions, runLog, runLogTotals } from './run-log.ts';

const textOf = (chunks: Iterable<Buffer>) => Buffer.concat([...chunks]).toString('latin1');
const options: RunLogOptions = { seed: 1, rows: 25_000 };

describe('the run log', () => {
  it('is the same bytes for the same seed, others for another', () => {
    expect(textOf(runLog(options))).toBe(textOf(runLog(options)));
    expect(textOf(runLog({ ...options, seed: 2 }))).not.toBe(textOf(runLog(options)));
  });

  it('is written as the tools of the field write it', () => {
    const [header, first] = textOf(runLog({ seed: 1, rows: 1 })).split('\n');
    expect(header).toBe('job_name;owner;host;run_id;start;end;status;rows_read;rows_written;message');
    expect(first).toMatch(
      /^JOB_000;team0;srv-0;0;01\/01\/2025 00:00:00;01\/01\/2025 00:\d\d:\d\d;(OK|KO);\d+;\d+;(ORA.*)?$/,
    );
  });

  it('has no row and still its header, when asked for none', () => {
    expect(textOf(runLog({ seed: 1, rows: 0 }))).toMatch(/^job_name;.*message\n$/);
    expect(runLogTotals({ seed: 1, rows: 0 })).toEqual({ rows: 0, failed: 0, rowsRead: 0, rowsWritten: 0 });
  });

  it('tells the same as its clean rows and its totals', () => {
    const clean = textOf(cleanRunLog(options)).trimEnd().split('\n');
    expect(clean).toHaveLength(25_000);
    const fields = clean.map((line) => line.replace(/"(.*)"/, (_, text) => text.replace(',', '')).split(','));
    const sum = (column: number) => fields.reduce((total, row) => total + Number(row[column]), 0);
    expect(runLogTotals(options)).toEqual({
      rows: 25_000,
      failed: fields.filter((row) => row[6] === 'failed').length,
      rowsRead: sum(7),
      rowsWritten: sum(8),
    });
  });

  it('is cleaned to its clean rows', () => {
    const bytes = Buffer.concat([...runLog({ seed: 3, rows: 500, firstRun: 7, spacingMs: 400 })]);
    const inspected = inspectRunFile(bytes, true);
    if ('code' in inspected) throw new Error(inspected.detail);
    const cleaner = createRunCleaner({ namespace: 'default', ...inspected });
    const records = [...cleaner.push(bytes).records, ...cleaner.end().records];
    const instant = (epochMs: number) =>
      new Date(epochMs).toISOString().replace('T', ' ').replace('.000Z', '+00');
    const lines = records.map((run) => {
      const message = run.error ?? run.extra.message ?? null;
      const texts = [run.job, run.owner, run.host, run.runKey, instant(run.startedAt), instant(run.endedAt!)];
      return [
        ...texts,
        run.status,
        run.rowsRead,
        run.rowsWritten,
        message === null ? '' : `"${message}"`,
      ].join();
    });
    expect(lines.join('\n')).toBe(
      textOf(cleanRunLog({ seed: 3, rows: 500, firstRun: 7, spacingMs: 400 })).trimEnd(),
    );
  });
});
