import type { IncidentRecord } from '../../api/contract/incident-record.ts';
import { element, outLink } from '../element.ts';
import type { Frame } from '../page.ts';
import { tableElement } from '../table.ts';
import { workflowOfId } from '../temporal-links.ts';
import { timeElement } from '../view.ts';
import { type Language, wordsIn } from '../words.ts';
import { EVENT_WORDS, WORDS } from './incident-words.ts';

/** Words the page does not know are shown as the system writes them. */
const said = (word: string, language: Language): string =>
  EVENT_WORDS[word]?.[language === 'en' ? 0 : 1] ?? word;

/** Who was told, by which way, when. */
export function toldElement({ view }: Frame, { messages }: IncidentRecord): HTMLElement {
  const words = wordsIn(WORDS, view.language);
  const title = element('h2', { id: 'told' }, words.toldTitle);
  if (messages.length === 0) {
    return element('div', {}, title, element('p', { class: 'muted' }, words.toldNone));
  }
  // A simulated estate, or an old one, has another clock than the people who are told.
  const isOtherClock = view.overview?.time === 'data';
  return element(
    'div',
    {},
    title,
    isOtherClock && element('p', { class: 'muted' }, words.toldClock),
    tableElement({
      label: words.toldTitle,
      columns: [words.when, words.told, words.receiver, words.state2, words.subject],
      rows: messages.map(({ createdAt, sentAt, event, channel, channelKind, answer, state, subject }) => [
        timeElement(view, sentAt ?? createdAt),
        said(event, view.language),
        element(
          'span',
          { class: 'receiver' },
          channel === channelKind ? channel : `${channel} (${channelKind})`,
          answer !== null && element('span', { class: 'muted' }, ` → ${answer}`),
        ),
        view.words[state],
        element('span', { class: 'clip line', title: subject }, subject),
      ]),
    }),
  );
}

/** What people did about it, with their reasons. */
export function doneElement({ view }: Frame, { acts }: IncidentRecord): HTMLElement {
  const words = wordsIn(WORDS, view.language);
  const title = element('h2', {}, words.doneTitle);
  if (acts.length === 0) {
    return element('div', {}, title, element('p', { class: 'muted' }, words.doneNone));
  }
  return element(
    'div',
    {},
    title,
    element(
      'ol',
      { class: 'acts-done' },
      ...acts.map(({ at, who, action, why, workflowId }) =>
        element(
          'li',
          {},
          timeElement(view, at),
          element('span', {}, element('b', {}, who), ` ${said(action, view.language)}: “${why}” `),
          workflowId !== null &&
            view.overview !== null &&
            outLink(
              workflowOfId(view.overview.temporal, workflowId),
              words.rerunWorkflow,
              view.words.opensTemporal,
            ),
        ),
      ),
    ),
  );
}
