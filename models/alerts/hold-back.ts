import type { AlertSettings, MaintenanceWindow } from './alert-settings.ts';
import type { IncidentStory, StoryFinding } from './incident-story.ts';
import { endOfHours } from './local-hours.ts';
import { matchesAny } from './name-pattern.ts';

/** Until when a message waits; `reason` null: it does not. */
export interface HoldBack {
  untilMs: number;
  reason: 'maintenance' | 'quiet-hours' | null;
}

/** One window may begin where another ends; a chain longer than this is a mistake in the settings. */
const LONGEST_CHAIN = 50;

/** Findings that people are told of; consequences are listed below them. */
export function toldFindings(story: Pick<IncidentStory, 'findings'>): readonly StoryFinding[] {
  const told = story.findings.filter(({ role }) => role !== 'consequence');
  return told.length > 0 ? told : story.findings;
}

/**
 * When something about an incident may be told that could be told at `asOfMs`: after the maintenance of all that it
 * touches, and unless it is critical after quiet hours.
 */
export function holdBack(
  story: Pick<IncidentStory, 'findings' | 'severity'>,
  settings: AlertSettings,
  asOfMs: number,
): HoldBack {
  const findings = toldFindings(story).filter(({ endedMs }) => endedMs === null);
  const concerned = findings.length > 0 ? findings : toldFindings(story);
  const endOfMaintenance = (atMs: number): number | null => {
    const ends = concerned.map((finding) => maintenanceEnd(finding, settings, atMs));
    return ends.length > 0 && ends.every((end) => end !== null) ? Math.min(...(ends as number[])) : null;
  };
  return waitThrough(settings, asOfMs, story.severity === 'critical', endOfMaintenance);
}

/** The same of a message that is not of an incident. */
export const holdBackMessage = (settings: AlertSettings, asOfMs: number): HoldBack =>
  waitThrough(settings, asOfMs, false, () => null);

function waitThrough(
  settings: AlertSettings,
  asOfMs: number,
  isCritical: boolean,
  endOfMaintenance: (atMs: number) => number | null,
): HoldBack {
  const held: HoldBack = { untilMs: asOfMs, reason: null };
  for (let step = 0; step < LONGEST_CHAIN; step += 1) {
    const maintained = endOfMaintenance(held.untilMs);
    const quiet = isCritical ? null : quietEnd(settings, held.untilMs);
    if (maintained === null && quiet === null) break;
    held.untilMs = maintained ?? quiet!;
    // Who waited through both comes with the digest of the quiet hours.
    held.reason = quiet !== null || held.reason === 'quiet-hours' ? 'quiet-hours' : 'maintenance';
  }
  return held;
}

/** The end of the quiet hours that hold an instant; null outside of them. */
export function quietEnd({ quietHours, timeZone }: AlertSettings, atMs: number): number | null {
  const ends = quietHours.map((hours) => endOfHours(hours, atMs, timeZone)).filter((end) => end !== null);
  return ends.length === 0 ? null : Math.max(...ends);
}

function maintenanceEnd(finding: StoryFinding, settings: AlertSettings, atMs: number): number | null {
  const ends = settings.maintenance
    .filter((window) => covers(window, finding))
    .map(({ when }) => {
      if ('fromMs' in when) return when.fromMs <= atMs && atMs < when.toMs ? when.toMs : null;
      return endOfHours(when, atMs, settings.timeZone);
    })
    .filter((end) => end !== null);
  return ends.length === 0 ? null : Math.max(...ends);
}

function covers({ jobs, hosts }: MaintenanceWindow, { subject, name, host }: StoryFinding): boolean {
  if (subject.type === 'host') return matchesAny(hosts, subject.host);
  if (host !== null && matchesAny(hosts, host)) return true;
  return subject.type === 'job' && matchesAny(jobs, name);
}
