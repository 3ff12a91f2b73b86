/** One line of the ledger of files. Instants are epoch milliseconds. */
export interface SourceFile {
  sha256: string;
  name: string;
  sizeBytes: number;
  receivedAtMs: number;
  state: 'stored' | 'loaded' | 'refused' | 'held' | 'unpacked';
  rowsIn: number | null;
  rowsDuplicate: number | null;
  /** Rows that the file itself tells below its last one; null: it tells none. */
  trailerRows: number | null;
  /** Its last bytes are of a row that was refused. */
  endsInRefusedRow: boolean;
  refusalCode: string | null;
  refusalDetail: string | null;
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
  volumeRows: number;
  completeness: number | null;
  uniqueness: number | null;
  validity: number | null;
}

/** Why the intake of a source stands still. */
export interface SourceTrouble {
  kind: 'schema-changed' | 'quarantine-limit' | 'source-unreadable';
  sinceMs: number;
  detail: string | null;
}

/** What the rules of one source look at, as known at an instant. */
export interface SourceFacts {
  source: string;
  /** IANA zone by whose clock it works; null: UTC. */
  timeZone: string | null;
  /** Its public holidays: `FR`, `none`; see `calendarNamed`. */
  calendar: string;
  /** The longest silence its contract allows; null: not agreed, so learned. */
  freshnessMs: number | null;
  /** Instants at which it told something new, ascending; the last 2000 of the last 60 days. */
  toldMs: readonly number[];
  /** The last 500, by arrival; the same content again is a file again. */
  files: readonly SourceFile[];
  digests: readonly ToldDigest[];
  /** The last 60, by day. */
  days: readonly SourceDay[];
  /** Those that last. */
  troubles: readonly SourceTrouble[];
}
