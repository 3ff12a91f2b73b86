import { toldFindings } from './hold-back.ts';
import type { IncidentEvent, IncidentStory, StoryFinding } from './incident-story.ts';
import { EVENT_WORDS, KIND_WORDS, SEVERITY_WORDS, variantText } from './incident-words.ts';
import { type Language, oneLine } from './message.ts';

/** These say it all: that it is about a source, or how it came, is beside the point. */
const SAY_IT_ALL: ReadonlySet<string> = new Set([
  'schema-changed',
  'quarantine-limit',
  'source-unreadable',
  'model-unusable',
]);

/** `failed`, `damaged in transmission (truncated)`, `the schema changed`. */
export function kindText(
  { kind, variant }: Pick<StoryFinding, 'kind' | 'variant'>,
  language: Language,
): string {
  const words = KIND_WORDS[kind][language];
  if (variant !== null && SAY_IT_ALL.has(variant)) return variantText(variant, language);
  return variant === null ? words : `${words} (${variantText(variant, language)})`;
}

/** `orders: failed`; `Server srv-1: 12 concerned`. One line. */
export function storyTitle(story: Pick<IncidentStory, 'findings' | 'causes'>, language: Language): string {
  const isFrench = language === 'fr';
  const colon = isFrench ? ' : ' : ': ';
  const findings = toldFindings(story);
  const names = [...new Set(findings.map(({ name }) => name))];
  const first = findings[0];
  const cause = story.causes[0];
  const what = first === undefined ? '' : kindText(first, language);
  if (names.length <= 1) return `${oneLine(names[0] ?? cause?.name ?? '', 80)}${colon}${what}`;
  const concerned = isFrench ? `${names.length} concernés` : `${names.length} concerned`;
  const named = (word: string): string => `${word} ${oneLine(cause!.name, 60)}${colon}${concerned}`;
  switch (cause?.kind) {
    case 'host':
      return named(isFrench ? 'Serveur' : 'Server');
    case 'source':
      return named('Source');
    case 'upstream':
      return named(isFrench ? 'Après' : 'After');
    case 'error-family':
      return `${oneLine(cause.name, 60)}${colon}${concerned}`;
    case 'schedule':
      return `${isFrench ? `${names.length} traitements` : `${names.length} jobs`}${colon}${what}`;
    default: {
      const others = isFrench ? `et ${names.length - 1} de plus` : `and ${names.length - 1} more`;
      return `${oneLine(names[0]!, 60)} ${others}${colon}${what}`;
    }
  }
}

/** The subject of a message about an incident: how bad, or what became of it, and what it is. */
export function storySubject(story: IncidentStory, event: IncidentEvent, language: Language): string {
  const severity = SEVERITY_WORDS[story.severity][language];
  const colon = language === 'fr' ? ' : ' : ': ';
  if (event === 'opened') return `[${severity}] ${storyTitle(story, language)}`;
  const words = EVENT_WORDS[event][language];
  const shown = event === 'resolved' ? words : `[${severity}] ${words}`;
  return `${shown}${colon}${storyTitle(story, language)}`;
}
