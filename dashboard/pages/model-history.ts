import type { ModelChanges } from '../../api/contract/model-record.ts';
import { element, outLink } from '../element.ts';
import type { Frame } from '../page.ts';
import { workflowOfId } from '../temporal-links.ts';
import { timeElement } from '../view.ts';
import { wordsIn } from '../words.ts';
import { WORDS } from './models-words.ts';

/** Who moved which alias, the newest change first, with the release note that was told. */
export function historyElement({ view }: Frame, { items }: ModelChanges): HTMLElement {
  const words = wordsIn(WORDS, view.language);
  if (items.length === 0) return element('p', { class: 'muted' }, words.historyNone);
  const roles = { champion: words.champion, challenger: words.challenger, shadow: words.shadow };
  return element(
    'ol',
    { class: 'acts-done' },
    ...items.map(({ at, alias, fromVersion, toVersion, who, why, workflowId, note }) =>
      element(
        'li',
        {},
        timeElement(view, at),
        element(
          'span',
          {},
          element(
            'b',
            {},
            words.moved(roles[alias], String(fromVersion ?? words.nobody), String(toVersion ?? words.nobody)),
          ),
          ` — ${who}: “${why}” `,
          note && noteElement(`note of ${alias} ${at}`, words.releaseNote, note[view.language]),
        ),
        workflowId !== null &&
          view.overview !== null &&
          outLink(workflowOfId(view.overview.temporal, workflowId), words.workflow, view.words.opensTemporal),
      ),
    ),
  );
}

/** The lines as they were told; closed at first, the list is for looking over; one that was opened stays open. */
const noteElement = (key: string, title: string, note: string): HTMLElement =>
  element(
    'details',
    { class: 'note', 'data-key': key },
    element('summary', {}, title),
    ...note.split('\n\n').map((paragraph) => {
      const lines = paragraph.split('\n');
      const items = lines.filter((line) => line.startsWith('- '));
      const said = lines.filter((line) => !line.startsWith('- ')).join(' ');
      if (items.length === 0) return element('p', {}, said);
      const list = element('ul', {}, ...items.map((line) => element('li', {}, line.slice(2))));
      return element('div', {}, element('p', {}, said), list);
    }),
  );
