import { type Block, type Content, othersLine } from './content.ts';
import { LISTED } from './message.ts';
import { isWebAddress } from './web-address.ts';

export interface MailBody {
  subject: string;
  text: string;
  html: string;
}

const COLOURS = { bad: '#b42318', good: '#067647', info: '#344054' };

/** A message as mail, in plain text and in HTML that needs no image, no script and no style sheet. */
export function mailBody(content: Content): MailBody {
  const { subject, tone, language, blocks } = content;
  const html = [
    `<!doctype html><html lang="${language}"><head><meta charset="utf-8"></head>`,
    '<body style="font-family:Segoe UI,Helvetica,Arial,sans-serif;font-size:14px;color:#101828">',
    `<h1 style="font-size:18px;color:${COLOURS[tone]}">${escapeHtml(subject)}</h1>`,
    ...blocks.map((block) => htmlOf(block, content)),
    '</body></html>',
  ].join('\n');
  return {
    subject: subject.replace(/\s+/g, ' '),
    text: blocks.map((block) => textOf(block, content)).join('\n\n'),
    html,
  };
}

const colonOf = ({ language }: Content): string => (language === 'fr' ? ' : ' : ': ');

function linesOf(block: Block & { type: 'list' }, { language }: Content): string[] {
  const shown = block.items.slice(0, LISTED);
  const others = othersLine(shown.length, block.total, language);
  return others === null ? [...shown] : [...shown, others];
}

/** The same without any drawing: for mail in plain text, and for the outbox. */
function textOf(block: Block, content: Content): string {
  const colon = colonOf(content);
  switch (block.type) {
    case 'text':
      return block.text;
    case 'facts':
      return block.facts.map(({ name, value }) => `${name}${colon}${value}`).join('\n');
    case 'list':
      return [`${block.title}${colon.trimEnd()}`, ...linesOf(block, content).map((line) => `- ${line}`)].join(
        '\n',
      );
    case 'links':
      return block.links.map(({ label, url }) => `${label}${colon}${url}`).join('\n');
  }
}

/** The whole message in plain text. */
export const plainText = (content: Content): string =>
  content.blocks.map((block) => textOf(block, content)).join('\n\n');

function htmlOf(block: Block, content: Content): string {
  switch (block.type) {
    case 'text':
      return `<p style="white-space:pre-wrap">${escapeHtml(block.text)}</p>`;
    case 'facts': {
      const rows = block.facts.map(
        ({ name, value }) =>
          `<tr><th align="left" valign="top" style="padding:2px 12px 2px 0">${escapeHtml(name)}</th><td>${escapeHtml(value)}</td></tr>`,
      );
      return `<table cellspacing="0">${rows.join('')}</table>`;
    }
    case 'list': {
      const items = linesOf(block, content).map((line) => `<li>${escapeHtml(line)}</li>`);
      return `<p>${escapeHtml(block.title)}</p><ul>${items.join('')}</ul>`;
    }
    case 'links': {
      const links = block.links
        .filter(({ url }) => isWebAddress(url))
        .map(({ label, url }) => `<a href="${escapeHtml(url)}">${escapeHtml(label)}</a>`);
      return `<p>${links.join(' &middot; ')}</p>`;
    }
  }
}

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (sign) => ENTITIES[sign]!);
