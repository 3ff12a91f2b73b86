import type { Run, RunStatus, Runs } from '../api/contract/runs.ts';
import { element, find } from './element.ts';
import { updateKeyedList } from './keyed-list.ts';
import { drawnFor, emptyElement, statusElement, timeElement, type View } from './view.ts';

export type RunsFilter = RunStatus | 'all';
export const RUNS_FILTERS: readonly RunsFilter[] = ['all', 'failed', 'running', 'succeeded', 'cancelled'];

let drawnBefore = false;

/** The newest runs; those that were not there before are seen to arrive. */
export function drawRuns(
  view: View,
  runs: Runs,
  filter: RunsFilter,
  choose: (filter: RunsFilter) => void,
): void {
  const { words } = view;
  const body = find('runs-body');
  if (runs.items.length === 0 && filter === 'all') {
    const folder = view.overview?.dropFolders[0] ?? 'drop/runs';
    body.replaceChildren(emptyElement(words.runsNone, words.howToFill(folder)));
    return;
  }
  let rows = body.querySelector('tbody');
  if (!rows || body.dataset.language !== view.language) {
    rows = element('tbody');
    body.dataset.language = view.language;
    const titles = [
      words.status,
      words.job,
      words.started,
      words.duration,
      words.host,
      words.rows,
      words.error,
    ];
    const head = titles.map((title, index) =>
      element('th', { scope: 'col', class: index === 3 || index === 5 ? 'number' : '' }, title),
    );
    body.replaceChildren(
      element('div', { class: 'filters', role: 'group', 'aria-label': words.filter }),
      element(
        'div',
        { class: 'scroll tall', tabindex: 0, role: 'group', 'aria-label': words.runsTitle },
        element('table', { class: 'runs' }, element('thead', {}, element('tr', {}, ...head)), rows),
      ),
      element('p', { class: 'muted none' }),
    );
    drawnBefore = false;
  }
  updateKeyedList(
    body.querySelector('.filters')!,
    RUNS_FILTERS.map((name) => ({ name, chosen: name === filter })),
    drawnFor(view),
    ({ name }) => name,
    ({ name, chosen }) =>
      element(
        'button',
        { type: 'button', 'aria-pressed': String(chosen), click: () => choose(name) },
        name === 'all' ? words.all : words[name],
      ),
  );
  body.querySelector('.none')!.textContent = runs.items.length === 0 ? words.noneInState : '';
  const keyOf = (run: Run) => `${run.jobId}/${run.runKey}`;
  const added = updateKeyedList(rows, runs.items, drawnFor(view), keyOf, (run) => rowOf(view, run));
  if (drawnBefore) for (const row of added) row.classList.add('arrived');
  drawnBefore = true;
}

function rowOf(view: View, run: Run): HTMLElement {
  const { words, format } = view;
  const rows = run.rowsWritten === null ? '–' : format.count(run.rowsWritten);
  const expected = run.expectedRows === null ? null : `/ ${format.count(run.expectedRows)}`;
  return element(
    'tr',
    {},
    element('td', {}, statusElement(view, run.status)),
    element(
      'th',
      { scope: 'row', title: `${run.namespace} · ${run.runKey}` },
      element('a', { href: `/jobs/${run.jobId}` }, run.job),
    ),
    element('td', {}, timeElement(view, run.startedAt)),
    element('td', { class: 'number' }, run.durationMs === null ? '–' : format.duration(run.durationMs)),
    element('td', {}, run.host ?? element('span', { class: 'muted' }, words.unknownHost)),
    element('td', { class: 'number', title: expected }, rows),
    element('td', { class: 'clip', title: run.error }, run.error ?? ''),
  );
}
