import type { Jobs } from '../../api/contract/jobs.ts';
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
  /** Page after page of the list. */
  const pages: Job[][] = [];
  const draw = () => {
    if (pages.length === 0) return;
    const jobs = pages.flat();
    if (jobs.length === 0) {
      body.replaceChildren(
        emptyElement(words.runsNone, words.howToFill(frame.view.overview?.dropFolders[0] ?? 'drop/runs')),
      );
      return;
    }
    const rows = body.querySelector('tbody') ?? tableIn(body, frame);
    updateKeyedList(rows, jobs, drawnFor(frame.view), keyOf, (job) => rowOf(frame, job));
  };
  const readPage = (index: number, after: string | null) => {
    frame.read<JobsPage>({
      address: () => (after === null ? '/v1/jobs' : `/v1/jobs?after=${encodeURIComponent(after)}`),
      topics: ['runs'],
      ...(index === 0 && { place: body }),
      onAnswer({ items, next }) {
        pages[index] = items;
        if (next && pages[index + 1] === undefined && index + 1 < MOST_PAGES) {
          pages[index + 1] = [];
          readPage(index + 1, next);
        }
        draw();
      },
    });
  };
  readPage(0, null);
  return { update: draw };
}

type Job = Jobs['items'][number];
/** Where a list goes on, it says how. */
type JobsPage = Jobs & { next?: string | null };
/** Nobody reads more rows than those. */
const MOST_PAGES = 10;
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
