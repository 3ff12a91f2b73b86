import type { Files, IngestedFile } from '../api/contract/files.ts';
import { element, find, type IconName, icon, outLink, svg } from './element.ts';
import { updateKeyedList } from './keyed-list.ts';
import { batchesOfSource } from './temporal-links.ts';
import { drawnFor, emptyElement, timeElement, type View } from './view.ts';

interface Accounting {
  rowsIn: number | null;
  rowsLoaded: number | null;
  rowsDuplicate: number | null;
  rowsQuarantined: number | null;
}

/** The ledger: every file with what became of its rows, all files first. */
export function drawFiles(view: View, { items, totals }: Files): void {
  const { words } = view;
  const body = find('files-body');
  if (items.length === 0) {
    body.dataset.language = '';
    const folder = view.overview?.dropFolders[0] ?? 'drop/runs';
    body.replaceChildren(emptyElement(words.filesNone, words.howToFill(folder)));
    return;
  }
  let rows = body.querySelector('tbody');
  if (!rows || body.dataset.language !== view.language) {
    body.dataset.language = view.language;
    rows = element('tbody');
    const texts = [words.file, words.source, words.received, words.status];
    const numbers = [words.rowsIn, words.loaded, words.duplicate, words.quarantined];
    const head = [
      ...texts.map((title) => element('th', { scope: 'col' }, title)),
      ...numbers.map((title) => element('th', { scope: 'col', class: 'number' }, title)),
      element('th', { scope: 'col' }, words.share),
    ];
    const table = element(
      'table',
      {},
      element('thead', {}, element('tr', {}, ...head)),
      rows,
      element('tfoot'),
    );
    body.replaceChildren(
      element(
        'div',
        { class: 'scroll tall', tabindex: 0, role: 'group', 'aria-label': words.filesTitle },
        table,
      ),
    );
  }
  updateKeyedList(
    rows,
    items,
    drawnFor(view),
    (file) => file.sha256,
    (file) => rowOf(view, file),
  );
  const label = element(
    'th',
    { scope: 'row', colspan: 4 },
    `${words.allFiles} (${view.format.count(totals.files)})`,
  );
  body.querySelector('tfoot')!.replaceChildren(element('tr', {}, label, ...accountingOf(view, totals)));
}

const STATES: Record<IngestedFile['state'], { sign: IconName; colour: string }> = {
  stored: { sign: 'running', colour: 'running' },
  loaded: { sign: 'succeeded', colour: 'succeeded' },
  refused: { sign: 'failed', colour: 'failed' },
  held: { sign: 'attention', colour: 'attention' },
  unpacked: { sign: 'succeeded', colour: 'succeeded' },
};

function rowOf(view: View, file: IngestedFile): HTMLElement {
  const { words, format } = view;
  const word = {
    stored: words.fileStored,
    loaded: words.fileLoaded,
    refused: words.fileRefused,
    held: words.fileHeld,
    unpacked: words.fileUnpacked,
  }[file.state];
  const { sign, colour } = STATES[file.state];
  const temporal = view.overview?.temporal;
  const source = temporal
    ? outLink(batchesOfSource(temporal, file.source), file.source, words.opensTemporal)
    : file.source;
  const status = element('span', { class: `status ${colour}` }, icon(sign), word);
  return element(
    'tr',
    {},
    element(
      'th',
      { scope: 'row', title: `SHA-256 ${file.sha256}` },
      file.name,
      ' ',
      element('span', { class: 'muted' }, format.bytes(file.sizeBytes)),
      file.refusalDetail !== null && element('span', { class: 'refusal' }, file.refusalDetail),
    ),
    element('td', {}, source),
    element('td', {}, timeElement(view, file.receivedAt)),
    element('td', {}, status),
    ...accountingOf(view, file),
  );
}

function accountingOf(
  view: View,
  { rowsIn, rowsLoaded, rowsDuplicate, rowsQuarantined }: Accounting,
): HTMLElement[] {
  const number = (value: number | null, className = '') =>
    element('td', { class: `number ${className}` }, value === null ? '–' : view.format.count(value));
  const shares = element('td', { class: 'shares' });
  if (rowsIn !== null && rowsIn > 0) {
    shares.append(sharesChart([rowsLoaded ?? 0, rowsDuplicate ?? 0, rowsQuarantined ?? 0], rowsIn));
  }
  return [
    number(rowsIn),
    number(rowsLoaded),
    number(rowsDuplicate),
    number(rowsQuarantined, rowsQuarantined !== null && rowsQuarantined > 0 ? 'quarantined' : ''),
    shares,
  ];
}

/** One line cut in three. A part that exists is at least a sliver: one refused row of a million is seen. */
function sharesChart(parts: readonly number[], whole: number): SVGElement {
  let x = 0;
  const rectangles = parts.map((part, index) => {
    const width = part === 0 ? 0 : Math.max(2, (100 * part) / whole);
    const rectangle = svg('rect', { class: `share-${index}`, x: Math.min(x, 98), width, height: 8 });
    x += width;
    return rectangle;
  });
  return svg(
    'svg',
    { viewBox: '0 0 100 8', preserveAspectRatio: 'none', 'aria-hidden': 'true' },
    ...rectangles,
  );
}
