/** One line of the ledger of files. */
export interface SourceFile {
  sha256: string;
  name: string;
  sizeBytes: number;
  receivedAtMs: number;
  /** Latest instant its records tell of; null: none, or not read yet. */
  lastKnownAtMs: number | null;
  state: 'stored' | 'loaded' | 'refused' | 'held' | 'unpacked';
  rowsIn: number | null;
  rowsQuarantined: number | null;
  refusalCode: string | null;
  refusalDetail: string | null;
  /** Refused rows of it, counted by their code. */
  refusedRows: Readonly<Record<string, number>>;
}

/** A digest told beside a file: `orders.csv.sha256`. */
export interface ToldDigest {
  /** Of the file it is about, without the ending. */
  name: string;
  receivedAtMs: number;
  /** Small hexadecimal letters. */
  sha256: string;
}

/** The quality of one day of a source; shares from 0 to 1, null: not known. */
export interface SourceDay {
  /** `2026-03-01`, UTC. */
  day: string;
  files: number;
  volumeRows: number;
  completeness: number | null;
  uniqueness: number | null;
  validity: number | null;
}

/** Why the intake of a source stands still or warns. */
export interface SourceTrouble {
  kind: 'schema-changed' | 'quarantine-limit' | 'source-unreadable';
  sinceMs: number;
  detail: string | null;
}

/** What the rules of one source look at, as known at an instant. */
export interface SourceFacts {
  source: string;
  /** Times in its contract, or the clock of its server; null: UTC. */
  timeZone: string | null;
  /** The longest silence its contract allows; null: not agreed, learned. */
  freshnessMs: number | null;
  /** Instants at which it told something new, ascending, epoch milliseconds; the last 2000 of the last 60 days. */
  toldMs: readonly number[];
  /** The last 500, by arrival. */
  files: readonly SourceFile[];
  digests: readonly ToldDigest[];
  /** The last 60, by day. */
  days: readonly SourceDay[];
  /** Those that last. */
  troubles: readonly SourceTrouble[];
}
