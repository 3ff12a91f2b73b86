import type { Incidents, Jobs, Mailbox, Notifications } from '../../api/contract.ts';
import { element } from '../element.ts';
import { drawInbox } from '../inbox.ts';
import { drawIncidents } from '../incidents.ts';
import type { Frame, MountedPage, Page } from '../page.ts';
import { sectionElement } from '../section.ts';

/** What is or was wrong, and who was told. */
export const page: Page = {
  title: ({ words }) => words.navIncidents,
  styles: ['/incidents.css', '/pages/incidents.css'],
  mount,
};

function mount(place: HTMLElement, frame: Frame): MountedPage {
  const { words } = frame.view;
  const failed = sectionElement({
    id: 'failed',
    title: words.failedTitle,
    subtitle: words.failedSubtitle,
    workflows: 'incident',
  });
  const inbox = sectionElement({ id: 'inbox', title: words.inboxTitle });
  place.append(element('h1', {}, words.navIncidents), failed.section, inbox.section);

  let incidents: Incidents | null = null;
  let jobs: Jobs | null = null;
  let notifications: Notifications | null = null;
  let mailbox: Mailbox | null = null;
  const draw = () => {
    if (incidents) drawIncidents(frame.view, incidents, jobs);
    if (notifications && mailbox) drawInbox(frame.view, notifications, mailbox);
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
  frame.read<Notifications>({
    address: () => '/v1/notifications',
    topics: ['notifications'],
    place: inbox.body,
    onAnswer(answer) {
      notifications = answer;
      draw();
    },
  });
  frame.read<Mailbox>({
    address: () => '/v1/mailbox?limit=30',
    topics: ['notifications'],
    onAnswer(answer) {
      mailbox = answer;
      draw();
    },
  });
  return { update: draw };
}
