import type { Incident, Incidents } from '../api/contract/incidents.ts';
import type { Jobs } from '../api/contract/jobs.ts';
import type { RunStatus } from '../api/contract/runs.ts';
import { element, find, icon } from './element.ts';
import { actsElement } from './incident-acts.ts';
import { causeText, findingText, severityText } from './incident-words.ts';
import { updateKeyedList } from './keyed-list.ts';
import { drawnFor, elapsedElement, emptyElement, timeElement, type View } from './view.ts';

type Finding = Incident['findings'][number];
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
        recent: (incident.jobs === 1 && recent.get(incident.findings[0]?.jobId ?? -1)) || [],
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
  const { words, language } = view;
  const [first, ...others] = card.findings;
  const cause = causeText(card, language);
  const message = first?.evidence.text ?? null;
  return element(
    'li',
    { class: `card ${card.severity}` },
    element(
      'h3',
      { title: first?.namespace ?? '' },
      icon('failed'),
      element('a', { href: pageOf(card) }, nameOf(view, card)),
    ),
    element(
      'p',
      { class: 'since' },
      [severityText(card.severity, language), ...(first ? [findingText(first, language)] : [])].join(' · '),
      ' · ',
      elapsedElement(view, card.since),
      ' · ',
      timeElement(view, card.since),
    ),
    cause !== null && element('p', {}, words.probably(cause)),
    message === null
      ? first?.kind === 'crash' && element('p', { class: 'muted' }, words.noError)
      : element('p', { class: 'message', title: message, tabindex: 0 }, message),
    others.length > 0 && othersElement(view, card, others),
    card.recent.length > 0 && recentElement(view, card.recent),
    element(
      'p',
      { class: 'muted' },
      ...(first?.jobId == null
        ? []
        : [`${first.owner ?? words.noOwner} · ${first.host ?? words.unknownHost} · `]),
      element('a', { href: `${pageOf(card)}#told` }, words.told(card.notificationsSent)),
    ),
    actsElement(view, card.id),
  );
}

const pageOf = ({ id }: Incident): string => `/incidents/${id}`;

/** What else is wrong, as far as it fits. */
function othersElement(view: View, card: Card, others: readonly Finding[]): HTMLElement {
  const { words, language } = view;
  const more = card.findingsTotal - card.findings.length;
  return element(
    'ul',
    { class: 'muted' },
    ...others.map((finding) =>
      element(
        'li',
        {},
        `${finding.source === null ? finding.name : words.sourceNamed(finding.source)}: `,
        findingText(finding, language),
      ),
    ),
    more > 0 && element('li', {}, words.moreFindings(more)),
  );
}

/** What it is told by: the job, the server or the source, and how many are with it. */
export function nameOf({ words }: View, { findings: [first], causes, jobs }: Incident): string {
  const name =
    first === undefined
      ? causes[0]!.name
      : first.source === null
        ? first.name
        : words.sourceNamed(first.source);
  return jobs > 1 && first?.jobId != null ? `${name} (+${jobs - 1})` : name;
}

/** The last runs as a row of marks, oldest left; a failure is tall, so that it is seen without colour. */
export function recentElement(view: View, recent: readonly RunStatus[]): HTMLElement {
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
        element('a', { href: pageOf(incident) }, nameOf(view, incident)),
        element(
          'span',
          {},
          timeElement(view, incident.since),
          ' → ',
          timeElement(view, incident.resolvedAt!),
        ),
        element('span', { class: 'muted clip' }, endedText(view, incident)),
      ),
  );
}

function endedText({ language }: View, { findings: [first] }: Incident): string {
  return first === undefined ? '' : (first.evidence.text ?? findingText(first, language));
}
