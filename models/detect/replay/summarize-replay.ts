import { INCIDENT_EVENTS, type IncidentEvent } from '../../alerts/incident-story.ts';
import { FINDING_KINDS, type FindingKind, type Subject } from '../finding.ts';
import type { Replayed } from './replay-detection.ts';
import type { ReplayedMessage } from './replay-notices.ts';
import type { FoundOnce } from './rules.ts';
import type { SlotCounts } from './watched-job.ts';

const WEEK_MS = 7 * 86_400_000;
/** 1969-12-29 was a Monday. */
const MONDAY_MS = -3 * 86_400_000;

/** What of one kind would have been told. */
export interface KindFigures {
  kind: FindingKind;
  findings: number;
  /** Jobs, servers or sources that it was about. */
  subjects: number;
  perWeek: number;
  /** From since when it was so until it was found: the middle one, and all but one in 20; milliseconds. */
  foundAfterMs: { median: number; p95: number };
  /** How long it lasted, the middle one of those that ended; null: none did. */
  lastedMs: number | null;
}

export interface ReplaySummary {
  fromMs: number;
  untilMs: number;
  weeks: number;
  findings: number;
  incidents: number;
  /** Findings of an incident, on average. */
  findingsPerIncident: number;
  /** Incidents by the kind of their likeliest cause. */
  incidentsByCause: { cause: string; incidents: number; findings: number }[];
  /** What people would have been sent, by what it tells. */
  messages: { all: number; perWeek: number; byEvent: Partial<Record<IncidentEvent, number>> };
  kinds: KindFigures[];
  /** The most findings first. */
  subjects: {
    name: string;
    findings: number;
    incidents: number;
    kinds: Partial<Record<FindingKind, number>>;
  }[];
  /** By Monday, epoch milliseconds. */
  byWeek: { mondayMs: number; findings: number; incidents: number; messages: number }[];
  slots: SlotCounts;
  /** Jobs whose schedule was known in the end. */
  scheduled: number;
}

/** The kind that something was in the end: what was late may be missing. */
export const lastKind = ({ finding, became }: FoundOnce): FindingKind => became.at(-1)?.kind ?? finding.kind;

/** Counts what a replay found. @param nameOf the words for a subject */
export function summarizeReplay(
  replayed: Replayed,
  messages: readonly ReplayedMessage[],
  span: { fromMs: number; untilMs: number },
  nameOf: (subject: Subject) => string,
): ReplaySummary {
  const { findings, incidents } = replayed;
  const weeks = Math.max(1, (span.untilMs - span.fromMs) / WEEK_MS);
  const byKind = Map.groupBy(findings, lastKind);
  const kinds = FINDING_KINDS.flatMap((kind) => {
    const found = byKind.get(kind) ?? [];
    return found.length === 0 ? [] : [kindFigures(kind, found, weeks, nameOf)];
  });
  const slots: SlotCounts = { met: 0, late: 0, missing: 0, extra: 0, waived: 0 };
  for (const { counts } of replayed.slots) {
    for (const outcome of Object.keys(slots) as (keyof SlotCounts)[]) slots[outcome] += counts[outcome];
  }
  const inIncidents = incidents.reduce((sum, incident) => sum + incident.findings.length, 0);
  const byCause = Map.groupBy(incidents, ({ causes }) => causes[0]!.kind);
  return {
    ...span,
    weeks,
    findings: findings.length,
    incidents: incidents.length,
    findingsPerIncident: incidents.length === 0 ? 0 : inIncidents / incidents.length,
    incidentsByCause: [...byCause]
      .map(([cause, own]) => ({
        cause,
        incidents: own.length,
        findings: own.reduce((sum, incident) => sum + incident.findings.length, 0),
      }))
      .sort((a, b) => b.incidents - a.incidents),
    messages: messageFigures(messages, weeks),
    kinds,
    subjects: subjectFigures(replayed, nameOf),
    byWeek: weekFigures(replayed, messages),
    slots,
    scheduled: replayed.slots.filter(({ hasSchedule }) => hasSchedule).length,
  };
}

function kindFigures(
  kind: FindingKind,
  found: readonly FoundOnce[],
  weeks: number,
  nameOf: (subject: Subject) => string,
): KindFigures {
  const after = found.map(({ finding, foundMs }) => foundMs - finding.sinceMs);
  const lasted = found.flatMap(({ foundMs, endedMs }) => (endedMs === null ? [] : [endedMs - foundMs]));
  return {
    kind,
    findings: found.length,
    subjects: new Set(found.map(({ finding }) => nameOf(finding.subject))).size,
    perWeek: found.length / weeks,
    foundAfterMs: { median: shareOf(after, 0.5), p95: shareOf(after, 0.95) },
    lastedMs: lasted.length === 0 ? null : shareOf(lasted, 0.5),
  };
}

/** The smallest value that a share of the values is at most; of none, 0. */
export function shareOf(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))] ?? 0;
}

function subjectFigures({ findings, incidents }: Replayed, nameOf: (subject: Subject) => string) {
  const incidentsOf = new Map<string, number>();
  for (const incident of incidents) {
    for (const name of new Set(incident.findings.map(({ finding }) => nameOf(finding.subject)))) {
      incidentsOf.set(name, (incidentsOf.get(name) ?? 0) + 1);
    }
  }
  return [...Map.groupBy(findings, ({ finding }) => nameOf(finding.subject))]
    .map(([name, found]) => {
      const kinds: Partial<Record<FindingKind, number>> = {};
      for (const one of found) kinds[lastKind(one)] = (kinds[lastKind(one)] ?? 0) + 1;
      return { name, findings: found.length, incidents: incidentsOf.get(name) ?? 0, kinds };
    })
    .sort((a, b) => b.findings - a.findings || (a.name < b.name ? -1 : 1));
}

function messageFigures(messages: readonly ReplayedMessage[], weeks: number): ReplaySummary['messages'] {
  const byEvent: Partial<Record<IncidentEvent, number>> = {};
  for (const event of INCIDENT_EVENTS) {
    const sent = messages.filter((message) => message.event === event).length;
    if (sent > 0) byEvent[event] = sent;
  }
  return { all: messages.length, perWeek: messages.length / weeks, byEvent };
}

function weekFigures(
  { findings, incidents }: Replayed,
  messages: readonly ReplayedMessage[],
): ReplaySummary['byWeek'] {
  const mondayOf = (instant: number) => Math.floor((instant - MONDAY_MS) / WEEK_MS) * WEEK_MS + MONDAY_MS;
  const foundIn = Map.groupBy(findings, ({ foundMs }) => mondayOf(foundMs));
  const sentIn = Map.groupBy(messages, ({ sentMs }) => mondayOf(sentMs));
  const openedIn = Map.groupBy(incidents, ({ openedMs }) => mondayOf(openedMs));
  return [...new Set([...foundIn.keys(), ...openedIn.keys(), ...sentIn.keys()])]
    .sort((a, b) => a - b)
    .map((mondayMs) => ({
      mondayMs,
      findings: foundIn.get(mondayMs)?.length ?? 0,
      incidents: openedIn.get(mondayMs)?.length ?? 0,
      messages: sentIn.get(mondayMs)?.length ?? 0,
    }));
}
