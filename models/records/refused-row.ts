/** A row that became no record: what the quarantine keeps of it. */
export interface RefusedRow {
  /** Counted from 1 over the data rows of the file, records and refused rows together. */
  rowNumber: number;
  /** Where the row starts in the decompressed file, in original bytes. */
  byteOffset: number;
  /** Original bytes of the row without its line end; more than `bytes.length` only for `record-too-long`. */
  byteLength: number;
  /** The original bytes, at most the record cap. */
  bytes: Uint8Array;
  /** The cleaning rule that refused it. */
  code: string;
  /** What, expected, found; one sentence for a person. */
  detail: string;
}
