/** What is told: a subject and plain text. Building it is here and pure, sending it is elsewhere. */
export interface Message {
  subject: string;
  text: string;
}

export type Language = 'en' | 'fr';

/** Lines of a list in a mail; the rest is counted, never dropped silently. */
export const LISTED = 20;

/** `2026-03-01 05:30 UTC`. */
export const instantText = (epochMs: number): string =>
  `${new Date(epochMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

/** The items as lines, at most LISTED of them, with a last line that counts the others. */
export function listed<T>(items: readonly T[], line: (item: T) => string, language: Language): string {
  const lines = items.slice(0, LISTED).map(line);
  const others = items.length - lines.length;
  if (others > 0) lines.push(language === 'fr' ? `… et ${others} de plus` : `… and ${others} more`);
  return lines.join('\n');
}

/** One line of an error message, short enough for a mail. */
export function oneLine(text: string, characters = 160): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > characters ? `${line.slice(0, characters - 1)}…` : line;
}
