import type { IncidentRecord } from '../../api/contract/incident-record.ts';
import type { Incident, Incidents } from '../../api/contract/incidents.ts';
import type { Reruns } from '../../api/contract/reruns.ts';
import { element, icon, outLink } from '../element.ts';
import { actsElement } from '../incident-acts.ts';
import { findingText, severityText } from '../incident-words.ts';
import { nameOf } from '../incidents.ts';
import type { Frame, MountedPage, Page } from '../page.ts';
import { redraw } from '../redraw.ts';
import { workflowOfId } from '../temporal-links.ts';
import { elapsedElement, emptyElement } from '../view.ts';
import { wordsIn } from '../words.ts';
import {
  causesElement,
  errorElement,
  factsElement,
  findingsElement,
  threatenedElement,
} from './incident-parts.ts';
import { doneElement, toldElement } from './incident-record.ts';
import { rerunsElement } from './incident-reruns.ts';
import { usefulElement } from './incident-useful.ts';
import { WORDS } from './incident-words.ts';

/** Findings that are shown; an incident of a thousand jobs says how many more. */
const FINDINGS = 200;

/** One incident: its story in plain words, what was done, and what can be done. */
export const page: Page = {
  title: ({ words }) => words.incident,
  styles: ['/incidents.css', '/pages/incidents.css', '/pages/incident.css'],
  mount,
};

function mount(place: HTMLElement, frame: Frame): MountedPage {
  const id = /^\d{1,15}$/.test(frame.params.id!) ? Number(frame.params.id) : 0;
  const words = wordsIn(WORDS, frame.view.language);
  const head = element('div', { class: 'story-head' });
  const reading = element('div');
  const story = element('div', { class: 'story' });
  const again = element('div', { class: 'story' });
  const record = element('div', { class: 'story' });
  const useful = element('div');
  place.append(
    element('p', {}, element('a', { href: frame.href('/incidents') }, `← ${words.back}`)),
    element('section', { class: 'story' }, head, reading, again, story),
    record,
    useful,
  );

  let incidents: Incidents | null = null;
  let known: IncidentRecord | null = null;
  let reruns: Reruns | null = null;
  /** The address may name a part that is not there before its answer. */
  let part = location.hash.slice(1);
  const refresh = () => {
    for (const reader of readers) reader.refresh();
  };
  const draw = () => {
    const incident = incidents?.items[0];
    if (incidents && !incident) {
      redraw(head, 'none', () => [element('h1', {}, `${frame.view.words.incident} ${frame.params.id}`)]);
      redraw(story, 'none', () => [emptyElement(frame.view.words.notThere, null)]);
      return;
    }
    if (!incident) return;
    drawHead(frame, head, incident, refresh);
    redraw(story, [incident, known?.silencedUntil, known?.threatened, frame.view.overview === null], () => [
      factsElement(frame, incident, known),
      errorElement(frame, incident),
      causesElement(frame, incident),
      findingsElement(frame, incident),
      known && threatenedElement(frame, known),
    ]);
    if (reruns) redraw(again, [reruns, frame.view.overview === null], () => [rerunsElement(frame, reruns!)]);
    if (!known) return;
    redraw(record, [known, frame.view.overview === null], () => [
      toldElement(frame, known!),
      doneElement(frame, known!),
    ]);
    if (part !== '') document.getElementById(part)?.scrollIntoView({ block: 'start' });
    part = '';
    redraw(useful, [known.useful, known.notUseful], () => [usefulElement(frame, id, known!, refresh)]);
  };
  const readers = [
    frame.read<Incidents>({
      address: () => `/v1/incidents?id=${id}&findings=${FINDINGS}`,
      topics: ['incidents', 'notifications', 'runs'],
      place: reading,
      onAnswer(answer) {
        incidents = answer;
        draw();
      },
    }),
    frame.read<IncidentRecord>({
      address: () => `/v1/incidents/${id}/record`,
      topics: ['incidents', 'notifications'],
      onAnswer(answer) {
        known = answer;
        draw();
      },
    }),
    frame.read<Reruns>({
      address: () => `/v1/reruns?incident=${id}`,
      topics: ['incidents', 'runs'],
      onAnswer(answer) {
        reruns = answer;
        draw();
      },
    }),
  ];
  return { update: draw };
}

/** The sentence at the top, and the buttons while they can do something. */
function drawHead(frame: Frame, head: HTMLElement, incident: Incident, onDone: () => void): void {
  const { view } = frame;
  const words = wordsIn(WORDS, view.language);
  const [first] = incident.findings;
  const isOver = incident.resolvedAt !== null;
  const name = nameOf(view, incident);
  const title = first ? `${name} — ${findingText(first, view.language)}` : name;
  frame.setTitle(title);
  const { id, severity, since, state } = incident;
  redraw(head, [id, title, severity, since, state, view.overview === null], () => [
    element(
      'p',
      { class: `severity ${isOver ? 'over' : severity}` },
      icon(isOver ? 'succeeded' : 'attention'),
      `${severityText(severity, view.language)} · ${view.words.incident} ${id}`,
      !isOver && ' · ',
      !isOver && elapsedElement(view, since),
    ),
    element('h1', {}, title),
    isOver ? element('p', { class: 'muted' }, words.over) : actsElement(view, id, onDone),
    view.overview &&
      element(
        'p',
        {},
        outLink(
          workflowOfId(view.overview.temporal, `incident/${id}`),
          words.workflow,
          view.words.opensTemporal,
        ),
      ),
  ]);
}
