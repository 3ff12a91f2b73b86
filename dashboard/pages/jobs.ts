import type { Jobs } from '../../api/contract.ts';
import { element } from '../element.ts';
import { recentElement } from '../incidents.ts';
import { updateKeyedList } from '../keyed-list.ts';
import type { Frame, MountedPage, Page } from '../page.ts';
import { sectionElement } from '../section.ts';
import { drawnFor, emptyElement, timeElement } from '../view.ts';

/** Every job, with how its last runs went. */
export const page: Page = {
  title: ({ words }) => words.navJobs,
  styles: ['/incidents.css'],
  mount,
};

function mount(place: HTMLElement, frame: Frame): MountedPage {
  const { words } = frame.view;
  const { section, body } = sectionElement({ id: 'jobs', title: words.navJobs, level: 1 });
  place.append(section);
  let jobs: Jobs | null = null;
  const draw = () => {
    if (!jobs) return;
    if (jobs.items.length === 0) {
      body.replaceChildren(
        emptyElement(words.runsNone, words.howToFill(frame.view.overview?.dropFolders[0] ?? 'drop/runs')),
      );
      return;
    }
    const rows = body.querySelector('tbody') ?? tableIn(body, frame);
    updateKeyedList(rows, jobs.items, drawnFor(frame.view), keyOf, (job) => rowOf(frame, job));
  };
  frame.read<Jobs>({
    address: () => '/v1/jobs',
    topics: ['runs'],
    place: body,
    onAnswer(answer) {
      jobs = answer;
      draw();
    },
  });
  return { update: draw };
}

type Job = Jobs['items'][number];
const keyOf = ({ jobId }: Job): string => String(jobId);

function tableIn(body: HTMLElement, { view: { words } }: Frame): HTMLElement {
  const rows = element('tbody');
  const titles = [words.job, words.lastRuns, words.started, words.host, words.owner];
  const head = titles.map((title) => element('th', { scope: 'col' }, title));
  const table = element('table', {}, element('thead', {}, element('tr', {}, ...head)), rows);
  const region = { class: 'scroll', tabindex: 0, role: 'group', 'aria-label': words.navJobs };
  body.replaceChildren(element('div', region, table));
  return rows;
}

function rowOf({ view, href }: Frame, job: Job): HTMLElement {
  const { words } = view;
  return element(
    'tr',
    {},
    element(
      'th',
      { scope: 'row', title: job.namespace },
      element('a', { href: href(`/jobs/${job.jobId}`) }, job.job),
    ),
    element('td', {}, recentElement(view, job.recentStatuses)),
    element('td', {}, job.lastStartedAt === null ? '–' : timeElement(view, job.lastStartedAt)),
    element('td', {}, job.host ?? words.unknownHost),
    element('td', {}, job.owner ?? words.noOwner),
  );
}
