import type { IncidentRecord } from '../../api/contract/incident-record.ts';
import type { Incident } from '../../api/contract/incidents.ts';
import { element, svg } from '../element.ts';
import { differenceText } from '../evidence-words.ts';
import { findingText, oneCauseText, roleText, severityText, stateText } from '../incident-words.ts';
import type { Frame } from '../page.ts';
import { tableElement } from '../table.ts';
import { timeElement } from '../view.ts';
import { wordsIn } from '../words.ts';
import { WORDS } from './incident-words.ts';

type Finding = Incident['findings'][number];

/** What an operator asks first: since when, how far from normal, when it last went well, whose it is. */
export function factsElement(frame: Frame, incident: Incident, record: IncidentRecord | null): HTMLElement {
  const { view } = frame;
  const { language, format } = view;
  const words = wordsIn(WORDS, language);
  const [first] = incident.findings;
  const difference = first ? differenceText(first.evidence, format, language) : null;
  const silenced = record?.silencedUntil ?? null;
  const isJob = first?.jobId != null;
  const fact = (label: string, ...value: (Node | string)[]) =>
    element('div', {}, element('dt', {}, label), element('dd', {}, ...value));
  return element(
    'dl',
    { class: 'facts' },
    fact(words.state, stateText(incident, language)),
    fact(words.severity, severityText(incident.severity, language)),
    fact(words.since, timeElement(view, incident.since)),
    incident.resolvedAt !== null && fact(words.until, timeElement(view, incident.resolvedAt)),
    difference !== null && fact(words.difference, difference),
    isJob &&
      fact(
        words.lastSuccess,
        first.lastSuccessAt === null ? words.neverSucceeded : timeElement(view, first.lastSuccessAt),
      ),
    isJob && fact(words.owner, first.owner ?? view.words.noOwner),
    first !== undefined && first.host !== null && fact(words.host, first.host),
    first?.kind === 'host' && first.evidence.text !== null && fact(words.metric, first.evidence.text),
    isJob && first.criticality !== null && fact(words.criticality, words.criticalities(first.criticality)),
    silenced !== null &&
      Date.parse(silenced) > Date.now() &&
      incident.resolvedAt === null &&
      fact(words.silenced, timeElement(view, silenced)),
  );
}

/** The first text of a log or about a file, as it was written; of a server it is only the name of a metric. */
export function errorElement({ view }: Frame, { findings }: Incident): HTMLElement | null {
  const found = findings.find(({ kind, evidence }) => kind !== 'host' && evidence.text !== null);
  if (found === undefined) return null;
  const words = wordsIn(WORDS, view.language);
  const title = found.jobId === null ? words.foundTitle : words.errorTitle;
  return element(
    'div',
    {},
    element('h2', {}, title),
    element(
      'pre',
      { class: 'message tall', tabindex: 0, role: 'group', 'aria-label': title },
      found.evidence.text!,
    ),
  );
}

/** Ranked, each with its weight as number and bar. */
export function causesElement({ view }: Frame, { causes }: Incident): HTMLElement {
  const words = wordsIn(WORDS, view.language);
  if (causes.length === 1 && causes[0]!.kind === 'itself') {
    const title = element('h2', {}, words.causesTitle);
    return element('div', {}, title, element('p', { class: 'muted' }, words.causeItself));
  }
  return element(
    'div',
    {},
    element(
      'div',
      { class: 'head' },
      element('h2', {}, words.causesTitle),
      element('p', {}, words.causesSubtitle),
    ),
    element(
      'ol',
      { class: 'causes' },
      ...causes.map((cause) =>
        element(
          'li',
          {},
          element('span', {}, oneCauseText(cause, view.language)),
          element('span', { class: 'muted' }, view.format.percent(cause.weight)),
          weightBar(cause.weight) as unknown as Node,
        ),
      ),
    ),
  );
}

const weightBar = (weight: number): SVGElement =>
  svg(
    'svg',
    { class: 'bar-line', viewBox: '0 0 100 4', preserveAspectRatio: 'none', 'aria-hidden': 'true' },
    svg('rect', { class: 'rail', width: 100, height: 4, rx: 1 }),
    svg('rect', { width: Math.max(1, 100 * weight), height: 4, rx: 1 }),
  );

/** Everything that is or was wrong, causes first. */
export function findingsElement(frame: Frame, incident: Incident): HTMLElement {
  const { view } = frame;
  const words = wordsIn(WORDS, view.language);
  const more = incident.findingsTotal - incident.findings.length;
  return element(
    'div',
    {},
    element('h2', {}, words.findingsTitle),
    tableElement({
      label: words.findingsTitle,
      columns: [words.about, words.what, words.role, words.since, words.ended, words.difference],
      rows: incident.findings.map((finding) => [
        aboutOf(frame, finding),
        findingText(finding, view.language),
        roleText(finding.role, view.language),
        timeElement(view, finding.since),
        finding.endedAt === null ? words.lasts : timeElement(view, finding.endedAt),
        differenceText(finding.evidence, view.format, view.language) ?? clipped(finding.evidence.text),
      ]),
    }),
    more > 0 && element('p', { class: 'muted' }, words.more(more)),
  );
}

const clipped = (text: string | null): Node | string =>
  text === null ? '' : element('span', { class: 'clip line', title: text }, text);

/** A job is a link to its page; a server or a source only a name. */
function aboutOf(frame: Frame, { jobId, name, namespace, source }: Finding): Node | string {
  if (jobId === null) return source === null ? name : frame.view.words.sourceNamed(source);
  return element('a', { href: frame.href(`/jobs/${jobId}`), title: namespace ?? '' }, name);
}

/** Jobs that wait for what is wrong. */
export function threatenedElement(frame: Frame, record: IncidentRecord): HTMLElement {
  const { view } = frame;
  const words = wordsIn(WORDS, view.language);
  const { threatened, threatenedTotal } = record;
  const head = element(
    'div',
    { class: 'head' },
    element('h2', {}, words.threatenedTitle),
    element('p', {}, words.threatenedSubtitle),
  );
  if (threatenedTotal === 0) {
    return element('div', {}, head, element('p', { class: 'muted' }, words.threatenedNone));
  }
  return element(
    'div',
    {},
    head,
    element(
      'ul',
      { class: 'tags', role: 'list' },
      ...threatened.map((job) =>
        element(
          'li',
          { class: 'tag' },
          element(
            'a',
            {
              href: frame.href(`/jobs/${job.jobId}`),
              title: `${job.namespace} · ${job.owner ?? view.words.noOwner} · ${words.criticalities(job.criticality)}`,
            },
            job.job,
          ),
        ),
      ),
      threatenedTotal > threatened.length &&
        element('li', {}, words.more(threatenedTotal - threatened.length)),
    ),
  );
}
