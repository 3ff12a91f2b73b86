/** Apostrophes are quotes only where fields begin and end with them and no double quote is about. */
export function detectQuote(sample: Uint8Array): '"' | "'" {
  if (sample.includes(34)) return '"';
  if (!sample.includes(39)) return '"';
  const text = new TextDecoder('windows-1252').decode(sample).replaceAll('\0', '');
  const quoted = text.match(/(^|[,;|\t\r\n])'[^'\r\n]*'(?=$|[,;|\t\r\n])/g)?.length ?? 0;
  const apostrophes = text.match(/'/g)?.length ?? 0;
  return quoted > 0 && quoted * 2 > apostrophes * 0.8 ? "'" : '"';
}
