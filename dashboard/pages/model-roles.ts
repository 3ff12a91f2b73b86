import type { ModelChanges } from '../../api/contract/model-record.ts';
import type { ModelVersion } from '../../api/contract/models.ts';
import { element, outLink } from '../element.ts';
import { mayAs } from '../me.ts';
import type { Frame } from '../page.ts';
import { workflowOfId } from '../temporal-links.ts';
import { emptyElement } from '../view.ts';
import { wordsIn } from '../words.ts';
import { promoteButton, rollbackButton, shadowButton } from './model-acts.ts';
import { waitingElement } from './model-waiting.ts';
import { WORDS } from './models-words.ts';

/** What can be done with versions now. */
interface Doable {
  /** The version that serves again after a rollback; null: none. */
  rollbackTo: number | null;
  /** No version is on trial beside the champion. */
  isTrialFree: boolean;
  /** Versions that wait for people. */
  waits: ModelChanges['approvals'];
}

/** What waits for people, the champion, and who asks for its place, each with what can be done. */
export function rolesElement(
  frame: Frame,
  items: readonly ModelVersion[],
  { rollbackTo, isTrialFree, waits }: Doable,
  onDone: () => void,
): HTMLElement {
  const words = wordsIn(WORDS, frame.view.language);
  const champion = items.find(({ aliases }) => aliases.includes('champion'));
  const challenger = items.find(({ aliases }) => aliases.includes('challenger'));
  const isOther = challenger !== undefined && challenger !== champion;
  const isWaiting = waits.some(({ version }) => version === challenger?.version);
  return element(
    'div',
    { class: 'roles' },
    ...waits.map((wait) => waitingElement(frame, wait, items, onDone)),
    champion
      ? roleElement(frame, champion, words.champion, words.championWhat, [
          rollbackTo !== null &&
            mayAs(frame.view, 'ml-engineer') &&
            rollbackButton(frame, champion.version, rollbackTo, onDone),
        ])
      : emptyElement(frame.view.words.noChampion, null),
    isOther
      ? roleElement(frame, challenger, words.challenger, words.challengerWhat, [
          // Of one that waits the buttons stand beside what it waits for.
          !isWaiting && mayAs(frame.view, 'ml-engineer') && promoteButton(frame, challenger, onDone),
          isTrialFree && mayAs(frame.view, 'ml-engineer') && shadowButton(frame, challenger.version, onDone),
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
