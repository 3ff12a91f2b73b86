import type { AlertSettings } from './alert-settings.ts';
import { type Block, type Content, KEPT_ITEMS, listBlock } from './content.ts';
import { toldFindings } from './hold-back.ts';
import type { IncidentEvent, IncidentStory, StoryFinding, StoryLinks } from './incident-story.ts';
import { CAUSE_WORDS, ITSELF_WORDS, SEVERITY_WORDS } from './incident-words.ts';
import { instantText, type Language, oneLine } from './message.ts';
import { matchesAny } from './name-pattern.ts';
import { nextStep } from './next-step.ts';
import { delayText, differenceText, spanText } from './quantity-words.ts';
import { storyData } from './story-data.ts';
import { kindText, storySubject } from './story-subject.ts';

const LONGEST_ERROR = 600;
const CAUSES_TOLD = 3;

/**
 * What people are told when something happens to an incident: what, since when, how it differs from normal, the last
 * success, what is likely behind it, what follows from it, what to do and where to look.
 *
 * @param asOfMs of the estate; tells how long it has lasted.
 */
export function storyContent(
  story: IncidentStory,
  event: IncidentEvent,
  links: StoryLinks,
  language: Language,
  asOfMs: number,
): Content {
  const findings = toldFindings(story);
  const blocks: Block[] = [{ type: 'facts', facts: factsOf(story, event, language, asOfMs) }];
  const error = findings.find(({ evidence }) => evidence.text !== null)?.evidence.text;
  if (error != null && event !== 'resolved')
    blocks.push({ type: 'text', text: oneLine(error, LONGEST_ERROR) });
  if (findings.length > 1) {
    const title = language === 'fr' ? 'Concernés' : 'Concerned';
    blocks.push(
      listBlock(
        title,
        findings.map((finding) => findingLine(finding, language)),
      ),
    );
  }
  if (event !== 'resolved') {
    blocks.push(...consequencesOf(story, language));
    const [first] = findings;
    const over =
      language === 'fr' ? 'Vous saurez quand ce sera rétabli.' : 'You will be told when it is over.';
    const todo = first === undefined ? '' : `${nextStep(first, language)} `;
    blocks.push({ type: 'text', text: `${todo}${over}` });
  }
  blocks.push({ type: 'links', links: linksOf(story, event, links, language) });
  return {
    subject: storySubject(story, event, language),
    language,
    tone: event === 'resolved' ? 'good' : 'bad',
    type: `incident.${event}`,
    blocks,
    data: storyData(story, links, KEPT_ITEMS),
  };
}

/** The run-book that the settings name for a job, or a kind, of the incident; null when they name none. */
export function runBookOf(
  story: IncidentStory,
  { runBooks }: Pick<AlertSettings, 'runBooks'>,
): string | null {
  const findings = toldFindings(story);
  const fits = (patterns: readonly string[] | undefined, value: string): boolean =>
    patterns === undefined || matchesAny(patterns, value);
  const book = runBooks.find(({ jobs, kinds }) =>
    findings.some(
      ({ subject, name, kind }) =>
        fits(kinds, kind) && (jobs === undefined || (subject.type === 'job' && fits(jobs, name))),
    ),
  );
  return book?.url ?? null;
}

type Fact = { name: string; value: string };

