import type { Encoding } from './csv-dialect.ts';

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const lenientUtf8 = new TextDecoder('utf-8', { ignoreBOM: true });
const windows1252 = new TextDecoder('windows-1252');

/**
 * One UTF-16 unit per byte, so that positions in the text are positions in the bytes.
 * Right for ASCII only; fields with other bytes are decoded by `decodeField`.
 */
export function positionalText(bytes: Uint8Array): string {
  return windows1252.decode(bytes);
}

/**
 * The text of a field that has bytes beyond ASCII.
 *
 * In a `utf-8` file a field that is not valid UTF-8 is read as windows-1252, and `foreign` tells so.
 * UTF-16 arrives here converted; its unpaired surrogates become U+FFFD.
 */
export function decodeField(bytes: Uint8Array, encoding: Encoding): { text: string; foreign: boolean } {
  if (encoding === 'windows-1252') return { text: windows1252.decode(bytes), foreign: false };
  if (encoding !== 'utf-8') return { text: lenientUtf8.decode(bytes), foreign: false };
  try {
    return { text: strictUtf8.decode(bytes), foreign: false };
  } catch {
    return { text: windows1252.decode(bytes), foreign: true };
  }
}
