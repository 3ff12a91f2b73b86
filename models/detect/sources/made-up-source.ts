import type { SourceFacts, SourceFile } from './source-facts.ts';

/** Facts of a source about which nothing is known, for tests. */
export const noFacts: SourceFacts = {
  source: 'orders',
  timeZone: null,
  calendar: 'FR',
  freshnessMs: null,
  toldMs: [],
  files: [],
  digests: [],
  days: [],
  troubles: [],
};

/** A file that came whole, for tests. */
export const wholeFile = (
  name: string,
  receivedAtMs: number,
  told: Partial<SourceFile> = {},
): SourceFile => ({
  sha256: `digest of ${name}`,
  name,
  sizeBytes: 5_000,
  receivedAtMs,
  state: 'loaded',
  rowsIn: 100,
  rowsDuplicate: 0,
  trailerRows: null,
  endsInRefusedRow: false,
  refusalCode: null,
  refusalDetail: null,
  ...told,
});
