/** Bytes of a file for a terminal: text where they are text, else hexadecimal. */

/** Control characters could move the cursor or change colours; marks that turn text around could hide some of it. */
const UNSAFE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

/** The text that bytes stand for, or null when they are none in any of the given encodings. */
export function textOfBytes(bytes: Uint8Array, encodings: readonly string[]): string | null {
  for (const encoding of encodings) {
    try {
      const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
      if (!UNSAFE.test(text)) return text;
    } catch {
      // Not in this encoding, or one nobody knows: the next.
    }
  }
  return null;
}

/** A text from a file, safe for a terminal: what could play with it shows as a replacement character. */
export const printable = (text: string): string => text.replaceAll(new RegExp(UNSAFE, 'g'), '\ufffd');

/** A name from a file, safe within a line of ours: one that breaks the line would write lines of its own. */
export const oneLine = (text: string): string => printable(text).replaceAll(/[\t\r\n\u2028\u2029]+/g, ' ');

const BYTES_PER_LINE = 16;

/** Bytes as lines `00000010  68 65 6c …  |hel…|`, at most 78 characters each. */
export function hexLines(bytes: Uint8Array, firstOffset: number): string[] {
  const lines: string[] = [];
  for (let from = 0; from < bytes.length; from += BYTES_PER_LINE) {
    const part = bytes.subarray(from, from + BYTES_PER_LINE);
    const hex = Array.from(part, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
    const ascii = Array.from(part, (byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '.'));
    const offset = (firstOffset + from).toString(16).padStart(8, '0');
    lines.push(`${offset}  ${hex.padEnd(BYTES_PER_LINE * 3 - 1)}  |${ascii.join('')}|`);
  }
  return lines;
}

/** Cuts a text into lines of at most `width` characters, at its own line ends first. */
export function foldedLines(text: string, width: number): string[] {
  return text.split(/\r\n|\r|\n/).flatMap((line) => {
    const characters = [...line];
    const lines: string[] = [];
    for (let from = 0; from < characters.length || from === 0; from += width) {
      lines.push(characters.slice(from, from + width).join(''));
    }
    return lines;
  });
}
