import type { AlertSettings, Topic } from './alert-settings.ts';
import type { IncidentStory } from './incident-story.ts';
import { routeOfTopic, routeStory } from './route-story.ts';

/** How long people are given before something is done, in milliseconds; null: for ever. */
export interface Patience {
  escalateAfterMs: number | null;
  remindEveryMs: number | null;
}

const MINUTE_MS = 60_000;

/**
 * How long people are given with an incident: the shortest time that a route it takes asks for.
 *
 * @param bySeverity counts where a route says nothing.
 */
export function patienceOf(
  story: Pick<IncidentStory, 'findings' | 'severity'>,
  settings: AlertSettings,
  asOfMs: number,
  bySeverity: Patience,
): Patience {
  const { escalateAfterMinutes, remindEveryMinutes } = routeStory(story, settings, asOfMs);
  return {
    escalateAfterMs: shortest(escalateAfterMinutes, bySeverity.escalateAfterMs),
    remindEveryMs: shortest(remindEveryMinutes, bySeverity.remindEveryMs),
  };
}

/**
 * How long people are given with something that waits for them and is no incident, before they are reminded.
 *
 * @param byDefaultMs counts where the route says nothing
 * @returns milliseconds; null: they are not reminded
 */
export function remindTopicMs(
  topic: Topic,
  settings: AlertSettings,
  asOfMs: number,
  byDefaultMs: number,
): number | null {
  const route = routeOfTopic(topic, settings, asOfMs);
  return route === undefined ? null : shortest([route.remindEveryMinutes], byDefaultMs);
}

function shortest(
  minutes: readonly (number | null | undefined)[],
  byDefaultMs: number | null,
): number | null {
  const times = minutes
    .map((told) => (told === undefined ? byDefaultMs : told === null ? null : told * MINUTE_MS))
    .filter((time) => time !== null);
  return times.length === 0 ? null : Math.min(...times);
}
