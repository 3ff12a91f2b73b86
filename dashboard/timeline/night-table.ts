import { element } from '../element.ts';
import type { Frame } from '../page.ts';
import { timeElement } from '../view.ts';
import type { Bar } from './night.ts';
import { isSlot, nightWords, stateText } from './night-words.ts';

const MOST_ROWS = 500;

/** The same night as rows, for who reads rather than looks. */
export function nightTable(frame: Frame, bars: readonly Bar[]): HTMLElement {
  const { view } = frame;
  const words = nightWords(view);
  const shared = view.words;
  const instant = (ms: number | null) => (ms === null ? '–' : timeElement(view, new Date(ms).toISOString()));
  const rows = bars
    .slice(0, MOST_ROWS)
    .map((bar) =>
      element(
        'tr',
        {},
        element('th', { scope: 'row' }, element('a', { href: frame.href(`/jobs/${bar.jobId}`) }, bar.job)),
        element('td', {}, stateText(view, bar)),
        element('td', {}, bar.host ?? words.unknownServer),
        element('td', {}, instant(bar.dueMs)),
        element('td', {}, instant(isSlot(bar) ? null : bar.fromMs)),
        element('td', {}, instant(isSlot(bar) || bar.state === 'running' ? null : bar.toMs)),
        element('td', { class: 'number' }, isSlot(bar) ? '–' : view.format.duration(bar.toMs - bar.fromMs)),
      ),
    );
  // What fits on a phone comes first: which job, and what became of it.
  const titles = [shared.job, shared.status, words.server, words.due, shared.started, words.ended];
  const head = [
    ...titles.map((title) => element('th', { scope: 'col' }, title)),
    element('th', { scope: 'col', class: 'number' }, shared.duration),
  ];
  return element(
    'div',
    {},
    bars.length > MOST_ROWS && element('p', { class: 'muted' }, words.rowsShown(MOST_ROWS, bars.length)),
    element(
      'div',
      { class: 'scroll tall', tabindex: 0, role: 'group', 'aria-label': words.asTable },
      element('table', {}, element('thead', {}, element('tr', {}, ...head)), element('tbody', {}, ...rows)),
    ),
  );
}
