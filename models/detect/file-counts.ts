/** How many files a run's set has, and how many of them came. */
export interface FileCounts {
  expected: number;
  received: number;
}

/** Names of columns that tell them, small, with `_` for spaces. */
const EXPECTED = ['files_expected', 'expected_files', 'fichiers_attendus'];
const RECEIVED = ['files_received', 'received_files', 'fichiers_recus'];
export const FILE_COUNT_COLUMNS: readonly string[] = [...EXPECTED, ...RECEIVED];
const WHOLE = /^\d{1,9}$/;

/**
 * The counts of a run's set of files, from the columns a contract does not name, as they came (`RunRecord.extra`).
 *
 * @returns null unless both are told as whole numbers
 */
export function fileCounts(extra: Readonly<Record<string, string>>): FileCounts | null {
  const told = (names: readonly string[]): number | null => {
    const name = Object.keys(extra).find((key) =>
      names.includes(key.trim().toLowerCase().replaceAll(' ', '_')),
    );
    const text = name === undefined ? '' : extra[name]!.trim();
    return WHOLE.test(text) ? Number(text) : null;
  };
  const expected = told(EXPECTED);
  const received = told(RECEIVED);
  return expected === null || received === null ? null : { expected, received };
}
