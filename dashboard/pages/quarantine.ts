import type { Quarantine, QuarantinedRow } from '../../api/contract/estate.ts';
import { element } from '../element.ts';
import type { Frame } from '../page.ts';
import { tableElement } from '../table.ts';
import { wordsIn } from '../words.ts';
import { WORDS } from './quality-words.ts';

/** How many rows of a file one reason refused. */
export interface Counts {
  items: readonly { source: string; code: string; file: string; sha256: string; rows: number }[];
}

/** Reasons with how many rows each, as links that narrow the list. */
export function countsElement(frame: Frame, { items }: Counts): HTMLElement {
  const { view } = frame;
  const words = wordsIn(WORDS, view.language);
  const asked = { code: frame.query.get('code'), file: frame.query.get('file') };
  const choice = (query: Record<string, string>, isChosen: boolean, ...text: (Node | string)[]) =>
    element(
      'li',
      {},
      element(
        'a',
        {
          href: frame.href('/quality', query),
          'aria-current': isChosen ? 'true' : null,
          'data-key': `count ${JSON.stringify(query)}`,
        },
        ...text,
      ),
    );
  return element(
    'ul',
    { class: 'counts', role: 'list' },
    choice({}, asked.code === null && asked.file === null, words.all),
    ...items.map(({ source, code, file, sha256, rows }) =>
      choice(
        { code, file: sha256 },
        asked.code === code && asked.file === sha256,
        element('b', {}, code),
        ` ${words.countOf(view.format.count(rows), rows === 1)} `,
        element('span', { class: 'muted' }, `${source} · ${file}`),
      ),
    ),
  );
}

/** Refused rows: why, where, and the bytes as they came. Text from a file stays text. */
export function rowsElement({ view }: Frame, { items }: Quarantine): HTMLElement {
  const words = wordsIn(WORDS, view.language);
  if (items.length === 0) return element('p', { class: 'muted' }, words.quarantineNone);
  return tableElement({
    label: words.quarantineTitle,
    columns: [view.words.file, words.row, words.reason, words.original],
    rows: items.map((row) => [
      element('span', { title: row.sha256 }, row.file),
      placeElement(row),
      element(
        'span',
        { class: 'reason' },
        element('b', {}, row.code),
        element('span', { class: 'muted' }, ` ${row.detail}`),
      ),
      originalElement(row),
    ]),
  });

  function placeElement({ rowNumber, byteOffset, byteLength }: QuarantinedRow): HTMLElement {
    return element(
      'span',
      {},
      view.format.count(rowNumber),
      element(
        'span',
        { class: 'muted place' },
        words.byteAt(view.format.count(byteOffset), view.format.count(byteLength)),
      ),
    );
  }

  function originalElement({ original, byteLength }: QuarantinedRow): HTMLElement {
    const isCut = new TextEncoder().encode(original).length < byteLength;
    return element(
      'span',
      {},
      element('code', { class: 'original' }, original.replace(/\r?\n$/, '')),
      isCut && element('span', { class: 'muted place' }, words.cut),
    );
  }
}