function factsOf(story: IncidentStory, event: IncidentEvent, language: Language, asOfMs: number): Fact[] {
  const say = (en: string, fr: string): string => (language === 'fr' ? fr : en);
  const facts: Fact[] = [];
  const add = (name: string, value: string | null): void => {
    if (value !== null) facts.push({ name, value });
  };
  const findings = toldFindings(story);
  const first = findings[0];
  if (first !== undefined) add(say('What', 'Quoi'), findingLine(first, language));
  add(say('Severity', 'Gravité'), SEVERITY_WORDS[story.severity][language]);
  const sinceMs = sinceOf(story.openedMs, findings);
  if (event === 'resolved' && story.resolvedMs !== null) {
    add(say('From', 'De'), instantText(sinceMs));
    add(say('To', 'À'), instantText(story.resolvedMs));
    add(say('Lasted', 'Durée'), spanText(story.resolvedMs - sinceMs, language));
    return facts;
  }
  const lasted = asOfMs > sinceMs ? ` (${spanText(asOfMs - sinceMs, language)})` : '';
  add(say('Since', 'Depuis'), `${instantText(sinceMs)}${lasted}`);
  if (first !== undefined) {
    const isAbsent = (first.kind === 'late' || first.kind === 'missing') && first.dueMs !== null;
    if (isAbsent) add(say('Due', 'Attendu'), instantText(first.dueMs!));
    const difference = isAbsent ? delayText : differenceText;
    add(say('Difference', 'Écart'), difference(first.evidence, language));
    if (first.subject.type === 'job') {
      add(
        say('Last success', 'Dernier succès'),
        first.lastSuccessMs === null ? say('none known', 'aucun connu') : instantText(first.lastSuccessMs),
      );
    }
    if (first.course !== 'new') add(say('Course', 'Évolution'), courseText(first, language));
  }
  const causes = story.causes.slice(0, CAUSES_TOLD).map(({ kind, name, weight }) => {
    const named =
      kind === 'itself'
        ? ITSELF_WORDS[first?.subject.type ?? 'job'][language]
        : `${CAUSE_WORDS[kind][language]} ${oneLine(name)}`;
    return `${named} (${Math.round(weight * 100)} %)`;
  });
  if (causes.length > 0) add(say('Probable cause', 'Cause probable'), causes.join(', '));
  if (story.acknowledgedBy !== null) add(say('Taken by', 'Pris en charge par'), story.acknowledgedBy);
  return facts;
}

/** What is found has been so for longer than it is known. */
const sinceOf = (openedMs: number, findings: readonly StoryFinding[]): number =>
  Math.min(openedMs, ...findings.map(({ sinceMs }) => sinceMs));

const courseText = ({ course }: StoryFinding, language: Language): string =>
  course === 'chronic'
    ? language === 'fr'
      ? 'chronique'
      : 'chronic'
    : language === 'fr'
      ? 'intermittent'
      : 'comes and goes';

/** `orders @ srv-1 (ann): failed`. */
function findingLine(finding: StoryFinding, language: Language): string {
  const host =
    finding.host === null || finding.subject.type !== 'job' ? '' : ` @ ${oneLine(finding.host, 60)}`;
  const nobody = language === 'fr' ? 'sans responsable' : 'no owner';
  const owner = finding.subject.type === 'job' ? ` (${oneLine(finding.owner ?? nobody, 60)})` : '';
  const colon = language === 'fr' ? ' : ' : ': ';
  const over = finding.endedMs === null ? '' : language === 'fr' ? ', rétabli' : ', over';
  return `${oneLine(finding.name, 80)}${host}${owner}${colon}${kindText(finding, language)}${over}`;
}

function consequencesOf(story: IncidentStory, language: Language): Block[] {
  const names = [
    ...new Set(
      story.findings.filter(({ role }) => role === 'consequence').map(({ name }) => oneLine(name, 80)),
    ),
  ];
  if (names.length === 0) return [];
  const counted = names.length > 1 ? 's' : '';
  const title =
    language === 'fr' ? `${names.length} conséquence${counted}` : `${names.length} consequence${counted}`;
  return [listBlock(title, names)];
}

function linksOf(
  { runBook }: IncidentStory,
  event: IncidentEvent,
  links: StoryLinks,
  language: Language,
): { label: string; url: string }[] {
  const say = (en: string, fr: string): string => (language === 'fr' ? fr : en);
  const all: [string, string | null][] = [[say('To look', 'Pour regarder'), links.page]];
  if (event !== 'resolved') {
    all.push(
      [say('What to do', 'Que faire'), runBook],
      [say('I take it', "Je m'en occupe"), links.acknowledge],
      [say('Silence', 'Mettre en sourdine'), links.silence],
      [say('Run again', 'Relancer'), links.rerun],
    );
  }
  all.push(
    [say('In Temporal', 'Dans Temporal'), links.workflow],
    [say('This was useful', 'Utile'), links.useful],
    [say('This was not useful', 'Pas utile'), links.notUseful],
  );
  return all.flatMap(([label, url]) => (url === null ? [] : [{ label, url }]));
}
