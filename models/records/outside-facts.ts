/**
 * What is known of the jobs from outside their runs, in columns, for features as of a cutoff.
 *
 * Instants are epoch milliseconds; all arrays of one object that are not told otherwise have one entry per fact and
 * share the order. A fact counts at a cutoff when it happened before (`ts`, `startedAt`) and was known by it
 * (`knownAt`). A value that was not told is NaN.
 */
export interface OutsideFacts {
  /** Sources of runs. */
  sources: SourceFacts[];
  /** Jobs whose runs tell in which version they ran. */
  versions: JobVersions[];
}

export interface SourceFacts {
  source: string;
  /** The accounts of its files; see docs/quality.md. */
  files: FileAccounts;
  /** When it was agreed on another version of its contract (the first is no change), ascending. */
  contractChangedAt: Float64Array;
  /** The jobs it told of: since when, by the run that was known first. */
  jobs: { jobId: Float64Array; startedAt: Float64Array; knownAt: Float64Array };
}

/** One entry per file, `ts` ascending. */
export interface FileAccounts {
  /** The latest instant the file tells of, else its receipt. */
  ts: Float64Array;
  knownAt: Float64Array;
  rowsIn: Float64Array;
  rowsRefused: Float64Array;
  /** Values its runs should tell, and tell. */
  valuesExpected: Float64Array;
  valuesTold: Float64Array;
  /** From the latest instant it tells of to its receipt; NaN where receipts say nothing of arrival. */
  delayMs: Float64Array;
}

/** The versions a job's runs told, each once, by the run of it that was known first; `startedAt` ascending. */
export interface JobVersions {
  jobId: number;
  startedAt: Float64Array;
  knownAt: Float64Array;
}

/** Where nothing is known but the runs. */
export const NO_OUTSIDE_FACTS: OutsideFacts = { sources: [], versions: [] };
