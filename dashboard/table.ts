import { element } from './element.ts';

type Cell = Node | string;

interface TableOptions {
  /** What it is a table of; read out, and the name of the part that scrolls. */
  label: string;
  columns: readonly string[];
  /** A cell each column; the first names the row. */
  rows: readonly (readonly Cell[])[];
  /** Columns of numbers, by place. */
  numbers?: readonly number[];
}

/** A table whose rows stand as cards on a phone; wider than its place it scrolls by itself, by keyboard too. */
export function tableElement({ label, columns, rows, numbers = [] }: TableOptions): HTMLElement {
  const classOf = (place: number) => (numbers.includes(place) ? 'number' : null);
  return element(
    'div',
    { class: 'scroll stacks', tabindex: 0, role: 'group', 'aria-label': label },
    element(
      'table',
      {},
      element(
        'thead',
        {},
        element(
          'tr',
          {},
          ...columns.map((title, place) => element('th', { scope: 'col', class: classOf(place) }, title)),
        ),
      ),
      element(
        'tbody',
        {},
        ...rows.map(([first, ...others]) =>
          element(
            'tr',
            {},
            element('th', { scope: 'row', class: classOf(0) }, first ?? ''),
            ...others.map((cell, place) =>
              element('td', { class: classOf(place + 1), 'data-label': columns[place + 1] ?? '' }, cell),
            ),
          ),
        ),
      ),
    ),
  );
}
