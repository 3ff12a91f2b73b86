import type { ModelVersion } from '../../api/contract/models.ts';
import { element } from '../element.ts';
import { mayAs } from '../me.ts';
import type { Frame } from '../page.ts';
import { tableElement } from '../table.ts';
import { timeElement } from '../view.ts';
import { wordsIn } from '../words.ts';
import { promoteButton, shadowButton } from './model-acts.ts';
import { WORDS } from './models-words.ts';

/** All versions in a table, the one whose card is shown among them, with what can be done with each. */
export function versionsElement(
  frame: Frame,
  items: readonly ModelVersion[],
  shown: ModelVersion,
  isTrialFree: boolean,
  onDone: () => void,
): HTMLElement {
  const { view } = frame;
  const words = wordsIn(WORDS, view.language);
  const roles: Record<string, string> = {
    champion: words.champion,
    challenger: words.challenger,
    shadow: words.shadow,
  };
  const precisionOf = ({ metrics }: ModelVersion) => {
    const found = metrics.find(({ head, metric }) => head === 'week' && metric === 'average_precision');
    return found?.value == null ? view.words.notEnoughData : view.format.decimal(found.value);
  };
  return tableElement({
    label: words.versionsTitle,
    columns: [
      words.version,
      words.learner,
      words.registered,
      words.ap,
      words.gate,
      words.serves,
      words.actions,
    ],
    numbers: [3],
    rows: items.map((version) => [
      element(
        'a',
        {
          href: frame.href('/models', { v: String(version.version) }),
          'aria-current': version === shown ? 'true' : null,
          'data-key': `version ${version.version}`,
        },
        `${words.version} ${version.version}`,
      ),
      version.kind,
      timeElement(view, version.createdAt),
      precisionOf(version),
      element(
        'span',
        { class: `verdict ${version.gate?.verdict ?? ''}` },
        version.gate ? view.words[version.gate.verdict] : view.words.neverJudged,
      ),
      version.aliases.map((alias) => roles[alias] ?? alias).join(', '),
      version.aliases.includes('champion') || !mayAs(view, 'ml-engineer')
        ? ''
        : element(
            'span',
            { class: 'acts' },
            promoteButton(frame, version, onDone),
            isTrialFree && shadowButton(frame, version.version, onDone),
          ),
    ]),
  });
}
