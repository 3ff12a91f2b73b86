import { isNotTold } from './not-told.ts';
import { controlCharacters, withoutControlCharacters } from './rules/control-characters.ts';
import { shortenedKey, shortenedText, textTooLong } from './rules/text-too-long.ts';

/** Longest names and ids: PostgreSQL refuses index entries over 2,704 bytes, and two names share one entry. */
export const MAX_KEY_CHARACTERS = 300;
/** Longest free text (error, query, extra column). */
export const MAX_TEXT_CHARACTERS = 16_384;

/**
 * A free text as PostgreSQL can store it, null when not told.
 * What was changed is added to `anomalies`.
 */
export function storableText(text: string, anomalies: string[]): string | null {
  if (text === '') return null;
  const clean = trimmed(text, anomalies);
  if (isNotTold(clean)) return null;
  if (clean.length <= MAX_TEXT_CHARACTERS) return clean;
  note(anomalies, textTooLong.code);
  return shortenedText(clean, MAX_TEXT_CHARACTERS);
}

/** A name or id as PostgreSQL can index it, null when not told; different names stay different. */
export function storableKey(text: string, anomalies: string[]): string | null {
  const clean = trimmed(text, anomalies);
  if (isNotTold(clean)) return null;
  if (clean.length <= MAX_KEY_CHARACTERS) return clean;
  note(anomalies, textTooLong.code);
  return shortenedKey(clean, MAX_KEY_CHARACTERS);
}

/** The text without control characters and the white space around it. */
function trimmed(text: string, anomalies: string[]): string {
  if (isPlainShort(text)) return text;
  const clean = withoutControlCharacters(text);
  if (clean !== text) note(anomalies, controlCharacters.code);
  return clean.trim();
}

/** Most names of a log are short, of ASCII letters and without space around them: nothing to clean. */
function isPlainShort(text: string): boolean {
  if (text.length > 40) return false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 32 || code >= 127) return false;
  }
  return text.charCodeAt(0) !== 32 && text.charCodeAt(text.length - 1) !== 32;
}

/** Adds a code once. */
export function note(anomalies: string[], code: string): void {
  if (!anomalies.includes(code)) anomalies.push(code);
}
