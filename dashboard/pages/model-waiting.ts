import type { ModelChanges } from '../../api/contract/model-record.ts';
import type { ModelVersion } from '../../api/contract/models.ts';
import { element, outLink } from '../element.ts';
import { mayAs } from '../me.ts';
import type { Frame } from '../page.ts';
import { workflowOfId } from '../temporal-links.ts';
import { timeElement } from '../view.ts';
import { wordsIn } from '../words.ts';
import { promoteButton, rejectButton } from './model-acts.ts';
import { WORDS } from './models-words.ts';

type Approval = ModelChanges['approvals'][number];

/** A version that waits for people: who approved, until when, and the buttons to decide for who may. */
export function waitingElement(
  frame: Frame,
  wait: Approval,
  items: readonly ModelVersion[],
  onDone: () => void,
): HTMLElement {
  const { view } = frame;
  const words = wordsIn(WORDS, view.language);
  const { version, against, approvals, twoPeople } = wait;
  const gate = items.find((item) => item.version === version)?.gate ?? null;
  return element(
    'div',
    { class: 'champion waiting', 'data-waits': version },
    element(
      'p',
      {},
      element('span', { class: 'tag strong' }, words.waits),
      element('b', {}, `${view.words.version} ${version}`),
      element('span', { class: 'muted' }, against === null ? words.waitsFirst : words.waitsAgainst(against)),
    ),
    element(
      'p',
      {},
      approvals.length > 0 ? words.waitsSecond : twoPeople ? words.waitsTwo : words.waitsOne,
      ' ',
      words.waitsUntil,
      ' ',
      timeElement(view, wait.decideBy),
      words.waitsElse,
    ),
    approvals.length > 0 &&
      element('ul', {}, ...approvals.map(({ who, why }) => element('li', {}, words.approvedBy(who, why)))),
    mayAs(view, 'ml-engineer')
      ? element(
          'p',
          { class: 'acts' },
          promoteButton(frame, { version, gate }, onDone),
          rejectButton(frame, version, onDone),
        )
      : element('p', { class: 'muted' }, words.waitsRole),
    view.overview &&
      outLink(
        workflowOfId(view.overview.temporal, wait.workflowId),
        words.workflow,
        view.words.opensTemporal,
      ),
  );
}
