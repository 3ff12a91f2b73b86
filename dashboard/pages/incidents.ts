import type { Incident, Incidents } from '../../api/contract/incidents.ts';
import type { Mailbox, Notifications } from '../../api/contract/notifications.ts';
import { element, icon } from '../element.ts';
import { drawInbox } from '../inbox.ts';
import {
  causeText,
  findingText,
  KIND_NAMES,
  kindText,
  SEVERITY_NAMES,
  severityText,
  stateText,
} from '../incident-words.ts';
import { nameOf } from '../incidents.ts';
import { updateKeyedList } from '../keyed-list.ts';
import type { Frame, MountedPage, Page } from '../page.ts';
import { sectionElement } from '../section.ts';
import { drawnFor, elapsedElement, emptyElement, timeElement, type View } from '../view.ts';
import { wordsIn } from '../words.ts';
import { chooser, textFilter } from './filters.ts';
import { WORDS } from './incidents-words.ts';

/** Shown at first; one press shows more, up to what the API gives at once. */
const FIRST = 50;
const MOST = 500;
/** Findings of each: enough to name it. */
const FINDINGS = 3;
const FILTERS = ['severity', 'kind', 'owner', 'host', 'q'] as const;

/** What is or was wrong, narrowed down by the address, and who was told. */
export const page: Page = {
  title: ({ words }) => words.navIncidents,
  styles: ['/incidents.css', '/pages/incidents.css'],
  mount,
};

function mount(place: HTMLElement, frame: Frame): MountedPage {
  const { language, words: shared } = frame.view;
  const words = wordsIn(WORDS, language);
  const list = sectionElement({
    id: 'incidents',
    title: shared.navIncidents,
    subtitle: words.subtitle,
    workflows: 'incident',
    level: 1,
  });
  const inbox = sectionElement({ id: 'inbox', title: words.toldTitle, subtitle: words.toldSubtitle });
  const filters = filtersOf(frame, words);
  const count = element('p', { class: 'muted', role: 'status' });
  const rows = element('ul', { class: 'incident-list', role: 'list' });
  const below = element('div');
  const reading = element('div');
  list.body.append(filters.form, count, reading, rows, below);
  place.append(list.section, inbox.section);

  let incidents: Incidents | null = null;
  let notifications: Notifications | null = null;
  let mailbox: Mailbox | null = null;
  let asked = '';

  const limit = (): number => Math.min(MOST, Math.max(FIRST, Number(frame.query.get('n')) || FIRST));
  function address(): string {
    const query = new URLSearchParams({ limit: String(limit()), findings: String(FINDINGS) });
    const state = frame.query.get('state') ?? 'open';
    if (state !== 'all') query.set('state', state);
    for (const name of FILTERS) {
      const value = frame.query.get(name)?.trim();
      if (value) query.set(name, value);
    }
    return `/v1/incidents?${query}`;
  }

  const draw = () => {
    filters.update();
    if (incidents) drawList(frame, { count, rows, below }, incidents, limit());
    if (notifications && mailbox) drawInbox(frame.view, notifications, mailbox);
  };
  const reader = frame.read<Incidents>({
    address() {
      asked = address();
      return asked;
    },
    topics: ['incidents', 'notifications'],
    place: reading,
    onAnswer(answer) {
      incidents = answer;
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
  return {
    update() {
      if (asked !== address()) reader.refresh();
      draw();
    },
  };
}

type OwnWords = ReturnType<typeof wordsIn<typeof WORDS>>;

function filtersOf(frame: Frame, words: OwnWords): { form: HTMLElement; update: () => void } {
  const { language } = frame.view;
  const fields = [
    chooser(frame, 'state', words.state, [
      ['', words.openOnes],
      ['resolved', words.endedOnes],
      ['all', words.allOnes],
    ]),
    chooser(frame, 'severity', words.severity, [
      ['', words.every],
      ...SEVERITY_NAMES.map((name) => [name, severityText(name, language)] as const),
    ]),
    chooser(frame, 'kind', words.kind, [
      ['', words.every],
      ...KIND_NAMES.map((name) => [name, kindText(name, language)] as const),
    ]),
    textFilter(frame, 'owner', words.owner),
    textFilter(frame, 'host', words.host),
    textFilter(frame, 'q', words.text),
  ];
  return {
    form: element(
      'form',
      { class: 'narrow', role: 'search', submit: (event) => event.preventDefault() },
      ...fields.map(({ label }) => label),
    ),
    update() {
      for (const field of fields) field.update();
    },
  };
}

function drawList(
  frame: Frame,
  { count, rows, below }: { count: HTMLElement; rows: HTMLElement; below: HTMLElement },
  { items }: Incidents,
  limit: number,
): void {
  const { view } = frame;
  const words = wordsIn(WORDS, view.language);
  const isFull = items.length === limit;
  count.textContent = items.length === 0 ? '' : words.found(items.length, isFull);
  updateKeyedList(
    rows,
    items,
    drawnFor(view),
    ({ id }) => String(id),
    (incident) => rowOf(frame, incident, words),
  );
  const isNarrowed = FILTERS.some((name) => frame.query.get(name));
  const known = view.overview !== null && view.overview.runsLoaded > 0;
  const state = frame.query.get('state') ?? 'open';
  const empty =
    items.length > 0
      ? null
      : isNarrowed || state !== 'open'
        ? emptyElement(words.noneFound, words.noneFoundHow)
        : emptyElement(known ? view.words.failedNone : view.words.failedUnknown, view.words.failedNever);
  const more = !isFull
    ? null
    : limit < MOST
      ? element(
          'button',
          {
            type: 'button',
            class: 'more',
            click: () => frame.setQuery({ n: String(Math.min(MOST, limit * 2)) }),
          },
          words.more,
        )
      : element('p', { class: 'muted' }, words.tooMany(MOST));
  below.replaceChildren(...[empty, more].filter((child) => child !== null));
}

function rowOf(frame: Frame, incident: Incident, words: OwnWords): HTMLElement {
  const { view } = frame;
  const { language } = view;
  const [first] = incident.findings;
  const cause = causeText(incident, language);
  const message = first?.evidence.text ?? null;
  const isOver = incident.resolvedAt !== null;
  return element(
    'li',
    { class: `incident-row ${isOver ? 'over' : incident.severity}` },
    element(
      'p',
      { class: 'severity' },
      icon(isOver ? 'succeeded' : 'attention'),
      severityText(incident.severity, language),
    ),
    element(
      'div',
      {},
      element(
        'a',
        { class: 'what', href: frame.href(`/incidents/${incident.id}`), 'data-key': String(incident.id) },
        nameOf(view, incident),
        first ? ` — ${findingText(first, language)}` : '',
      ),
      element(
        'p',
        { class: 'muted' },
        ...whenOf(view, incident),
        ` · ${stateText(incident, language)}`,
        incident.jobs > 1 && ` · ${words.jobs(incident.jobs)}`,
        ` · ${view.words.told(incident.notificationsSent)}`,
      ),
      cause !== null && element('p', {}, view.words.probably(cause)),
      message !== null && element('p', { class: 'clip error-line', title: message }, message),
    ),
  );
}

const whenOf = (view: View, { since, resolvedAt }: Incident): (Node | string)[] =>
  resolvedAt === null
    ? [elapsedElement(view, since), ' · ', timeElement(view, since)]
    : [timeElement(view, since), ' → ', timeElement(view, resolvedAt)];
