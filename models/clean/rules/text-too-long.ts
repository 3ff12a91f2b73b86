import { textDigest } from '../../records/text-digest.ts';
import type { CleaningRule } from './rule.ts';

export const textTooLong: CleaningRule = {
  code: 'text-too-long',
  kind: 'repair',
  appliesTo: 'all',
  title: { en: 'Text too long', fr: 'Texte trop long' },
  meaning: 'A name or id has more than 300 characters, or a free text more than 16,384.',
  example: 'a stack trace of 3 MB',
  whatIsDone:
    'It is cut and marked by "…"; names and ids also get a digest of the whole, so that two of them stay two.',
};

/** Cut to `limit` characters, the last of them "…". */
export function shortenedText(text: string, limit: number): string {
  return `${withoutHalfPair(text.slice(0, limit - 1))}…`;
}

/** Cut to `limit` characters that still differ where the texts differ. */
export function shortenedKey(text: string, limit: number): string {
  return `${withoutHalfPair(text.slice(0, limit - 33))}…${textDigest(text)}`;
}

/** A cut must not leave half of a character. */
function withoutHalfPair(text: string): string {
  const last = text.charCodeAt(text.length - 1);
  return last >= 0xd800 && last <= 0xdbff ? text.slice(0, -1) : text;
}
