/** How much of a source may be refused before its intake stops. */
export interface QuarantineLimit {
  /** Refused of all rows, 0 to 1, of a file and of a day. It counts from FEW_ROWS refused rows on. */
  share: number;
  /** Refused rows of a file. */
  rowsPerFile: number;
  /** Refused rows of all files received on one day (UTC). */
  rowsPerDay: number;
}

/** Beyond it a file or day holds something else than its source is believed to; a damaged one stays within. */
export const DEFAULT_QUARANTINE_LIMIT: QuarantineLimit = {
  share: 0.9,
  rowsPerFile: 100_000,
  rowsPerDay: 1_000_000,
};

/** A share of fewer refused rows says little: two bad lines in a file of three. */
export const FEW_ROWS = 1_000;

/** Rows read, and those of them refused. */
export interface RefusedShare {
  rowsIn: number;
  refused: number;
}

/**
 * Whether a file goes beyond the limit of its source, alone or together with the files of its day before it.
 *
 * @returns one sentence for a person, or null when it may be loaded
 */
export function exceedsLimit(
  file: RefusedShare,
  dayBefore: RefusedShare,
  limit: QuarantineLimit,
): string | null {
  const day = { rowsIn: dayBefore.rowsIn + file.rowsIn, refused: dayBefore.refused + file.refused };
  // A file without refused rows is not to blame for its day.
  if (file.refused === 0) return null;
  if (file.refused > limit.rowsPerFile) {
    return `${rowsOf(file)} of the file cannot be read, the limit is ${limit.rowsPerFile} rows`;
  }
  if (day.refused > limit.rowsPerDay) {
    return `${rowsOf(day)} of this day cannot be read, the limit is ${limit.rowsPerDay} rows`;
  }
  if (isBeyondShare(file, limit)) {
    return `${rowsOf(file)} of the file cannot be read, the limit is ${percent(limit.share)}`;
  }
  if (isBeyondShare(day, limit)) {
    return `${rowsOf(day)} of this day cannot be read, the limit is ${percent(limit.share)}`;
  }
  return null;
}

const isBeyondShare = ({ rowsIn, refused }: RefusedShare, { share }: QuarantineLimit): boolean =>
  refused >= FEW_ROWS && refused > share * rowsIn;

const rowsOf = ({ rowsIn, refused }: RefusedShare): string => `${refused} of ${rowsIn} rows`;
const percent = (share: number): string => `${Math.round(share * 1000) / 10} %`;
