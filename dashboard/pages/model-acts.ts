import type { ModelVersion } from '../../api/contract/models.ts';
import { openActDialog } from '../act-dialog.ts';
import { element } from '../element.ts';
import type { Frame } from '../page.ts';
import { wordsIn } from '../words.ts';
import { WORDS } from './models-words.ts';

/** The one forecasting model of the estate. */
export const MODEL = 'job-failure';

/** A trial that tells something takes some forecasts. */
const TRIAL_DAYS = 28;

export const addressOf = (version: number): string => `/v1/models/${MODEL}/${version}`;

/** Asks who and why, then makes a version the champion. */
export function promoteButton(
  frame: Frame,
  { version, gate }: Pick<ModelVersion, 'version' | 'gate'>,
  onDone: () => void,
): HTMLElement {
  const { view } = frame;
  const words = wordsIn(WORDS, view.language);
  const verdict = gate ? view.words[gate.verdict] : view.words.neverJudged;
  return element(
    'button',
    {
      type: 'button',
      'data-key': `promote ${version}`,
      'data-promote': version,
      click: () =>
        openActDialog(view, {
          title: words.promoteTitle(version),
          button: words.promote,
          explanation: words.promoteWhat(verdict),
          address: `${addressOf(version)}/promote`,
          onDone,
        }),
    },
    words.promote,
  );
}

/** Says no to a version that waits. */
export function rejectButton({ view }: Frame, version: number, onDone: () => void): HTMLElement {
  const words = wordsIn(WORDS, view.language);
  return element(
    'button',
    {
      type: 'button',
      'data-key': `reject ${version}`,
      'data-reject': version,
      click: () =>
        openActDialog(view, {
          title: words.rejectTitle(version),
          button: words.reject,
          explanation: words.rejectWhat,
          address: `${addressOf(version)}/reject`,
          onDone,
        }),
    },
    words.reject,
  );
}

/** Lets a version forecast in silence beside the champion, for so many days. */
export function shadowButton({ view }: Frame, version: number, onDone: () => void): HTMLElement {
  const words = wordsIn(WORDS, view.language);
  return element(
    'button',
    {
      type: 'button',
      'data-key': `shadow ${version}`,
      'data-shadow': version,
      click: () => {
        const days = element('input', {
          ...{ name: 'days', type: 'number', min: 1, max: 365, step: 1, required: true },
          value: TRIAL_DAYS,
        });
        openActDialog(view, {
          title: words.shadowTitle(version),
          button: words.shadowButton,
          explanation: words.shadowWhat,
          address: `${addressOf(version)}/shadow`,
          fields: [element('label', {}, words.shadowDays, days)],
          word: () => ({ days: Number(days.value) }),
          onDone,
        });
      },
    },
    words.shadowButton,
  );
}

/** Gives the place of the champion back to the version before it. */
export function rollbackButton({ view }: Frame, from: number, to: number, onDone: () => void): HTMLElement {
  const words = wordsIn(WORDS, view.language);
  return element(
    'button',
    {
      type: 'button',
      'data-key': 'rollback',
      'data-rollback': from,
      click: () =>
        openActDialog(view, {
          title: words.rollbackTitle(from, to),
          button: words.rollback,
          explanation: words.rollbackWhat(to),
          address: `/v1/models/${MODEL}/rollback`,
          word: () => ({ from }),
          onDone,
        }),
    },
    words.rollback,
  );
}
