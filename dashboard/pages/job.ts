import type { Jobs, Runs } from '../../api/contract.ts';
import type { Frame, MountedPage, Page } from '../page.ts';
import { drawRuns } from '../runs.ts';
import { sectionElement } from '../section.ts';
import { emptyElement } from '../view.ts';

/** One job and its last runs. */
export const page: Page = {
  title: ({ words }) => words.job,
  mount,
};

function mount(place: HTMLElement, frame: Frame): MountedPage {
  const { words } = frame.view;
  const { section, body } = sectionElement({ id: 'runs', title: words.job, level: 1 });
  place.append(section);
  let name: string | null = null;
  let runs: Runs | null = null;
  const draw = () => {
    if (runs) drawRuns(frame.view, runs, 'all', () => {});
  };
  frame.read<Jobs>({
    address: () => '/v1/jobs',
    topics: [],
    place: body,
    onAnswer({ items }) {
      const job = items.find(({ jobId }) => String(jobId) === frame.params.id);
      if (!job) body.replaceChildren(emptyElement(words.notThere, null));
      if (!job || name !== null) return;
      name = job.job;
      section.querySelector('h1')!.textContent = name;
      frame.setTitle(name);
      frame.read<Runs>({
        address: () => `/v1/runs?limit=60&job=${encodeURIComponent(name!)}`,
        topics: ['runs'],
        place: body,
        onAnswer(answer) {
          runs = answer;
          draw();
        },
      });
    },
  });
  return { update: draw };
}
