import { SEVERITIES } from '../detect/incidents/incident.ts';
import { type Content, KEPT_ITEMS, listBlock } from './content.ts';
import { toldFindings } from './hold-back.ts';
import type { IncidentEvent, IncidentStory } from './incident-story.ts';
import { type Language, oneLine } from './message.ts';
import { storyData } from './story-data.ts';
import { storySubject, storyTitle } from './story-subject.ts';

/** From so many incidents of one look on a channel gets one message of all. */
export const MANY = 4;

/** Characters of an error in a line of a list. */
const LONGEST_ERROR = 120;

/** `[Minor] orders: failed, ORA-01653: unable to extend table`. */
function openedLine(story: IncidentStory, language: Language): string {
  const subject = storySubject(story, 'opened', language);
  const error = toldFindings(story).find(({ evidence }) => evidence.text !== null)?.evidence.text;
  return error == null ? subject : `${subject}, ${oneLine(error, LONGEST_ERROR)}`;
}

/** Several incidents that began, or ended, in one look, the worst first. */
export function manyContent(
  unordered: readonly IncidentStory[],
  event: IncidentEvent,
  pageUrl: string,
  language: Language,
): Content {
  const isFrench = language === 'fr';
  // Of a long list the end is cut, and the beginning is read.
  const stories = unordered.toSorted(
    (a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) || a.id - b.id,
  );
  const count = stories.length;
  const subject =
    event === 'resolved'
      ? isFrench
        ? `${count} incidents rétablis`
        : `${count} incidents are over`
      : isFrench
        ? `${count} incidents ouverts`
        : `${count} incidents opened`;
  const lines = stories.map((story) =>
    event === 'resolved' ? storyTitle(story, language) : openedLine(story, language),
  );
  const blocks: Content['blocks'] = [
    listBlock(subject, lines),
    ...(event === 'resolved'
      ? []
      : [
          {
            type: 'text' as const,
            text: isFrench
              ? 'Vous saurez pour chacun quand ce sera rétabli.'
              : 'You will be told of each when it is over.',
          },
        ]),
    { type: 'links', links: [{ label: isFrench ? 'Pour regarder' : 'To look', url: pageUrl }] },
  ];
  const links = { page: pageUrl, workflow: null };
  return {
    subject,
    language,
    tone: event === 'resolved' ? 'good' : 'bad',
    type: `incidents.${event}`,
    blocks,
    data: {
      incidentsTotal: count,
      incidents: stories.slice(0, KEPT_ITEMS).map((story) => storyData(story, links, 1).incident),
    },
  };
}

/**
 * What came in the quiet hours, at their end, as one message.
 *
 * @param subjects of the messages that waited.
 * @param ended incidents that began and ended meanwhile, of which nobody is told more.
 */
export function digestContent(
  subjects: readonly string[],
  ended: number,
  pageUrl: string,
  language: Language,
): Content {
  const isFrench = language === 'fr';
  const subject = isFrench
    ? `Pendant les heures calmes : ${subjects.length} messages`
    : `During quiet hours: ${subjects.length} messages`;
  const over = isFrench
    ? `${ended} de plus ont commencé et se sont terminés entre-temps.`
    : `${ended} more began and ended meanwhile.`;
  return {
    subject,
    language,
    tone: 'info',
    type: 'digest',
    blocks: [
      listBlock(isFrench ? 'Dans leur ordre' : 'In their order', subjects),
      ...(ended === 0 ? [] : [{ type: 'text' as const, text: over }]),
      { type: 'links', links: [{ label: isFrench ? 'Pour regarder' : 'To look', url: pageUrl }] },
    ],
    data: { subjects: subjects.slice(0, KEPT_ITEMS), subjectsTotal: subjects.length, endedMeanwhile: ended },
  };
}
