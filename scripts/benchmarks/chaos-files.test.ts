import { describe, expect, it } from 'vitest';
import { createRunCleaner } from '../../models/clean/clean-runs.ts';
import { inspectRunFile } from '../../models/clean/inspect-file.ts';
import { type ChaosFile, chaosFiles, refusedText, runText, type ToldRun } from './chaos-files.ts';

const options = { files: 45, sources: 4, seed: 7 };

function cleaned({ name, content }: ChaosFile): { runs: string[]; refused: string[] } {
  const bytes = Buffer.from(content);
  const inspected = inspectRunFile(bytes, true);
  if ('code' in inspected) throw new Error(inspected.detail);
  const cleaner = createRunCleaner({ namespace: 'default', ...inspected });
  const batches = [cleaner.push(bytes), cleaner.end()];
  return {
    runs: batches.flatMap(({ records }) =>
      records.map((run) =>
        runText({
          ...run,
          runId: run.runKey,
          startMs: run.startedAt,
          endMs: run.endedAt,
          message: run.error,
        } as ToldRun),
      ),
    ),
    refused: batches.flatMap(({ refused }) =>
      refused.map((row) => refusedText(name, row.rowNumber, Buffer.from(row.bytes).toString())),
    ),
  };
}

describe('chaosFiles', () => {
  const { files, truth } = chaosFiles(options);

  it('invents the same for the same seed, something else for another', () => {
    expect(chaosFiles(options)).toEqual({ files, truth });
    expect(chaosFiles({ ...options, seed: 8 }).truth.runs).not.toEqual(truth.runs);
  });

  it('writes no file twice, and gives every source some', () => {
    expect(new Set(files.map(({ content }) => content)).size).toBe(45);
    expect(new Set(files.map(({ source }) => source))).toEqual(new Set([0, 1, 2, 3]));
  });

  it('has runs told twice, corrected runs and unreadable rows', () => {
    const told = truth.rows - truth.refused.size;
    expect(told).toBeGreaterThan(truth.runs.size);
    const keys = new Set([...truth.runs].map((text) => text.split('|').slice(0, 2).join('|')));
    expect(truth.runs.size).toBeGreaterThan(keys.size);
    expect(truth.refused.size).toBeGreaterThan(10);
    expect(files.reduce((sum, { rows }) => sum + rows, 0)).toBe(truth.rows);
  });

  it('says of its rows what the cleaner, which it does not use, reads in them', () => {
    const all = files.map(cleaned);
    expect(new Set(all.flatMap(({ runs }) => runs))).toEqual(truth.runs);
    expect(new Set(all.flatMap(({ refused }) => refused))).toEqual(truth.refused);
  });

  it('of no file is nothing', () => {
    const none = chaosFiles({ files: 0, sources: 4, seed: 7 });
    expect(none).toEqual({ files: [], truth: { runs: new Set(), refused: new Set(), rows: 0 } });
  });
});
