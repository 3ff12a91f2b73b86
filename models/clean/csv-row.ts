export interface CsvRow {
  /** The fields as text, quotes removed; empty when `refusal` is set. A blank line is one empty field. */
  fields: string[];
  /** Where the row starts in the (decompressed) file, counted in original bytes whatever the encoding. */
  byteOffset: number;
  /** Original bytes of the row without its line end. */
  byteLength: number;
  /** A field was not in the file's encoding. */
  foreignEncoding: boolean;
  refusal: CsvRefusal | null;
}

export interface CsvRefusal {
  code: 'unclosed-quote' | 'record-too-long';
  /** The original bytes: all of them, or the first `maxRecordBytes` of a record that is longer. */
  bytes: Uint8Array;
}
