import { type Finding, subjectKey } from '../finding.ts';
import type {
  GroupingContext,
  IncidentChanges,
  Look,
  OpenFinding,
  OpenIncident,
} from './incident-changes.ts';

const HOUR_MS = 3_600_000;
/** What comes and goes is over when it stayed away for so many of its rounds, within these bounds. */
const ROUNDS = 3;
const SHORTEST_HOLD_MS = HOUR_MS;
const LONGEST_HOLD_MS = 72 * HOUR_MS;

/** Held by a load until a person or the next load ends it: no look finds them, and none ends them. */
export const RAISED_BY_LOADS = ['schema-changed', 'quarantine-limit', 'source-unreadable'] as const;
export type RaisedVariant = (typeof RAISED_BY_LOADS)[number];

/** A value this much off what was written down is worth writing down again. */
const WORTH_NOTING = 0.25;

/** What becomes of the findings that are known, and which are news. */
export interface Settled extends Pick<IncidentChanges, 'changed' | 'quieted' | 'ended'> {
  /** Found now and in no open incident, each key once. */
  news: Finding[];
  /** What is left of each open incident: its findings that last, as they were found now. */
  lasting: Map<number, OpenFinding[]>;
}

/**
 * Compares what is found with what is known.
 *
 * @param found each key once
 */
export function settleFindings({ open, looked, context, asOfMs }: Look, found: readonly Finding[]): Settled {
  const again = new Map(found.map((finding) => [finding.key, finding]));
  const settled: Settled = { changed: [], quieted: [], ended: [], news: [], lasting: new Map() };
  for (const incident of open) {
    const lasting: OpenFinding[] = [];
    for (const known of incident.findings) {
      if (known.endedMs !== null) continue;
      const now = again.get(known.key);
      again.delete(known.key);
      const kept = now === undefined ? withoutIt(incident, known) : foundAgain(incident, known, now);
      if (kept !== null) lasting.push(kept);
    }
    settled.lasting.set(incident.id, lasting);
  }
  settled.news = [...again.values()];
  return settled;

  function foundAgain({ id: incidentId }: OpenIncident, known: OpenFinding, now: Finding): OpenFinding {
    // A look in the past does not know better.
    if (asOfMs < known.foundMs) return known;
    if (known.quietMs !== null) settled.quieted.push({ incidentId, key: known.key, quietMs: null });
    const isOther = differs(known, now);
    if (isOther) settled.changed.push({ incidentId, finding: now });
    return { ...known, ...(isOther ? now : {}), quietMs: null };
  }

  function withoutIt({ id: incidentId }: OpenIncident, known: OpenFinding): OpenFinding | null {
    const isLooked = looked.has(subjectKey(known.subject)) && !isRaisedByLoad(known);
    if (!isLooked || asOfMs < known.foundMs) return known;
    const { key } = known;
    const quietMs = known.quietMs ?? asOfMs;
    if (known.course === 'flapping' && asOfMs - quietMs < holdMs(known, context)) {
      if (known.quietMs === null) settled.quieted.push({ incidentId, key, quietMs });
      return { ...known, quietMs };
    }
    settled.ended.push({ incidentId, key });
    return null;
  }
}

/** Whether it is for loads to begin and end it. */
export const isRaisedByLoad = ({ subject, variant }: Finding): boolean =>
  subject.type === 'source' && (RAISED_BY_LOADS as readonly (string | null)[]).includes(variant);

/** So long one that comes and goes stays open without being found: people hear of it once, not at every turn. */
function holdMs({ subject }: Finding, { jobs }: GroupingContext): number {
  const gapMs = subject.type === 'job' ? (jobs.get(subject.jobId)?.usualGapMs ?? null) : null;
  if (gapMs === null) return SHORTEST_HOLD_MS;
  return Math.min(Math.max(ROUNDS * gapMs, SHORTEST_HOLD_MS), LONGEST_HOLD_MS);
}

/** What a run takes grows with every look: only what changes the story is a change. */
function differs(known: Finding, now: Finding): boolean {
  if (known.kind !== now.kind || known.variant !== now.variant || known.course !== now.course) return true;
  if (known.sinceMs !== now.sinceMs || known.runKey !== now.runKey || known.dueMs !== now.dueMs) return true;
  if (known.family !== now.family || known.evidence.text !== now.evidence.text) return true;
  if (known.evidence.unit !== now.evidence.unit) return true;
  return (['observed', 'expected', 'limit'] as const).some((part) =>
    isFarOff(known.evidence[part], now.evidence[part]),
  );
}

function isFarOff(before: number | null, now: number | null): boolean {
  if (before === null || now === null) return before !== now;
  return Math.abs(now - before) > WORTH_NOTING * Math.abs(before);
}
