import type { RunStatus } from '../records/run.ts';
import type { FileCounts } from './file-counts.ts';
import type { SlotFact } from './schedule/slot.ts';

/** A run in its newest state known at an instant. Instants are epoch milliseconds; null: not told. */
export interface RunFact {
  runKey: string;
  status: RunStatus;
  startedAtMs: number;
  endedAtMs: number | null;
  durationMs: number | null;
  /** When this state could be known. */
  knownAtMs: number;
  host: string | null;
  rowsRead: number | null;
  rowsWritten: number | null;
  expectedRows: number | null;
  error: string | null;
  /** Files of the set it loads, where the log tells them: see `fileCounts`. */
  files?: FileCounts | null;
  /** Codes of the cleaning rules that changed or doubted a value. */
  anomalies: readonly string[];
}

/** What the rules of one job look at, as known at an instant. */
export interface JobFacts {
  jobId: number;
  namespace: string;
  job: string;
  owner: string | null;
  host: string | null;
  /** 1 (a truck waits for it) to 4 (nobody notices). */
  criticality: number;
  /** The last finished ones and all that are running, by start. */
  runs: readonly RunFact[];
  /** Those not ended and those that ended lately, by due. Settled as of the same instant. */
  slots: readonly SlotFact[];
}
