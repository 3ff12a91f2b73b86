import { isNotTold } from '../clean/not-told.ts';
import { controlCharacters, withoutControlCharacters } from '../clean/rules/control-characters.ts';
import { textTooLong } from '../clean/rules/text-too-long.ts';
import { MAX_TEXT_CHARACTERS, note } from '../clean/storable-text.ts';

/**
 * The end of a job's output, as PostgreSQL can store it; null when there is none. Of too long an output the end is
 * kept, because what went wrong is said last.
 */
export function tailText(text: string, anomalies: string[]): string | null {
  const clean = withoutControlCharacters(text.toWellFormed());
  if (clean !== text) note(anomalies, controlCharacters.code);
  const trimmed = clean.trim();
  if (isNotTold(trimmed)) return null;
  if (trimmed.length <= MAX_TEXT_CHARACTERS) return trimmed;
  note(anomalies, textTooLong.code);
  return lastCharacters(trimmed, MAX_TEXT_CHARACTERS);
}

/** The last `limit` characters, the first of them "…" when something was cut off. */
export function lastCharacters(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const tail = text.slice(text.length - limit + 1);
  const first = tail.charCodeAt(0);
  // A cut must not leave half of a character.
  return `…${first >= 0xdc00 && first <= 0xdfff ? tail.slice(1) : tail}`;
}
