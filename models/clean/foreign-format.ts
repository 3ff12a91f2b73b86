const SIGNATURES: ReadonlyArray<[name: string, bytes: number[]]> = [
  ['a gzip archive', [0x1f, 0x8b]],
  ['a zip archive (or an Excel workbook)', [0x50, 0x4b, 0x03, 0x04]],
  ['an old Excel workbook', [0xd0, 0xcf, 0x11, 0xe0]],
  ['a PDF document', [0x25, 0x50, 0x44, 0x46]],
  ['a Parquet file', [0x50, 0x41, 0x52, 0x31]],
  ['a PNG image', [0x89, 0x50, 0x4e, 0x47]],
  ['a JPEG image', [0xff, 0xd8, 0xff]],
  ['a zstd archive', [0x28, 0xb5, 0x2f, 0xfd]],
  ['a bzip2 archive', [0x42, 0x5a, 0x68]],
  ['an xz archive', [0xfd, 0x37, 0x7a, 0x58, 0x5a]],
];

/** What a file is that is no table, for the sentence that refuses it; null when it is just text. */
export function describeForeignFormat(sample: Uint8Array): string | null {
  for (const [name, bytes] of SIGNATURES) {
    if (bytes.every((byte, at) => sample[at] === byte)) return name;
  }
  const text = new TextDecoder('windows-1252')
    .decode(sample.subarray(0, 512))
    .replaceAll('\0', '')
    .trimStart();
  if (/^(ï»¿|þÿ|ÿþ)?\s*[{[]\s*["{[\]}]/.test(text)) return 'JSON';
  if (/^(ï»¿|þÿ|ÿþ)?\s*<(!doctype\s+html|html)/i.test(text)) return 'an HTML page';
  if (/^(ï»¿|þÿ|ÿþ)?\s*<[?!a-z]/i.test(text)) return 'XML';
  let controls = 0;
  for (const byte of sample) if (byte < 32 && byte !== 9 && byte !== 10 && byte !== 13) controls++;
  return controls > sample.length * 0.02 ? 'binary data' : null;
}
