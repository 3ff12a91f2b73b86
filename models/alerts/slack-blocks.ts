import { type Block, type Content, othersLine } from './content.ts';
import { LISTED } from './message.ts';
import { isWebAddress } from './web-address.ts';

/** Limits of Slack: blocks of a message, characters of a text, of a header, of the label of a button. */
export const SLACK_LIMITS = { blocks: 50, text: 3_000, header: 150, label: 75, buttons: 25, url: 3_000 };

type Json = { readonly [key: string]: unknown };

/**
 * A message for an incoming webhook of Slack. Nothing in it is a mention or a link except our own links; a list that
 * does not fit loses its last lines, which are counted.
 *
 * @param id of the message; stands below it so that one that came twice is recognised.
 */
export function slackBlocks(content: Content, id: string): Json {
  const signs = { bad: '🔴', good: '🟢', info: '🔵' };
  const title = `${signs[content.tone]} ${content.subject.replace(/\s+/g, ' ')}`;
  const header = {
    type: 'header',
    text: { type: 'plain_text', text: cutTo(headerText(title), SLACK_LIMITS.header) },
  };
  const footer = { type: 'context', elements: [{ type: 'plain_text', text: id }] };
  const middle = content.blocks.flatMap((block) => blocksOf(block, content));
  const room = SLACK_LIMITS.blocks - 2;
  const kept =
    middle.length <= room
      ? middle
      : [...middle.slice(0, room - 1), leftOut(middle.length - room + 1, content)];
  return { text: cutTo(escapeSlack(title), SLACK_LIMITS.text), blocks: [header, ...kept, footer] };
}

const leftOut = (count: number, { language }: Content): Json =>
  section(language === 'fr' ? `… et ${count} parties de plus` : `… and ${count} more parts`);

const section = (text: string): Json => ({
  type: 'section',
  text: { type: 'mrkdwn', text: cutTo(text, SLACK_LIMITS.text), verbatim: true },
});

function blocksOf(block: Block, { language }: Content): Json[] {
  const colon = language === 'fr' ? ' :' : ':';
  switch (block.type) {
    case 'text':
      return pieces(escapeSlack(block.text)).map(section);
    case 'facts':
      return [
        section(
          block.facts
            .map(({ name, value }) => `*${escapeSlack(name)}${colon}* ${escapeSlack(value)}`)
            .join('\n'),
        ),
      ];
    case 'list':
      return [section(listText(block, language))];
    case 'links': {
      const elements = block.links
        .filter(({ url }) => isWebAddress(url) && url.length <= SLACK_LIMITS.url)
        .slice(0, SLACK_LIMITS.buttons)
        .map(({ label, url }, index) => ({
          type: 'button',
          action_id: `link-${index}`,
          text: { type: 'plain_text', text: cutTo(label, SLACK_LIMITS.label) },
          url,
        }));
      return elements.length === 0 ? [] : [{ type: 'actions', elements }];
    }
  }
}

/** A long text in parts that end where a line ends. */
function pieces(text: string): string[] {
  const parts: string[] = [];
  let part = '';
  for (const line of text.split('\n').map((one) => cutTo(one, SLACK_LIMITS.text))) {
    if (part !== '' && part.length + 1 + line.length > SLACK_LIMITS.text) {
      parts.push(part);
      part = line;
    } else part = part === '' ? line : `${part}\n${line}`;
  }
  // A text of nothing is refused.
  return [...parts, part === '' ? ' ' : part];
}

/** As many lines as one text may have characters, never half a line. */
function listText(block: Block & { type: 'list' }, language: Content['language']): string {
  const title = `*${escapeSlack(cutTo(block.title, 200))} (${block.total})*`;
  for (let items = Math.min(LISTED, block.items.length); items > 0; items -= 1) {
    const lines = block.items.slice(0, items).map((line) => `• ${escapeSlack(line)}`);
    const others = othersLine(items, block.total, language);
    const text = [title, ...lines, ...(others === null ? [] : [others])].join('\n');
    if (text.length <= SLACK_LIMITS.text) return text;
  }
  return [title, othersLine(0, block.total, language) ?? ''].join('\n');
}

/** A header is not read for mentions, and not for entities either: no sign that could begin one. */
const headerText = (text: string): string => text.replaceAll('<', '‹').replaceAll('>', '›');

/** The three characters that begin something in Slack: `<!channel>` stays what it is. */
const escapeSlack = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const cutTo = (text: string, characters: number): string =>
  text.length <= characters ? text : `${text.slice(0, characters - 1)}…`;
