import type { Drift } from '../../api/contract/forecasts.ts';
import { element } from '../element.ts';
import type { Frame } from '../page.ts';
import { tableElement } from '../table.ts';
import { emptyElement, timeElement } from '../view.ts';
import { wordsIn } from '../words.ts';
import { driftBars } from './drift-bars.ts';
import { DRIFT_WORDS } from './drift-words.ts';
import { qualityPlot } from './quality-plot.ts';

/** Bars that are drawn; all are in the table. */
const BARS = 15;

/** Whether the champion is still what it was: what was found, the features that moved, and how good it was week by week. */
export function driftElement(frame: Frame, drift: Drift): HTMLElement {
  const { view } = frame;
  const words = wordsIn(DRIFT_WORDS, view.language);
  const { check, features } = drift;
  if (check === null || features === null) return emptyElement(words.none, words.noneHow);
  const { episode } = drift;
  return element(
    'div',
    { class: 'drift' },
    element(
      'p',
      {},
      element(
        'b',
        { class: `verdict ${check.state === 'degraded' ? 'keep' : ''}` },
        words.states[check.state],
      ),
      ' · ',
      words.looked,
      ' ',
      timeElement(view, check.cutoff),
      ' · ',
      words.moved(check.drifted, check.features),
      episode !== null &&
        episode.resolvedAt === null &&
        element('a', { href: frame.href(`/incidents/${episode.incidentId}`, {}) }, ` · ${words.incident}`),
    ),
    element(
      'ul',
      { class: 'signs' },
      ...check.signs.map((sign) =>
        element(
          'li',
          {
            class:
              sign.found === true
                ? sign.isGrave
                  ? 'grave'
                  : 'found'
                : sign.found === null
                  ? 'unknown'
                  : 'well',
          },
          sign.words[view.language],
        ),
      ),
    ),
    element('h3', {}, words.bars),
    driftBars(frame, features.slice(0, BARS), check.psiLimit, words),
    element(
      'details',
      { 'data-key': 'drift table' },
      element('summary', {}, words.asTable),
      tableElement({
        label: words.bars,
        columns: [words.feature, words.state, words.index, words.usual, words.shift, words.how],
        numbers: [2, 3, 4],
        rows: features.map(({ meaning, state, psi, usualPsi, shift, words: how }) => [
          meaning[view.language],
          words.featureStates[state],
          psi === null ? '' : view.format.decimal(psi),
          usualPsi === null ? '' : view.format.decimal(usualPsi),
          shift === null ? '' : view.format.oneDigit(shift),
          state === 'drifted' ? how[view.language] : '',
        ]),
      }),
    ),
    element('h3', {}, words.qualityTitle),
    element('p', { class: 'muted' }, words.qualitySubtitle),
    qualityPlot(frame, drift.quality, words),
  );
}
