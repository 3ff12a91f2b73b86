import type { Incident, Incidents, Jobs, RunStatus } from '../api/contract.ts';
import { element, find, icon } from './element.ts';
import { updateKeyedList } from './keyed-list.ts';
import { drawnFor, elapsedElement, emptyElement, timeElement, type View } from './view.ts';

type Card = Incident & { recent: RunStatus[] };

/** Open incidents as cards, those that ended in a list below. */
export function drawIncidents(view: View, incidents: Incidents, jobs: Jobs | null): void {
  const recent = new Map(jobs?.items.map((job) => [job.jobId, job.recentStatuses]));
  const open = incidents.items.filter((incident) => incident.resolvedAt === null);
  const ended = incidents.items.filter((incident) => incident.resolvedAt !== null);
  const body = find('failed-body');
  let cards = body.querySelector<HTMLElement>('.cards');
  if (!cards) {
    cards = element('ul', { class: 'cards', role: 'list' });
    body.replaceChildren(element('div'), cards, element('div'));
  }
  updateKeyedList(
    cards,
    open.map(
      (incident): Card => ({
        ...incident,
        recent: (incident.jobId === null ? null : recent.get(incident.jobId)) ?? [],
      }),
    ),
    drawnFor(view),
    (card) => String(card.id),
    (card) => cardOf(view, card),
  );
  const { words } = view;
  // No incident means "quiet" only where runs are known.
  const known = view.overview !== null && view.overview.runsLoaded > 0;
  const title = known ? words.failedNone : words.failedUnknown;
  const how = incidents.items.length === 0 ? words.failedNever : null;
  body.firstElementChild!.replaceChildren(...(open.length === 0 ? [emptyElement(title, how)] : []));
  drawEnded(view, body.lastElementChild!, ended);
}

function cardOf(view: View, card: Card): HTMLElement {
  const { words } = view;
  return element(
    'li',
    { class: 'card' },
    element('h3', { title: card.namespace ?? '' }, icon('failed'), nameOf(view, card)),
    element(
      'p',
      { class: 'since' },
      elapsedElement(view, card.openedAt),
      ' · ',
      timeElement(view, card.openedAt),
    ),
    card.error === null
      ? element('p', { class: 'muted' }, words.noError)
      : element('p', { class: 'message', title: card.error, tabindex: 0 }, card.error),
    card.recent.length > 0 && recentElement(view, card.recent),
    element(
      'p',
      { class: 'muted' },
      [
        ...(card.job === null ? [] : [card.owner ?? words.noOwner, card.host ?? words.unknownHost]),
        words.told(card.notificationsSent),
      ].join(' · '),
    ),
  );
}

/** The job, or the source, that it is about. */
const nameOf = ({ words }: View, { job, source }: Incident): string => job ?? words.sourceNamed(source ?? '');

/** The last runs as a row of marks, oldest left; a failure is tall, so that it is seen without colour. */
function recentElement(view: View, recent: readonly RunStatus[]): HTMLElement {
  const { words } = view;
  const spoken = `${words.lastRuns}: ${recent.map((status) => words[status]).join(', ')}`;
  const marks = recent.map((status) => element('i', { class: status, title: words[status] }));
  return element('p', { class: 'recent', role: 'img', 'aria-label': spoken }, ...marks);
}

function drawEnded(view: View, place: Element, ended: readonly Incident[]): void {
  let details = place.querySelector('details');
  if (ended.length === 0) {
    place.replaceChildren();
    return;
  }
  if (!details) {
    details = element('details', { class: 'ended' }, element('summary'), element('ul', { role: 'list' }));
    place.append(details);
  }
  details.querySelector('summary')!.textContent = `${view.words.endedEarlier} (${ended.length})`;
  updateKeyedList(
    details.querySelector('ul')!,
    ended.slice(0, 30),
    drawnFor(view),
    (incident) => String(incident.id),
    (incident) =>
      element(
        'li',
        {},
        icon('succeeded'),
        element('strong', {}, nameOf(view, incident)),
        element(
          'span',
          {},
          timeElement(view, incident.openedAt),
          ' → ',
          timeElement(view, incident.resolvedAt!),
        ),
        element('span', { class: 'muted clip' }, incident.error ?? view.words.noError),
      ),
  );
}
