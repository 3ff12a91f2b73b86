import type { ModelVersion } from '../../api/contract/models.ts';
import { openActDialog } from '../act-dialog.ts';
import { element } from '../element.ts';
import { mayAs } from '../me.ts';
import type { Frame } from '../page.ts';
import { wordsIn } from '../words.ts';
import { addressOf } from './model-acts.ts';
import { WORDS } from './models-words.ts';

const MOST_KEY = 100;
const MOST_VALUE = 1_000;

const tagAddress = (version: number, key: string): string =>
  `${addressOf(version)}/tags/${encodeURIComponent(key)}`;

/** What people wrote on a version, and for who may the buttons to write more and to take it off. */
export function tagsElement(frame: Frame, { version, tags }: ModelVersion, onDone: () => void): HTMLElement {
  const { view } = frame;
  const words = wordsIn(WORDS, view.language);
  const may = mayAs(view, 'ml-engineer');
  const entries = Object.entries(tags);
  return element(
    'div',
    { class: 'tags' },
    entries.length === 0
      ? element('p', { class: 'muted' }, words.tagsNone)
      : element(
          'ul',
          {},
          ...entries.map(([key, value]) =>
            element(
              'li',
              { 'data-tag': key },
              element('span', {}, element('b', {}, key), ` ${value}`),
              may && untagButton(frame, version, key, onDone),
            ),
          ),
        ),
    may && element('p', { class: 'acts' }, tagButton(frame, version, onDone)),
  );
}

function tagButton({ view }: Frame, version: number, onDone: () => void): HTMLElement {
  const words = wordsIn(WORDS, view.language);
  return element(
    'button',
    {
      type: 'button',
      'data-key': `tag ${version}`,
      click: () => {
        const key = element('input', {
          ...{ name: 'key', required: true, maxlength: MOST_KEY, autocomplete: 'off' },
          pattern: '[A-Za-z0-9][A-Za-z0-9_.\\/ \\-]*',
          title: words.tagKeyHow,
        });
        const value = element('input', {
          ...{ name: 'value', required: true, maxlength: MOST_VALUE, autocomplete: 'off' },
        });
        openActDialog(view, {
          title: words.tagTitle(version),
          button: words.tagAdd,
          explanation: words.tagWhat,
          address: () => tagAddress(version, key.value),
          method: 'PUT',
          fields: [element('label', {}, words.tagKey, key), element('label', {}, words.tagValue, value)],
          word: () => ({ value: value.value }),
          onDone,
        });
      },
    },
    words.tagAdd,
  );
}

function untagButton({ view }: Frame, version: number, key: string, onDone: () => void): HTMLElement {
  const words = wordsIn(WORDS, view.language);
  return element(
    'button',
    {
      ...{ type: 'button', class: 'plain', 'data-key': `untag ${version} ${key}` },
      'aria-label': words.untagTitle(key, version),
      click: () =>
        openActDialog(view, {
          title: words.untagTitle(key, version),
          button: words.untag,
          address: tagAddress(version, key),
          method: 'DELETE',
          onDone,
        }),
    },
    words.untag,
  );
}
