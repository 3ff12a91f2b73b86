import type { Language, Message } from './message.ts';

/** Decides colour and sign only. */
export type Tone = 'bad' | 'good' | 'info';

/** A part of a message; every kind of channel draws it its own way. Texts are plain, whatever is in them. */
export type Block =
  | { type: 'text'; text: string }
  | { type: 'facts'; facts: readonly { name: string; value: string }[] }
  /** `total` counts those that are not among the items as well. */
  | { type: 'list'; title: string; items: readonly string[]; total: number }
  | { type: 'links'; links: readonly { label: string; url: string }[] };

/** What a message says, before it is a mail, a card or a request. JSON, kept in the outbox. */
export interface Content {
  subject: string;
  language: Language;
  tone: Tone;
  /** Such as `incident.opened`; for machines. */
  type: string;
  blocks: readonly Block[];
  /** The same for machines; only a webhook sends it. */
  data: { readonly [key: string]: unknown };
}

/** Items of a list that are kept in the outbox; the others are counted. */
export const KEPT_ITEMS = 50;

export const listBlock = (title: string, items: readonly string[]): Block => ({
  type: 'list',
  title,
  items: items.slice(0, KEPT_ITEMS),
  total: items.length,
});

/** A message of paragraphs as content. */
export const contentOfMessage = (
  { subject, text }: Message,
  type: string,
  language: Language,
  tone: Tone = 'info',
): Content => ({
  subject,
  language,
  tone,
  type,
  blocks: text.split('\n\n').map((paragraph) => ({ type: 'text', text: paragraph })),
  data: {},
});

/** The line that counts what a list leaves out; null when it leaves out nothing. */
export function othersLine(shown: number, total: number, language: Language): string | null {
  if (shown >= total) return null;
  const others = total - shown;
  return language === 'fr' ? `… et ${others} de plus` : `… and ${others} more`;
}
