import type { IncidentEvent } from '../../alerts/incident-story.ts';
import type { Finding, Subject } from '../finding.ts';
import { applyChanges } from '../incidents/apply-changes.ts';
import { type Cause, SEVERITIES, type Severity } from '../incidents/incident.ts';
import {
  type IncidentChanges,
  isQuiet,
  type JobPlace,
  type OpenIncident,
  type SeenRun,
} from '../incidents/incident-changes.ts';
import { onsetOf } from '../incidents/onset.ts';
import type { OpenFindings } from './open-findings.ts';
import type { Rules } from './rules.ts';
import type { WatchedJob } from './watched-job.ts';

const HOUR_MS = 3_600_000;
/** Around the onset of what is found, others are asked whether they did well; further back nobody asks. */
const ASK_AROUND_MS = 26 * HOUR_MS;
const ASK_BACK_MS = 7 * 24 * HOUR_MS;
/** What ended so long ago explains nothing, and is left out of what is looked at. */
const PAST_MS = 3 * HOUR_MS;
/** What comes and goes is looked at again after so long without news. */
const QUIET_POLL_MS = 15 * 60_000;

/** One incident of a replay, with everything that ever was in it. */
export interface ReplayedIncident {
  id: number;
  openedMs: number;
  /** null: it was open when the replay ended. */
  resolvedMs: number | null;
  /** The worst it had. */
  severity: Severity;
  /** As thought last. */
  causes: readonly Cause[];
  findings: { finding: Finding; joinedMs: number }[];
}

/** Something that people may be told of. */
export interface ReplayedEvent {
  /** As it was then. */
  incident: OpenIncident;
  event: IncidentEvent;
  atMs: number;
}

/** The incidents of a replay. */
export class ReplayIncidents {
  readonly all: ReplayedIncident[] = [];
  open: OpenIncident[] = [];
  readonly #rules: Rules;
  readonly #jobs: readonly WatchedJob[];
  readonly #places = new Map<number, JobPlace>();
  readonly #byId = new Map<number, ReplayedIncident>();
  #lastId = 0;

  constructor(jobs: readonly WatchedJob[], rules: Rules) {
    this.#rules = rules;
    this.#jobs = jobs;
    this.place(new Map());
  }

  /** Which job follows which, from now on. */
  place(upstreams: ReadonlyMap<number, readonly number[]>): void {
    for (const { feed, usualGapMs } of this.#jobs) {
      const { jobId, namespace, job: name, owner, host, criticality } = feed;
      const upstream = upstreams.get(jobId) ?? [];
      const place = { name, namespace, owner, host, source: null, criticality, upstream, usualGapMs };
      this.#places.set(jobId, place);
    }
  }

  /** Groups what was found of the subjects that were looked at. @returns what happened to incidents */
  look(looked: readonly OpenFindings[], asOfMs: number): ReplayedEvent[] {
    this.open = this.open.map((incident) => withoutPast(incident, asOfMs));
    const found = looked.flatMap((subject) => subject.found);
    const changes = this.#rules.group({
      open: this.open,
      found,
      looked: new Set(looked.map(({ subjectKey: key }) => key)),
      context: { jobs: this.#places, seen: this.#seenBy(found, asOfMs) },
      asOfMs,
    });
    return isQuiet(changes) ? [] : this.#apply(changes, asOfMs);
  }

  /** What is not found any more and not taken for ended yet: looking at it again in time ends it. */
  quiet(): Subject[] {
    return this.open.flatMap(({ findings }) =>
      findings.flatMap(({ quietMs, endedMs, subject }) =>
        quietMs !== null && endedMs === null ? [subject] : [],
      ),
    );
  }

  /** When to do so; infinity: never. */
  nextLookMs(asOfMs: number): number {
    return this.quiet().length > 0 ? asOfMs + QUIET_POLL_MS : Number.POSITIVE_INFINITY;
  }

  #apply(changes: IncidentChanges, asOfMs: number): ReplayedEvent[] {
    const before = new Map(this.open.map((incident) => [incident.id, incident]));
    const { open, resolved } = applyChanges(this.open, changes, asOfMs, () => ++this.#lastId);
    const events: ReplayedEvent[] = [];
    for (const incident of open) {
      const was = before.get(incident.id);
      if (was === undefined) {
        this.#remember(incident);
        events.push({ incident, event: 'opened', atMs: asOfMs });
        continue;
      }
      const kept = this.#byId.get(incident.id)!;
      kept.severity = incident.severity;
      kept.causes = incident.causes;
      if (SEVERITIES.indexOf(incident.severity) < SEVERITIES.indexOf(was.severity)) {
        events.push({ incident, event: 'worsened', atMs: asOfMs });
      }
    }
    for (const { incidentId, finding } of changes.joined) {
      this.#byId.get(incidentId)!.findings.push({ finding, joinedMs: asOfMs });
    }
    for (const incident of resolved) {
      this.#byId.get(incident.id)!.resolvedMs = asOfMs;
      events.push({ incident, event: 'resolved', atMs: asOfMs });
    }
    this.open = open;
    return events;
  }

  #remember({ id, openedMs, severity, causes, findings }: OpenIncident): void {
    const joined = findings.map((finding) => ({ finding, joinedMs: openedMs }));
    const kept = { id, openedMs, resolvedMs: null, severity, causes, findings: joined };
    this.all.push(kept);
    this.#byId.set(id, kept);
  }

  /** As the service asks: see activities/detect/read-context.ts. */
  #seenBy(found: readonly Finding[], asOfMs: number): SeenRun[] {
    const lasting = this.open.flatMap(({ findings }) => findings.filter(({ endedMs }) => endedMs === null));
    const known = new Set(lasting.map(({ key }) => key));
    const news = found.filter(({ key }) => !known.has(key));
    if (news.length === 0) return [];
    const earliestMs = news.map(onsetOf).reduce((one, other) => Math.min(one, other));
    const sinceMs = Math.max(earliestMs - ASK_AROUND_MS, asOfMs - ASK_BACK_MS);
    const seen: SeenRun[] = [];
    for (const { feed, runs } of this.#jobs) {
      for (let i = runs.length - 1; i >= 0 && runs[i]!.startedAtMs >= sinceMs; i--) {
        const { runKey, status, startedAtMs, endedAtMs } = runs[i]!;
        seen.push({ jobId: feed.jobId, runKey, status, startedMs: startedAtMs, endedMs: endedAtMs });
      }
    }
    return seen;
  }
}

function withoutPast(incident: OpenIncident, asOfMs: number): OpenIncident {
  const isPast = ({ endedMs }: { endedMs: number | null }) => endedMs !== null && endedMs < asOfMs - PAST_MS;
  if (!incident.findings.some(isPast)) return incident;
  return { ...incident, findings: incident.findings.filter((finding) => !isPast(finding)) };
}
