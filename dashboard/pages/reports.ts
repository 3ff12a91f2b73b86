import type { RecommendationItem, Recommendations, Reports } from '../../api/contract/reports.ts';
import { openActDialog } from '../act-dialog.ts';
import { element } from '../element.ts';
import { mayAs } from '../me.ts';
import type { Frame, MountedPage, Page } from '../page.ts';
import type { Reader } from '../reader.ts';
import { redraw } from '../redraw.ts';
import { sectionElement } from '../section.ts';
import { tableElement } from '../table.ts';
import { emptyElement } from '../view.ts';
import { wordsIn } from '../words.ts';
import { WORDS } from './reports-words.ts';

const REPORTS = 100;

/** From a state people go on to these. */
const NEXT = {
  open: ['accepted', 'done', 'rejected'],
  accepted: ['done', 'rejected'],
  rejected: ['open'],
  done: ['open'],
} as const;
const BUTTONS = {
  open: ['doOpen', 'askOpen'],
  accepted: ['doAccepted', 'askAccepted'],
  rejected: ['doRejected', 'askRejected'],
  done: ['doDone', 'askDone'],
} as const;

/** The reports there are, and what people decide about what they recommend. */
export const page: Page = {
  title: ({ language }) => wordsIn(WORDS, language).title,
  styles: ['/pages/incident.css'],
  mount,
};

function mount(place: HTMLElement, frame: Frame): MountedPage {
  const words = wordsIn(WORDS, frame.view.language);
  const { title, subtitle } = words;
  const list = sectionElement({ id: 'reports', title, subtitle, workflows: 'report', level: 1 });
  const recommended = sectionElement({
    id: 'recommendations',
    title: '',
    subtitle: words.recommendationsSubtitle,
  });
  recommended.section.hidden = true;
  place.append(list.section, recommended.section);
  let reports: Reports | null = null;
  let recommendations: Recommendations | null = null;
  let period = '';
  let reader: Reader | null = null;

  function draw(): void {
    if (reports === null) return;
    const periods = [...new Set(reports.items.map((one) => one.period))];
    const asked = frame.query.get('period');
    const shown = periods.find((one) => one === asked) ?? periods[0];
    redraw(list.body, [reports, shown], () => [
      shown === undefined
        ? emptyElement(words.none, words.noneHow)
        : listElement(frame, reports!, periods, shown),
    ]);
    recommended.section.hidden = shown === undefined;
    if (shown === undefined) return;
    recommended.section.querySelector('h2')!.textContent = words.recommendationsOf(shown);
    if (shown !== period) {
      period = shown;
      recommendations = null;
      if (reader === null) reader = readRecommended();
      else reader.refresh();
    }
    const known = recommendations;
    if (known === null) return;
    redraw(recommended.body, [known, mayAs(frame.view, 'operator')], () => [
      recommendationsElement(frame, known, () => reader?.refresh()),
    ]);
  }

  function readRecommended(): Reader {
    return frame.read<Recommendations>({
      address: () => `/v1/reports/${period}/recommendations`,
      topics: ['notifications'],
      place: recommended.body,
      onAnswer(answer) {
        // It may be of the period that was shown before.
        if (answer.period !== period) return;
        recommendations = answer;
        draw();
      },
    });
  }

  frame.read<Reports>({
    address: () => `/v1/reports?limit=${REPORTS}`,
    topics: ['notifications'],
    place: list.body,
    onAnswer(answer) {
      reports = answer;
      draw();
    },
  });
  return { update: draw };
}

/** A line each period, with its documents; the period names the recommendations that are shown. */
function listElement(
  frame: Frame,
  { items }: Reports,
  periods: readonly string[],
  shown: string,
): HTMLElement {
  const { view } = frame;
  const words = wordsIn(WORDS, view.language);
  return tableElement({
    label: words.title,
    columns: [words.period, words.documents, words.runs, words.failed, words.incidents],
    numbers: [2, 3, 4],
    rows: periods.map((period) => {
      const built = items.filter((one) => one.period === period);
      const { runs, failed, incidents } = built[0]!.headline;
      return [
        element(
          'a',
          {
            href: frame.href('/reports', { period }),
            'aria-current': period === shown ? 'true' : null,
            'data-key': `period ${period}`,
          },
          period,
        ),
        element(
          'span',
          {},
          ...built.flatMap(({ pdf, language, pages }, at) => [
            ...(at === 0 ? [] : [' · ']),
            element('a', { href: pdf, hreflang: language }, words.inLanguage(language, pages)),
          ]),
        ),
        ...[runs, failed, incidents].map((count) => view.format.count(count)),
      ];
    }),
  });
}

function recommendationsElement(
  frame: Frame,
  { period, items }: Recommendations,
  onDone: () => void,
): HTMLElement {
  const { view } = frame;
  const words = wordsIn(WORDS, view.language);
  if (items.length === 0) return element('p', { class: 'muted' }, words.noRecommendation);
  return tableElement({
    label: words.recommendationsOf(period),
    columns: [words.what, words.gain, words.effort, words.decision],
    rows: items.map((item) => {
      const { action, evidence, gain, effort } = item[view.language];
      return [
        element(
          'span',
          {},
          element('b', {}, `${item.rank}. ${action}`),
          element('br', {}),
          element('span', { class: 'muted' }, evidence),
        ),
        gain,
        effort,
        decisionElement(frame, period, item, onDone),
      ];
    }),
  });
}

/** What was decided by whom and why, and what can be decided now by those who may. */
function decisionElement(
  frame: Frame,
  period: string,
  item: RecommendationItem,
  onDone: () => void,
): HTMLElement {
  const { view } = frame;
  const words = wordsIn(WORDS, view.language);
  const { key, rank, state, who, why } = item;
  return element(
    'div',
    {},
    element('span', { class: state === 'open' ? 'tag' : 'tag strong' }, words[state]),
    who !== null && why !== null && element('span', { class: 'muted' }, ` ${words.by(who, why)}`),
    element(
      'p',
      { class: 'acts' },
      ...(mayAs(view, 'operator') ? NEXT[state] : []).map((next) => {
        const [button, ask] = BUTTONS[next];
        return element(
          'button',
          {
            type: 'button',
            'data-act': next,
            'data-key': `${key} ${next}`,
            'aria-label': `${words[button]}: ${item[view.language].action}`,
            click: () =>
              openActDialog(view, {
                title: words[ask],
                button: words[button],
                explanation: `${rank}. ${item[view.language].action}`,
                address: `/v1/reports/${period}/recommendations/decide`,
                word: () => ({ key, state: next }),
                onDone,
              }),
          },
          words[button],
        );
      }),
    ),
  );
}
