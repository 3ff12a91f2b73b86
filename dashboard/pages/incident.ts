import type { Incidents } from '../../api/contract.ts';
import { element } from '../element.ts';
import { drawIncidents } from '../incidents.ts';
import type { Frame, MountedPage, Page } from '../page.ts';
import { sectionElement } from '../section.ts';
import { emptyElement } from '../view.ts';

/** One incident. */
export const page: Page = {
  title: ({ words }) => words.incident,
  styles: ['/incidents.css', '/pages/incidents.css'],
  mount,
};

function mount(place: HTMLElement, frame: Frame): MountedPage {
  const { words } = frame.view;
  const { section, body } = sectionElement({
    id: 'failed',
    title: words.failedTitle,
    workflows: 'incident',
  });
  place.append(
    element('p', {}, element('a', { href: frame.href('/incidents') }, words.navIncidents)),
    element('h1', {}, `${words.incident} ${frame.params.id}`),
    section,
  );
  let incidents: Incidents | null = null;
  const draw = () => {
    if (!incidents) return;
    if (incidents.items.length === 0) body.replaceChildren(emptyElement(words.notThere, null));
    else drawIncidents(frame.view, incidents, null);
  };
  frame.read<Incidents>({
    address: () => `/v1/incidents?id=${encodeURIComponent(frame.params.id!)}&findings=100`,
    topics: ['incidents', 'notifications'],
    place: body,
    onAnswer(answer) {
      incidents = answer;
      draw();
    },
  });
  return { update: draw };
}
