/** How the bytes of a table are to be read. Found by `detectDialect`, recorded with the file. */

/** `utf-8`: a field that is not valid UTF-8 is read as windows-1252 and flagged, because logs get appended by several programs. */
export type Encoding =
  | 'utf-8'
  | 'windows-1252'
  | 'iso-8859-15'
  | 'utf-16le'
  | 'utf-16be'
  | 'utf-32le'
  | 'utf-32be';

export type Delimiter = ',' | ';' | '\t' | '|';

export interface CsvDialect {
  encoding: Encoding;
  delimiter: Delimiter;
  /** The character around fields that hold delimiters or line ends; null when a quote means nothing. */
  quote: '"' | "'" | null;
  /**
   * `lf` ends a record at LF or CRLF; a CR alone is then text (progress bars print them).
   * `cr` ends it at CR, for files without any LF.
   */
  lineEnding: 'lf' | 'cr';
}
