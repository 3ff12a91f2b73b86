import type { Incident } from '../../api/contract/incidents.ts';
import { element, outLink } from '../element.ts';
import { findingText, severityText } from '../incident-words.ts';
import type { Frame } from '../page.ts';
import { workflowOfId } from '../temporal-links.ts';
import { timeElement } from '../view.ts';
import { jobWords } from './words.ts';

/** Incidents that a job is in, each with its page and its workflow. */
export function incidentsOfJob(
  frame: Frame,
  jobId: number,
  incidents: readonly Incident[],
): HTMLElement | null {
  const { view } = frame;
  const words = jobWords(view);
  const temporal = view.overview?.temporal;
  const own = incidents.flatMap((incident) => {
    const finding = incident.findings.find((one) => one.jobId === jobId);
    return finding ? [{ incident, finding }] : [];
  });
  if (own.length === 0) return null;
  return element(
    'ul',
    { class: 'own-incidents', role: 'list' },
    ...own.map(({ incident, finding }) =>
      element(
        'li',
        {},
        element(
          'a',
          { href: frame.href(`/incidents/${incident.id}`) },
          `${view.words.incident} ${incident.id}`,
        ),
        element(
          'span',
          {},
          `${severityText(incident.severity, view.language)} · ${findingText(finding, view.language)}`,
        ),
        element(
          'span',
          { class: 'muted' },
          timeElement(view, incident.since),
          ' → ',
          incident.resolvedAt === null ? words.isOpen : timeElement(view, incident.resolvedAt),
        ),
        temporal !== undefined &&
          outLink(workflowOfId(temporal, `incident/${incident.id}`), 'Temporal', view.words.opensTemporal),
      ),
    ),
  );
}
