import { createHash } from 'node:crypto';

/** Small and its own: the files of the page are for those who have its token. */
const STYLE =
  'body{font:1.05rem/1.5 system-ui,sans-serif;max-width:34rem;margin:12vh auto;padding:0 1rem;color:#1b1f24;background:#fff}' +
  'input{font:inherit;padding:.5rem;width:100%;box-sizing:border-box}' +
  'button{font:inherit;padding:.6rem 1.1rem;margin:.8rem .6rem 0 0;border:0;border-radius:.4rem;background:#1a56c4;color:#fff}' +
  '@media (prefers-color-scheme:dark){body{color:#e6e8eb;background:#14171a}}';

const styleHash = createHash('sha256').update(STYLE).digest('base64');

/** Nothing but its own style, and a form that is sent to where it came from. */
export const ACT_PAGE_POLICY = `default-src 'none'; style-src 'sha256-${styleHash}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`;

const ESCAPES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
/** Text as it may stand in HTML. */
export const escaped = (text: string): string => text.replace(/[&<>"']/g, (letter) => ESCAPES[letter]!);

/** A page with a title, lines of text, and what is given as HTML below. */
export const actPage = (language: string, title: string, lines: readonly string[], html = ''): string =>
  `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="robots" content="noindex"><title>${escaped(title)}</title><style>${STYLE}</style></head><body><h1>${escaped(title)}</h1>${lines.map((line) => `<p>${escaped(line)}</p>`).join('')}${html}</body></html>`;

/** A form that asks for a name and has one button a choice. */
export const actForm = (nameLabel: string, buttons: readonly { value: string; text: string }[]): string =>
  `<form method="post"><label>${escaped(nameLabel)}<input name="who" maxlength="200" autocomplete="name"></label>${buttons
    .map(({ value, text }) => `<button name="choice" value="${escaped(value)}">${escaped(text)}</button>`)
    .join('')}</form>`;
