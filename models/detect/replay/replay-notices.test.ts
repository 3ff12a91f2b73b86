import { describe, expect, it } from 'vitest';
import type { AlertSettings } from '../../alerts/alert-settings.ts';
import type { Severity } from '../incidents/incident.ts';
import type { OpenFinding, OpenIncident } from '../incidents/incident-changes.ts';
import type { ReplayedEvent } from './replay-incidents.ts';
import { replayNotices } from './replay-notices.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Midnight in Paris. */
const START = Date.parse('2026-03-01T23:00:00Z');
const EVERYTHING: AlertSettings = {
  channels: [{ name: 'mail', kind: 'mail', language: 'en' }],
  routes: [{ match: {}, tell: ['mail'], escalateTo: [] }],
  ...{ quietHours: [], maintenance: [], runBooks: [], timeZone: 'Europe/Paris' },
};
const AT_NIGHT = { fromMinute: 22 * 60, toMinute: 6 * 60, days: [1, 2, 3, 4, 5, 6, 7] };
const crash = {
  kind: 'crash',
  subject: { type: 'job', jobId: 1 },
  role: 'cause',
  endedMs: null,
} as OpenFinding;
const event = (id: number, what: ReplayedEvent['event'], atMs: number, severity: Severity = 'major') => {
  const isOver = what === 'resolved';
  const incident: OpenIncident = {
    ...{ id, state: isOver ? 'resolved' : 'open', severity, openedMs: START, resolvedMs: null },
    ...{ findings: [crash], causes: [{ kind: 'itself', name: 'load', weight: 1 }] },
  };
  return { incident, event: what, atMs: START + atMs };
};
const told = (events: ReplayedEvent[], settings = EVERYTHING) =>
  replayNotices(events, [], settings, START + DAY).map(({ event: what, sentMs, incidentIds }) => [
    what,
    (sentMs - START) / MINUTE,
    ...incidentIds,
  ]);

describe('the messages of a replay', () => {
  it('are none when nothing happens', () => {
    expect(told([])).toEqual([]);
  });

  it('are one when it begins and one when it is over', () => {
    expect(told([event(1, 'opened', 0), event(1, 'resolved', HOUR)])).toEqual([
      ['opened', 0, 1],
      ['resolved', 60, 1],
    ]);
  });

  it('tell what it came to after the burst, and nothing of it when it is over by then', () => {
    const steps = [
      event(1, 'opened', 0, 'minor'),
      event(1, 'worsened', 1000),
      event(1, 'worsened', 2000, 'critical'),
    ];
    expect(told(steps)).toEqual([
      ['opened', 0, 1],
      ['worsened', 2, 1],
    ]);
    expect(told([...steps, event(1, 'resolved', MINUTE, 'critical')])).toEqual([
      ['opened', 0, 1],
      ['resolved', 1, 1],
    ]);
  });

  it('tell of another step not within an hour of the last', () => {
    const steps = [
      event(1, 'opened', 0, 'minor'),
      event(1, 'worsened', 10 * MINUTE),
      event(1, 'worsened', 20 * MINUTE, 'critical'),
    ];
    expect(told(steps)).toEqual([
      ['opened', 0, 1],
      ['worsened', 10, 1],
      ['worsened', 70, 1],
    ]);
  });

  it('tell what became grave to those who are to hear of that only', () => {
    const grave = { match: { severities: ['critical'] as const }, tell: ['mail'], escalateTo: [] };
    const settings = { ...EVERYTHING, routes: [grave] };
    const steps = [event(1, 'opened', 0), event(1, 'worsened', MINUTE, 'critical')];
    expect(told(steps, settings)).toEqual([['opened', 1, 1]]);
  });

  it('are one of many that begin at once', () => {
    const at = (ids: number[]) => ids.map((id) => event(id, 'opened', 0));
    expect(told(at([1, 2, 3]))).toHaveLength(3);
    expect(told(at([1, 2, 3, 4]))).toEqual([['opened', 0, 1, 2, 3, 4]]);
  });

  it('wait through quiet hours, are one then, and are not sent of what is over', () => {
    const events = [1, 2, 3].map((id) => event(id, 'opened', id * MINUTE));
    const quiet = { ...EVERYTHING, quietHours: [AT_NIGHT] };
    expect(told([...events, event(2, 'resolved', HOUR)], quiet)).toEqual([['opened', 360, 1, 3]]);
  });

  it('that would be sent after the end of the replay are not, nor those of nobody', () => {
    const quiet = { ...EVERYTHING, quietHours: [AT_NIGHT] };
    expect(replayNotices([event(1, 'opened', 0)], [], quiet, START + HOUR)).toEqual([]);
    expect(told([event(1, 'opened', 0)], { ...EVERYTHING, routes: [] })).toEqual([]);
  });
});
