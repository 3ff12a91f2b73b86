import type { FindingKind } from '../detect/finding.ts';
import type { Severity } from '../detect/incidents/incident.ts';
import type { AlertSettings, Route, Topic } from './alert-settings.ts';
import { toldFindings } from './hold-back.ts';
import type { IncidentStory, StoryFinding } from './incident-story.ts';
import { endOfHours } from './local-hours.ts';
import { matchesAny } from './name-pattern.ts';

/** A channel that an incident goes to. */
export interface RoutedChannel {
  channel: string;
  isReminded: boolean;
}

export interface Routing {
  channels: readonly RoutedChannel[];
  /** Whom to tell when nobody acknowledges it; empty: nobody, ever. */
  escalateTo: readonly string[];
  /** What the routes say of it; undefined: as its severity asks for. */
  remindEveryMinutes: readonly (number | null | undefined)[];
  escalateAfterMinutes: readonly (number | null | undefined)[];
}

/** Where an incident goes: each of its findings takes the first route that matches it. */
export function routeStory(
  story: Pick<IncidentStory, 'findings' | 'severity'>,
  settings: AlertSettings,
  asOfMs: number,
): Routing {
  const routes = new Set<Route>();
  for (const finding of toldFindings(story)) {
    const route = settings.routes.find((one) =>
      matchesFinding(one, finding, story.severity, settings, asOfMs),
    );
    if (route !== undefined) routes.add(route);
  }
  return joined([...routes], settings);
}

/** The channels of a message that is not of an incident: it is a warning, and nobody's in particular. */
export function routeTopic(topic: Topic | FindingKind, settings: AlertSettings, asOfMs: number): string[] {
  const route = routeOfTopic(topic, settings, asOfMs);
  return route === undefined ? [] : known(route.tell, settings);
}

/** The route that such a message takes; undefined: none, nobody is told. */
export const routeOfTopic = (
  topic: Topic | FindingKind,
  settings: AlertSettings,
  asOfMs: number,
): Route | undefined =>
  settings.routes.find(({ match }) => {
    if (match.severities !== undefined && !match.severities.includes('warning')) return false;
    if (match.kinds !== undefined && !match.kinds.includes(topic)) return false;
    if (match.owners !== undefined || match.jobs !== undefined || match.namespaces !== undefined)
      return false;
    return isInHours({ match }, settings, asOfMs);
  });

function matchesFinding(
  { match }: Route,
  finding: StoryFinding,
  severity: Severity,
  settings: AlertSettings,
  asOfMs: number,
): boolean {
  const fits = (patterns: readonly string[] | undefined, value: string | null): boolean =>
    patterns === undefined || (value !== null && matchesAny(patterns, value));
  if (match.severities !== undefined && !match.severities.includes(severity)) return false;
  if (match.kinds !== undefined && !match.kinds.includes(finding.kind)) return false;
  if (!fits(match.owners, finding.owner) || !fits(match.namespaces, finding.namespace)) return false;
  if (!fits(match.jobs, finding.subject.type === 'job' ? finding.name : null)) return false;
  return isInHours({ match }, settings, asOfMs);
}

const isInHours = ({ match }: Pick<Route, 'match'>, { timeZone }: AlertSettings, asOfMs: number): boolean =>
  match.hours === undefined || endOfHours(match.hours, asOfMs, timeZone) !== null;

const known = (names: readonly string[], { channels }: AlertSettings): string[] =>
  channels.map(({ name }) => name).filter((name) => names.includes(name));

function joined(routes: readonly Route[], settings: AlertSettings): Routing {
  const names = known(
    routes.flatMap(({ tell }) => tell),
    settings,
  );
  const escalating = routes.filter(({ escalateAfterMinutes }) => escalateAfterMinutes !== null);
  const named = escalating.flatMap(({ escalateTo }) => escalateTo);
  const whoKnow = escalating.flatMap(({ tell }) => tell);
  return {
    channels: names.map((channel) => ({
      channel,
      isReminded: routes.some((route) => route.tell.includes(channel) && route.remindEveryMinutes !== null),
    })),
    escalateTo: known(named.length > 0 ? named : whoKnow, settings),
    remindEveryMinutes: routes.map(({ remindEveryMinutes }) => remindEveryMinutes),
    escalateAfterMinutes: routes.map(({ escalateAfterMinutes }) => escalateAfterMinutes),
  };
}
