import type { Incidents } from '../../api/contract/incidents.ts';
import type { Jobs } from '../../api/contract/jobs.ts';
import type { Runs, Timeline } from '../../api/contract/runs.ts';
import type { Overview } from '../../api/contract/system.ts';
import { element, find } from '../element.ts';
import { drawClock, drawGlance } from '../glance.ts';
import { drawIncidents } from '../incidents.ts';
import { drawDue, drawRunning, latelySentence } from '../now/draw-present.ts';
import { presentOf } from '../now/present.ts';
import { nowWords } from '../now/words.ts';
import type { Frame, MountedPage, Page } from '../page.ts';
import { drawRuns, RUNS_FILTERS, type RunsFilter } from '../runs.ts';
import { sectionElement } from '../section.ts';
import { estateNowMs } from '../view.ts';

const RUNS_SHOWN = 60;
const MOST_INCIDENTS = 6;
/** Elapsed time is told in seconds where it is short; more often nobody reads it. */
const ELAPSED_EVERY_MS = 5_000;

/** What is wrong, what runs, what is due next, and what has just run. */
export const page: Page = {
  title: ({ words }) => words.navNow,
  styles: ['/pages/now.css', '/incidents.css'],
  mount,
};

function mount(place: HTMLElement, frame: Frame): MountedPage {
  const { words } = frame.view;
  const failed = sectionElement({
    id: 'failed',
    title: words.failedTitle,
    subtitle: words.failedSubtitle,
    workflows: 'ingestFiles',
  });
  failed.section.append(
    element(
      'p',
      { class: 'all-of' },
      element('a', { href: frame.href('/incidents') }, nowWords(frame.view).allIncidents),
    ),
  );
  const runs = sectionElement({
    id: 'runs',
    title: words.runsTitle,
    subtitle: words.runsSubtitle,
    workflows: 'collect',
  });
  const own = nowWords(frame.view);
  const running = sectionElement({ id: 'running', title: own.running });
  const due = sectionElement({ id: 'due', title: own.due });
  const present = element('div', { class: 'present' }, running.section, due.section);
  place.append(glanceElement(), failed.section, present, runs.section);

  let incidents: Incidents | null = null;
  let jobs: Jobs | null = null;
  let latest: Runs | null = null;
  let night: Timeline | null = null;
  const filter = (): RunsFilter => RUNS_FILTERS.find((name) => name === frame.query.get('status')) ?? 'all';
  const overview = (): Overview | null => frame.view.overview;

  const drawPresent = () => {
    if (!night) return;
    // A clock that stands at the last arrival stands there for elapsed time too.
    const nowMs = Math.max(Date.parse(night.now), estateNowMs(frame.view));
    const state = presentOf(night, nowMs);
    drawRunning(frame, running.body, state.running);
    drawDue(frame, due.body, state.due);
    const hasRun = (overview()?.runsLoaded ?? 0) > 0;
    const text = hasRun ? latelySentence(frame, state) : '';
    const lately = find('glance-lately');
    if (lately.dataset.said === text) return;
    lately.dataset.said = text;
    const isWrong = state.lately.failed + state.lately.missing + state.lately.late > 0;
    const wrong = frame.href('/timeline', { wrong: '1' });
    lately.replaceChildren(
      element('span', {}, text),
      ...(isWrong && text !== '' ? [' ', element('a', { href: wrong }, own.whatWentWrong)] : []),
    );
  };
  const runsAddress = () => `/v1/runs?limit=${RUNS_SHOWN}${filter() === 'all' ? '' : `&status=${filter()}`}`;
  let runsAsked = '';
  const draw = () => {
    const title = drawGlance(frame.view, frame.connection, overview(), incidents);
    frame.setTitle(title ?? words.navNow);
    drawClock(frame.view);
    if (incidents) {
      // The worst are first; the page of incidents has them all, and those that ended.
      const worst = incidents.items.filter(({ resolvedAt }) => resolvedAt === null).slice(0, MOST_INCIDENTS);
      drawIncidents(frame.view, { ...incidents, items: worst }, jobs);
    }
    if (latest) drawRuns(frame.view, latest, filter(), choose);
    drawPresent();
  };
  const choose = (name: RunsFilter) => frame.setQuery({ status: name === 'all' ? null : name });
  frame.read<Incidents>({
    address: () => '/v1/incidents',
    topics: ['incidents', 'notifications'],
    place: failed.body,
    onAnswer(answer) {
      incidents = answer;
      draw();
    },
  });
  frame.read<Jobs>({
    address: () => '/v1/jobs',
    topics: ['runs', 'incidents'],
    onAnswer(answer) {
      jobs = answer;
      draw();
    },
  });
  frame.read<Timeline>({
    address: () => '/v1/timeline',
    topics: ['runs', 'expectations', 'incidents'],
    place: running.body,
    onAnswer(answer) {
      night = answer;
      draw();
    },
  });
  const readRuns = frame.read<Runs>({
    address() {
      runsAsked = runsAddress();
      return runsAsked;
    },
    topics: ['runs'],
    place: runs.body,
    onAnswer(answer) {
      latest = answer;
      draw();
    },
  });
  draw();
  const ticking = setInterval(() => drawClock(frame.view), 1000);
  const passing = setInterval(drawPresent, ELAPSED_EVERY_MS);
  return {
    update() {
      if (runsAsked !== runsAddress()) readRuns.refresh();
      draw();
    },
    unmount() {
      clearInterval(ticking);
      clearInterval(passing);
    },
  };
}

const glanceElement = (): HTMLElement =>
  element(
    'section',
    { class: 'glance', id: 'glance', 'aria-labelledby': 'glance-title', 'aria-live': 'polite' },
    element(
      'div',
      { class: 'glance-words' },
      element('h1', { id: 'glance-title' }, 'Smart ETL'),
      element('p', { id: 'glance-detail' }),
      element('p', { id: 'glance-lately', 'aria-live': 'off' }),
    ),
    element('p', { class: 'as-of', id: 'as-of', 'aria-live': 'off' }),
    element('dl', { class: 'figures', id: 'figures' }),
  );
