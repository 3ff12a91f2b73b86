import type { ModelChanges } from '../../api/contract/model-record.ts';
import { element, outLink } from '../element.ts';
import type { Frame } from '../page.ts';
import { tableElement } from '../table.ts';
import { workflowOfId } from '../temporal-links.ts';
import { timeElement } from '../view.ts';
import { wordsIn } from '../words.ts';
import { WORDS } from './models-words.ts';

/** Versions that forecast beside the champion: what they are there for, and what the test says of them. */
export function trialsElement({ view }: Frame, { trials }: ModelChanges): HTMLElement {
  const words = wordsIn(WORDS, view.language);
  const outcomes = {
    better: words.trialBetter,
    worse: words.trialWorse,
    undecided: words.trialUndecided,
    overtaken: words.trialOvertaken,
  };
  if (trials.length === 0) return element('p', { class: 'muted' }, words.trialsNone);
  return tableElement({
    label: words.trialsTitle,
    columns: [words.version, words.trialVerdict, words.inWords, words.workflow],
    rows: trials.map((trial) => [
      element(
        'span',
        {},
        element('b', {}, words.trialOf(trial.version, trial.against)),
        element(
          'span',
          { class: 'muted' },
          ` ${trial.role === 'challenger' ? words.trialChallenger : words.trialPredecessor}`,
        ),
      ),
      trial.outcome === null
        ? element('span', {}, `${words.trialLasts} `, timeElement(view, trial.endsAsOf))
        : element('span', {}, `${outcomes[trial.outcome]} `, timeElement(view, trial.endedAsOf!)),
      element('span', { class: 'reason muted' }, trial.said?.[view.language] ?? words.trialNotYet),
      view.overview === null
        ? ''
        : outLink(
            workflowOfId(view.overview.temporal, trial.workflowId),
            words.workflow,
            view.words.opensTemporal,
          ),
    ]),
  });
}
