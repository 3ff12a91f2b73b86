import type { AlertSettings } from './alert-settings.ts';
import { quietEnd } from './hold-back.ts';
import type { IncidentStory } from './incident-story.ts';
import { reminderDue, type ToldNotice } from './plan-notices.ts';
import { routeStory } from './route-story.ts';

export interface NextNotice {
  event: 'reminder' | 'escalated';
  /** May be in the past: then it is due. */
  atMs: number;
}

/**
 * What is due next for an incident that goes on, and when; null when nothing is: it is over, somebody has taken it, or
 * no route asks for it. To be asked again after every message that was sent.
 */
export function nextNotice(
  story: IncidentStory,
  settings: AlertSettings,
  asOfMs: number,
  told: readonly ToldNotice[],
): NextNotice | null {
  if (story.state === 'resolved' || story.state === 'acknowledged') return null;
  const routing = routeStory(story, settings, asOfMs);
  const live = told.filter(({ state }) => state !== 'withdrawn');
  const due: NextNotice[] = [];
  for (const routed of routing.channels) {
    const atMs = reminderDue(
      routed,
      live.filter(({ channel }) => channel === routed.channel),
    );
    if (atMs !== null) due.push({ event: 'reminder', atMs: afterQuiet(story, settings, atMs) });
  }
  const firstTold = live.filter(({ state }) => state !== 'waiting').map(({ atMs }) => atMs);
  const isEscalated = live.some(({ event }) => event === 'escalated');
  if (routing.escalation !== null && firstTold.length > 0 && !isEscalated) {
    due.push({ event: 'escalated', atMs: Math.min(...firstTold) + routing.escalation.afterMs });
  }
  // What fell due in the silence is due at its end.
  const heardMs = story.silencedUntilMs ?? Number.NEGATIVE_INFINITY;
  const heard = due.map((one) => ({ ...one, atMs: Math.max(one.atMs, heardMs) }));
  return heard.toSorted((a, b) => a.atMs - b.atMs || a.event.localeCompare(b.event))[0] ?? null;
}

/** Reminders of quiet hours are not sent later: the digest has told it. */
const afterQuiet = ({ severity }: IncidentStory, settings: AlertSettings, atMs: number): number =>
  severity === 'critical' ? atMs : (quietEnd(settings, atMs) ?? atMs);
