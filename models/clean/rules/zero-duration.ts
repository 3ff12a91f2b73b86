import type { RunRecord } from '../../records/run.ts';
import type { CleaningRule } from './rule.ts';

export const zeroDuration: CleaningRule = {
  code: 'zero-duration',
  kind: 'doubt',
  appliesTo: 'runs',
  title: { en: 'Work in no time', fr: 'Travail en un temps nul' },
  meaning: 'The run succeeded and wrote 1,000 rows or more, but is said to have taken no time at all.',
  example: 'duration_s = 0, rows_written = 20000',
  whatIsDone: 'Both are kept as told.',
};

/** Logs of whole seconds write 0 for what took less than one; so many rows take longer. */
const ROWS_THAT_TAKE_TIME = 1000;

export function isZeroDuration(run: Pick<RunRecord, 'status' | 'durationMs' | 'rowsWritten'>): boolean {
  return run.durationMs === 0 && run.status === 'succeeded' && (run.rowsWritten ?? 0) >= ROWS_THAT_TAKE_TIME;
}
