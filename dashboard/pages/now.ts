import type { Incidents, Jobs, Overview, Runs } from '../../api/contract.ts';
import { element } from '../element.ts';
import { drawClock, drawGlance } from '../glance.ts';
import { drawIncidents } from '../incidents.ts';
import type { Frame, MountedPage, Page } from '../page.ts';
import { drawRuns, RUNS_FILTERS, type RunsFilter } from '../runs.ts';
import { sectionElement } from '../section.ts';

const RUNS_SHOWN = 60;

/** What is wrong, and what has just run. */
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
  const runs = sectionElement({
    id: 'runs',
    title: words.runsTitle,
    subtitle: words.runsSubtitle,
    workflows: 'collect',
  });
  place.append(glanceElement(), failed.section, runs.section);

  let incidents: Incidents | null = null;
  let jobs: Jobs | null = null;
  let latest: Runs | null = null;
  const filter = (): RunsFilter => RUNS_FILTERS.find((name) => name === frame.query.get('status')) ?? 'all';
  const overview = (): Overview | null => frame.view.overview;

  const draw = () => {
    const title = drawGlance(frame.view, frame.connection, overview(), incidents);
    frame.setTitle(title ?? words.navNow);
    drawClock(frame.view);
    if (incidents) drawIncidents(frame.view, incidents, jobs);
    if (latest) drawRuns(frame.view, latest, filter(), choose);
  };
  const choose = (name: RunsFilter) => {
    frame.setQuery({ status: name === 'all' ? null : name });
    readRuns.refresh();
  };
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
  const readRuns = frame.read<Runs>({
    address: () => `/v1/runs?limit=${RUNS_SHOWN}${filter() === 'all' ? '' : `&status=${filter()}`}`,
    topics: ['runs'],
    place: runs.body,
    onAnswer(answer) {
      latest = answer;
      draw();
    },
  });
  draw();
  const ticking = setInterval(() => drawClock(frame.view), 1000);
  return { update: draw, unmount: () => clearInterval(ticking) };
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
    ),
    element('p', { class: 'as-of', id: 'as-of', 'aria-live': 'off' }),
    element('dl', { class: 'figures', id: 'figures' }),
  );
