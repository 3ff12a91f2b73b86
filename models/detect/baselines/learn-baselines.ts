import type { JobHistory } from '../../records/job-history.ts';
import type { JobBaselines } from './job-baselines.ts';

/** The columns of a history that baselines are learned from; rows read where they are at hand. */
export type BaselineHistory = Pick<
  JobHistory,
  'startedAt' | 'knownAt' | 'durationMs' | 'status' | 'rowsWritten' | 'expectedRows'
> & { rowsRead?: Float64Array };

/** What is usual of a job's runs, from those known at `asOfMs`; null with too few of them. */
export function learnBaselines(_history: BaselineHistory, _asOfMs: number): JobBaselines | null {
  return null;
}
