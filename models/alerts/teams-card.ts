import { type Block, type Content, othersLine } from './content.ts';
import { LISTED } from './message.ts';
import { isWebAddress } from './web-address.ts';

/** Teams refuses cards that are larger when expanded. Bytes. */
export const TEAMS_LIMIT_BYTES = 28_672;

/** Teams shows the first of them and hides the others behind a menu. */
const MOST_ACTIONS = 6;
const SHORTER = [LISTED, 10, 5, 2, 0];
const SHORTER_TEXTS = [2_000, 1_000, 300, 100];

type Json = { readonly [key: string]: unknown };

/**
 * A message for a Teams workflow that was triggered by a webhook: an Adaptive Card.
 *
 * What does not fit is cut from the lists first, then from long texts; counts stay, and what was cut is said. Texts
 * are runs, which Teams shows as they are: nothing in the name of a job is a link or a bold word.
 *
 * @param id of the message; stands in the card so that one that came twice is recognised.
 */
export function teamsCard(content: Content, id: string): Json {
  let card: Json = {};
  for (const characters of SHORTER_TEXTS) {
    for (const items of SHORTER) {
      card = cardOf(content, id, items, characters);
      if (expandedBytes(card) <= TEAMS_LIMIT_BYTES) return card;
    }
  }
  return card;
}

/** Size of the JSON when every character beyond ASCII is written as `\\uXXXX`: no way of writing it is longer. */
export function expandedBytes(card: Json): number {
  let bytes = 0;
  const text = JSON.stringify(card);
  for (let at = 0; at < text.length; at += 1) bytes += text.charCodeAt(at) > 126 ? 6 : 1;
  return bytes;
}

function cardOf(content: Content, id: string, items: number, characters: number): Json {
  const { subject, language, tone, blocks } = content;
  const cut = (text: string): string => cutTo(text, characters, language);
  const colours = { bad: 'attention', good: 'good', info: 'default' };
  const body = [
    runs([
      {
        text: cutTo(subject, Math.min(characters, 200), language),
        weight: 'bolder',
        size: 'large',
        color: colours[tone],
      },
    ]),
    ...blocks.flatMap((block) => elementsOf(block, items, content, cut)),
    runs([{ text: id, isSubtle: true, size: 'small' }]),
  ];
  const actions = blocks
    .flatMap((block) => (block.type === 'links' ? block.links : []))
    .filter(({ url }) => isWebAddress(url) && url.length <= 2_000)
    .slice(0, MOST_ACTIONS)
    .map(({ label, url }) => ({ type: 'Action.OpenUrl', title: cutTo(label, 60, language), url }));
  return {
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        contentUrl: null,
        content: {
          $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
          type: 'AdaptiveCard',
          version: '1.4',
          fallbackText: cutTo(subject, 200, language),
          body,
          actions,
          msteams: { width: 'Full' },
        },
      },
    ],
  };
}

const runs = (inlines: Json[], spacing = 'default'): Json => ({
  type: 'RichTextBlock',
  spacing,
  inlines: inlines.map((run) => ({ type: 'TextRun', ...run })),
});

function elementsOf(
  block: Block,
  items: number,
  { language }: Content,
  cut: (text: string) => string,
): Json[] {
  switch (block.type) {
    case 'text':
      return cut(block.text)
        .split('\n')
        .map((line, index) => runs([{ text: line === '' ? ' ' : line }], index === 0 ? 'default' : 'none'));
    case 'facts':
      return block.facts.map(({ name, value }, index) =>
        runs(
          [{ text: `${name}${language === 'fr' ? ' : ' : ': '}`, weight: 'bolder' }, { text: cut(value) }],
          index === 0 ? 'default' : 'none',
        ),
      );
    case 'list': {
      const shown = block.items.slice(0, items);
      const others = othersLine(shown.length, block.total, language);
      return [
        runs([{ text: `${block.title} (${block.total})`, weight: 'bolder' }]),
        ...shown.map((line) => runs([{ text: `• ${cutTo(line, 200, language)}` }], 'none')),
        ...(others === null ? [] : [runs([{ text: others, isSubtle: true }], 'none')]),
      ];
    }
    case 'links':
      return [];
  }
}

/** The beginning of a text, with what of it is not shown. */
function cutTo(text: string, characters: number, language: Content['language']): string {
  if (text.length <= characters) return text;
  const left = text.length - characters;
  const said = language === 'fr' ? `… (${left} caractères de plus)` : `… (${left} more characters)`;
  return `${text.slice(0, characters)}${said}`;
}
