import { element, outLink } from './element.ts';
import { workflowsOfType } from './temporal-links.ts';
import type { View } from './view.ts';

interface SectionOptions {
  /** The section is `#id`, its body `#id-body`. */
  id: string;
  title: string;
  subtitle?: string;
  /** Type of workflow that the section is about: the head links to those in the Temporal UI. */
  workflows?: string;
  /** 1 where the section is the page. */
  level?: 1 | 2;
}

/** A part of a page: a head, and a body to draw into. */
export function sectionElement({ id, title, subtitle, workflows, level = 2 }: SectionOptions): {
  section: HTMLElement;
  body: HTMLElement;
} {
  const body = element('div', { id: `${id}-body` });
  const section = element(
    'section',
    { id, 'aria-labelledby': `${id}-title` },
    element(
      'div',
      { class: 'head' },
      element(level === 1 ? 'h1' : 'h2', { id: `${id}-title`, class: 'page-title' }, title),
      element('p', { id: `${id}-subtitle` }, subtitle ?? ''),
      workflows !== undefined && element('span', { class: 'to-temporal', 'data-workflows': workflows }),
    ),
    body,
  );
  return { section, body };
}

/** Fills the links of sections to their workflows, once it is known where the Temporal UI is. */
export function drawWorkflowLinks({ overview, words }: View, place: ParentNode): void {
  if (!overview) return;
  for (const link of place.querySelectorAll<HTMLElement>('[data-workflows]')) {
    const address = workflowsOfType(overview.temporal, link.dataset.workflows!);
    link.replaceChildren(outLink(address, words.workflows, words.opensTemporal));
  }
}
