import type { ModelVersion } from '../../api/contract/models.ts';
import { openActDialog } from '../act-dialog.ts';
import { element, outLink } from '../element.ts';
import { mayAs } from '../me.ts';
import type { Frame } from '../page.ts';
import { workflowOfId } from '../temporal-links.ts';
import { emptyElement } from '../view.ts';
import { wordsIn } from '../words.ts';
import { WORDS } from './models-words.ts';

/** The one forecasting model of the estate. */
export const MODEL = 'job-failure';

/** The champion and who asks for its place, each with what can be done. */
export function rolesElement(
  frame: Frame,
  items: readonly ModelVersion[],
  rollbackTo: number | null,
  onDone: () => void,
): HTMLElement {
  const words = wordsIn(WORDS, frame.view.language);
  const champion = items.find(({ aliases }) => aliases.includes('champion'));
  const challenger = items.find(({ aliases }) => aliases.includes('challenger'));
  const isOther = challenger !== undefined && challenger !== champion;
  return element(
    'div',
    { class: 'roles' },
    champion
      ? roleElement(frame, champion, words.champion, words.championWhat, [
          rollbackTo !== null &&
            mayAs(frame.view, 'ml-engineer') &&
            rollbackButton(frame, champion.version, rollbackTo, onDone),
        ])
      : emptyElement(frame.view.words.noChampion, null),
    isOther
      ? roleElement(frame, challenger, words.challenger, words.challengerWhat, [
          mayAs(frame.view, 'ml-engineer') && promoteButton(frame, challenger, onDone),
        ])
      : emptyElement(words.noChallenger, words.noChallengerHow),
  );
}

function roleElement(
  frame: Frame,
  version: ModelVersion,
  role: string,
  what: string,
  buttons: readonly (HTMLElement | false)[],
): HTMLElement {
  const { view } = frame;
  const words = wordsIn(WORDS, view.language);
  const figure = (name: string, label: string, why: string) => {
    const value = version.metrics.find(({ head, metric }) => head === 'week' && metric === name)?.value;
    return element(
      'div',
      {},
      element('dt', {}, label),
      element('dd', {}, value == null ? view.words.notEnoughData : view.format.decimal(value)),
      element('dd', { class: 'muted' }, why),
    );
  };
  const temporal = view.overview?.temporal;
  return element(
    'div',
    { class: 'champion' },
    element(
      'p',
      {},
      element('span', { class: 'tag strong' }, role),
      element('b', {}, `${view.words.version} ${version.version}`),
      element('span', { class: 'muted' }, version.kind),
    ),
    element('p', { class: 'muted' }, what),
    element(
      'dl',
      { class: 'metrics' },
      figure('average_precision', words.ap, view.words.metricApWhy),
      figure('brier_score', view.words.metricBrier, view.words.metricBrierWhy),
    ),
    element(
      'p',
      { class: `verdict-line ${version.gate?.verdict ?? ''}` },
      version.gate
        ? words.gateAgainst(view.words[version.gate.verdict], version.gate.championVersion)
        : words.gateNone,
    ),
    element('p', { class: 'acts' }, ...buttons),
    temporal && version.aliases.includes('champion')
      ? outLink(
          workflowOfId(temporal, version.promotionWorkflowId),
          view.words.promotion,
          view.words.opensTemporal,
        )
      : null,
  );
}

/** Asks who and why, then makes a version the champion. */
export function promoteButton(
  frame: Frame,
  { version, gate, model }: ModelVersion,
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
          address: `/v1/models/${encodeURIComponent(model)}/${version}/promote`,
          onDone,
        }),
    },
    words.promote,
  );
}

function rollbackButton(frame: Frame, from: number, to: number, onDone: () => void): HTMLElement {
  const { view } = frame;
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
