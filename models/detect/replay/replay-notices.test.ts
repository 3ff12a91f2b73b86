import { describe, expect, it } from 'vitest';
import type { OpenIncident } from '../incidents/incident-changes.ts';
import type { ReplayedEvent } from './replay-incidents.ts';
import { type PlanNotices, replayNotices, type ToldBefore } from './replay-notices.ts';

const HOUR = 3_600_000;
const incident = (id: number): OpenIncident => ({
  ...{ id, state: 'open', severity: 'major', openedMs: 0, resolvedMs: null, findings: [] },
  causes: [{ kind: 'itself', name: 'load', weight: 1 }],
});
const event = (id: number, what: ReplayedEvent['event'], atMs: number): ReplayedEvent => ({
  ...{ incident: incident(id), event: what, atMs },
});

/** One channel that hears of everything two hours later, and of no end of what it had not heard of. */
const seen: ToldBefore['state'][][] = [];
const inTwoHours: PlanNotices = (story, what, asOfMs, told) => {
  seen.push(told.map(({ state }) => state));
  const waiting = told.filter(({ state }) => state === 'waiting').map(({ id }) => id);
  if (what === 'resolved' && told.every(({ state }) => state !== 'sent'))
    return { notices: [], withdraws: waiting };
  const { id: incidentId, severity } = story;
  return {
    notices: [{ incidentId, channel: 'mail', event: what, severity, sendAfterMs: asOfMs + 2 * HOUR }],
    withdraws: [],
  };
};

describe('the messages of a replay', () => {
  it('are none when nothing happens', () => {
    expect(replayNotices([], [], inTwoHours, HOUR)).toEqual([]);
  });

  it('are sent when they may be, and not when they were withdrawn before', () => {
    const events = [
      event(1, 'opened', 0),
      event(2, 'opened', 0),
      event(2, 'resolved', HOUR),
      event(1, 'resolved', 5 * HOUR),
    ];
    seen.length = 0;
    const sent = replayNotices(events, [], inTwoHours, 10 * HOUR);
    expect(sent.map(({ incidentId, event: what, sentMs }) => [incidentId, what, sentMs / HOUR])).toEqual([
      [1, 'opened', 2],
      [1, 'resolved', 7],
    ]);
    expect(seen).toEqual([[], [], ['waiting'], ['sent']]);
  });

  it('that would be sent after the end of the replay are not', () => {
    expect(replayNotices([event(1, 'opened', 0)], [], inTwoHours, HOUR)).toEqual([]);
  });
});
