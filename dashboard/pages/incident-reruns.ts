import type { Reruns } from '../../api/contract/reruns.ts';
import { element, type IconName, icon, outLink } from '../element.ts';
import type { Frame } from '../page.ts';
import { workflowOfId } from '../temporal-links.ts';
import { timeElement } from '../view.ts';
import { type Language, wordsIn } from '../words.ts';
import { RERUN_WORDS, WORDS } from './incident-words.ts';

type Rerun = Reruns['items'][number];
type Victim = Rerun['victims'][number];

/** Which runs were asked for again, how far each is, and the run that proves it; null when none was. */
export function rerunsElement(frame: Frame, { items }: Reruns): HTMLElement | null {
  if (items.length === 0) return null;
  const words = wordsIn(WORDS, frame.view.language);
  return element(
    'div',
    {},
    element('h2', {}, words.rerunTitle),
    ...items.map((rerun) => rerunElement(frame, rerun)),
  );
}

function rerunElement(frame: Frame, rerun: Rerun): HTMLElement {
  const { view } = frame;
  const words = wordsIn(WORDS, view.language);
  const done = rerun.victims.filter(({ state }) => state === 'done').length;
  return element(
    'div',
    { class: 'rerun' },
    element(
      'p',
      {},
      timeElement(view, rerun.askedAt),
      ` · ${words.rerunBy(rerun.who, rerun.why)} · `,
      view.overview &&
        outLink(
          workflowOfId(view.overview.temporal, rerun.workflowId),
          words.rerunWorkflow,
          view.words.opensTemporal,
        ),
    ),
    element(
      'p',
      { class: 'progress' },
      element('progress', {
        max: Math.max(1, rerun.victims.length),
        value: done,
        'aria-label': words.rerunTitle,
      }),
      element('span', {}, words.rerunProgress(done, rerun.victims.length)),
    ),
    element(
      'ol',
      { class: 'victims' },
      ...rerun.victims.map((victim) =>
        element(
          'li',
          {},
          element('a', { href: frame.href(`/jobs/${victim.jobId}`), title: victim.namespace }, victim.job),
          stateElement(victim, view.language),
          element('span', { class: 'muted' }, proofOf(victim, words)),
        ),
      ),
    ),
  );
}

const ICONS: Readonly<Record<string, IconName>> = {
  succeeded: 'succeeded',
  failed: 'failed',
  started: 'running',
};

/** As sign, word and colour. */
function stateElement({ state, outcome }: Victim, language: Language): HTMLElement {
  const said = outcome ?? state;
  const look =
    said === 'started' ? 'running' : said === 'succeeded' || said === 'failed' ? said : 'cancelled';
  return element(
    'span',
    { class: `status ${look}` },
    icon(ICONS[said] ?? (outcome === null ? 'unknown' : 'attention')),
    RERUN_WORDS[said]?.[language === 'en' ? 0 : 1] ?? said,
  );
}

function proofOf(
  { newRunKey, doneBy, detail }: Victim,
  words: ReturnType<typeof wordsIn<typeof WORDS>>,
): string {
  return [
    ...(newRunKey === null ? [] : [words.proof(newRunKey)]),
    ...(doneBy === null ? [] : [words.byHand(doneBy)]),
    ...(detail === null || detail === `run ${newRunKey}` ? [] : [detail]),
  ].join(' · ');
}
