import { type Finding, subjectKey } from '../finding.ts';
import type { CauseKind } from './incident.ts';
import type { GroupingContext, JobPlace, SeenRun } from './incident-changes.ts';
import { isAbsence, isForeseen, isTrouble } from './onset.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Troubles of jobs of one server strike together within it; the server's own may be seen that much later. */
const HOST_WINDOW_MS = 30 * MINUTE_MS;
/** Nothing ends well on a server that is down: then the next trouble there may be so much later. */
const HOST_SILENCE_MS = 2 * HOUR_MS;
/** So many ends that were to be expected and did not come are no chance: one in twenty. */
const SHOULD_HAVE_ENDED = 3;
/** Slots of one sweep that nobody made are due within it of one another. */
const SWEEP_WINDOW_MS = HOUR_MS;
/** A standstill that lasts has missed something within the last day; jobs that were retired together have not. */
const STANDSTILL_REACH_MS = 26 * HOUR_MS;
/** Two errors alike this close are one; three or more may be further apart. */
const FAMILY_WINDOW_MS = HOUR_MS;
const FAMILY_REACH_MS = 6 * HOUR_MS;
/** A job suffers from the failure of the one it follows within a day. */
const UPSTREAM_REACH_MS = 24 * HOUR_MS;
/** Clocks of two servers differ. */
const SKEW_MS = 5 * MINUTE_MS;
/** Fewer jobs in trouble are chance, unless no other did well. */
const MANY = 3;
/** Of the jobs that are heard of, those in trouble: most. */
const MOST = 0.5;

/** Something that may be part of an incident: a finding, news or of an open incident, and when it struck. */
export interface Suspect {
  finding: Finding;
  onsetMs: number;
  /** It lasts; otherwise it ended a short time ago. */
  isLasting: boolean;
  /** null: it is news. */
  incidentId: number | null;
}

/** Suspects that share a cause. */
export interface Common {
  kind: CauseKind;
  /** Of the cause, as in `Cause`. */
  name: string;
  suspects: readonly Suspect[];
}

/**
 * What has a cause in common, the surest first: what is wrong with one job, what a source or a server in trouble
 * explains, what follows a job that failed, what nobody started, what strikes one server, errors that are alike.
 *
 * @param suspects by onset
 */
export function causesInCommon(suspects: readonly Suspect[], context: GroupingContext): Common[] {
  const troubles = suspects.filter(({ finding }) => isTrouble(finding));
  return [
    ...sameSubject(suspects, context),
    ...underSource(suspects, context),
    ...underHost(suspects, context),
    ...followers(troubles, context),
    ...standstills(troubles, context),
    ...hostsInTrouble(troubles, context),
    ...alike(troubles),
    ...forecasts(suspects),
  ].filter(({ suspects: { length } }) => length > 1);
}

/** What a subject was told of before is one story with what is found now; its absences rather with its absences. */
function sameSubject(suspects: readonly Suspect[], context: GroupingContext): Common[] {
  const same = Map.groupBy(suspects, ({ finding }) => finding.key);
  const lasting = suspects.filter(({ finding, isLasting }) => isLasting && finding.kind !== 'risk');
  const close = Map.groupBy(lasting, ({ finding }) => `${isAbsence(finding)} ${subjectKey(finding.subject)}`);
  const all = Map.groupBy(lasting, ({ finding }) => subjectKey(finding.subject));
  return [...same.values(), ...close.values(), ...all.values()].map((group) => ({
    kind: 'itself',
    name: nameOf(group[0]!.finding, context),
    suspects: group,
  }));
}

/** A source that tells nothing makes its jobs look absent. */
function underSource(suspects: readonly Suspect[], { jobs }: GroupingContext): Common[] {
  const groups = new Map<string, Suspect[]>();
  for (const suspect of suspects) {
    const { subject, kind } = suspect.finding;
    if (subject.type === 'source' && kind !== 'quality' && suspect.isLasting) {
      groups.set(subject.source, [...(groups.get(subject.source) ?? []), suspect]);
    }
  }
  for (const suspect of groups.size === 0 ? [] : suspects) {
    const group = groups.get(placeOf(suspect, jobs)?.source ?? '');
    const isAfter = group !== undefined && suspect.onsetMs >= group[0]!.onsetMs - SWEEP_WINDOW_MS;
    if (isAfter && isAbsence(suspect.finding)) group.push(suspect);
  }
  return [...groups].map(([name, group]) => ({ kind: 'source', name, suspects: group }));
}

/** What goes wrong on a server while it is in trouble. */
function underHost(suspects: readonly Suspect[], { jobs }: GroupingContext): Common[] {
  const groups = new Map<string, Suspect[]>();
  for (const suspect of suspects) {
    const { subject } = suspect.finding;
    if (subject.type === 'host' && !isForeseen(suspect.finding)) {
      groups.set(subject.host, [...(groups.get(subject.host) ?? []), suspect]);
    }
  }
  for (const suspect of groups.size === 0 ? [] : suspects) {
    const group = groups.get(placeOf(suspect, jobs)?.host ?? '');
    const isAfter = group !== undefined && suspect.onsetMs >= group[0]!.onsetMs - HOST_WINDOW_MS;
    if (isAfter && isTrouble(suspect.finding)) group.push(suspect);
  }
  return [...groups].map(([name, group]) => ({ kind: 'host', name, suspects: group }));
}

/** Jobs whose upstream went wrong before them. */
function followers(troubles: readonly Suspect[], context: GroupingContext): Common[] {
  const ofJob = Map.groupBy(troubles, ({ finding }) => subjectKey(finding.subject));
  const followed = new Map<Suspect, Suspect[]>();
  for (const follower of troubles) {
    const cause = (placeOf(follower, context.jobs)?.upstream ?? [])
      .flatMap((jobId) => ofJob.get(subjectKey({ type: 'job', jobId })) ?? [])
      .filter((other) => other.onsetMs <= follower.onsetMs + SKEW_MS)
      .find((other) => other !== follower && other.onsetMs >= follower.onsetMs - UPSTREAM_REACH_MS);
    if (cause !== undefined) followed.set(cause, [...(followed.get(cause) ?? [cause]), follower]);
  }
  return [...followed].map(([cause, group]) => ({
    kind: 'upstream',
    name: nameOf(cause.finding, context),
    suspects: group,
  }));
}

/** Slots that nobody made while hardly any other job ran: whoever starts the jobs, or tells of them, stands still. */
function standstills(troubles: readonly Suspect[], context: GroupingContext): Common[] {
  const absences = troubles.filter(({ finding, isLasting }) => isLasting && isAbsence(finding));
  const startOf = ({ startedMs }: SeenRun) => startedMs;
  const told = Map.groupBy(absences, ({ incidentId }) => incidentId);
  const news = told.get(null) ?? [];
  told.delete(null);
  // One that lasts takes in what is due during it, however long it has been.
  const lasting = [...told.values()].filter(
    (open) =>
      news.length > 0 &&
      jobsOf(open).size > 1 &&
      news[0]!.onsetMs - open.at(-1)!.onsetMs <= STANDSTILL_REACH_MS &&
      isMost([...open, ...news], context.seen, startOf, { fromMs: news[0]!.onsetMs }),
  );
  const sweeps = chains(absences, within(SWEEP_WINDOW_MS)).filter((chain) =>
    isMost(chain, context.seen, startOf, { fromMs: chain[0]!.onsetMs }),
  );
  return [...lasting.map((open) => [...open, ...news]), ...sweeps].map((group) => ({
    kind: 'schedule',
    name: sharedSource(group, context),
    suspects: group,
  }));
}

/** The source that tells all of them, or `*`. */
function sharedSource(suspects: readonly Suspect[], { jobs }: GroupingContext): string {
  const sources = new Set(suspects.map((suspect) => placeOf(suspect, jobs)?.source ?? null));
  const [source] = sources;
  return sources.size === 1 && source != null ? source : '*';
}

/** Jobs of one server that go wrong within a short time while hardly any other there ends well. */
function hostsInTrouble(troubles: readonly Suspect[], { jobs, seen }: GroupingContext): Common[] {
  const lasting = troubles.filter(({ isLasting }) => isLasting);
  const ofHost = Map.groupBy(lasting, (suspect) => placeOf(suspect, jobs)?.host ?? null);
  return [...ofHost].flatMap(([host, suspects]) => {
    if (host === null || suspects.length === 1) return [];
    const there = seen.filter(
      ({ jobId, status }) => status === 'succeeded' && jobs.get(jobId)?.host === host,
    );
    const ends = there.flatMap(({ endedMs }) => endedMs ?? []).sort((one, other) => one - other);
    return chains(suspects, (beforeMs, afterMs) => isClose(beforeMs, afterMs, ends))
      .filter((chain) => {
        const [fromMs, untilMs] = [chain[0]!.onsetMs, chain.at(-1)!.onsetMs + HOST_WINDOW_MS];
        return isMost(chain, there, ({ endedMs }) => endedMs, { fromMs, untilMs });
      })
      .map((chain) => ({ kind: 'host' as const, name: host, suspects: chain }));
  });
}

/** Within the window; or nothing ended well in between, though by the runs before it should have. */
function isClose(beforeMs: number, afterMs: number, ends: readonly number[]): boolean {
  const gapMs = afterMs - beforeMs;
  if (gapMs <= HOST_WINDOW_MS) return true;
  if (gapMs > HOST_SILENCE_MS || ends.some((endMs) => endMs > beforeMs && endMs < afterMs)) return false;
  const earlier = ends.filter((endMs) => endMs <= beforeMs);
  if (earlier.length === 0) return false;
  return (gapMs * earlier.length) / (beforeMs - earlier[0]!) >= SHOULD_HAVE_ENDED;
}

/** Jobs that die of the same error within a short time. */
function alike(troubles: readonly Suspect[]): Common[] {
  const families = Map.groupBy(troubles, ({ finding }) => finding.family);
  return [...families].flatMap(([name, family]) => {
    if (name === null || !saysSomething(name)) return [];
    return chains(family, within(FAMILY_REACH_MS))
      .flatMap((chain) => (jobsOf(chain).size >= MANY ? [chain] : chains(chain, within(FAMILY_WINDOW_MS))))
      .map((chain) => ({ kind: 'error-family' as const, name, suspects: chain }));
  });
}

/** `exit code 1` is what errors have in common that have nothing in common. */
const saysSomething = (family: string): boolean => (family.match(/[\p{L}_]{3,}/gu)?.length ?? 0) > 2;

/** Forecasts of one making are one piece of news. */
function forecasts(suspects: readonly Suspect[]): Common[] {
  const risks = suspects.filter(({ finding, isLasting }) => isLasting && finding.kind === 'risk');
  return [{ kind: 'itself', name: '*', suspects: risks }];
}

const within =
  (gapMs: number) =>
  (beforeMs: number, afterMs: number): boolean =>
    afterMs - beforeMs <= gapMs;

/** Splits what is sorted by onset between two that are not close. */
function chains(
  suspects: readonly Suspect[],
  areClose: (beforeMs: number, afterMs: number) => boolean,
): Suspect[][] {
  const groups: Suspect[][] = [];
  let lastMs = Number.NEGATIVE_INFINITY;
  for (const suspect of suspects) {
    if (groups.length === 0 || !areClose(lastMs, suspect.onsetMs)) groups.push([]);
    groups.at(-1)!.push(suspect);
    lastMs = suspect.onsetMs;
  }
  return groups;
}

/**
 * Whether most of the jobs that are heard of are in trouble: two only where no other did well, three or more where
 * they are at least as many as those that did.
 */
function isMost(
  suspects: readonly Suspect[],
  seen: readonly SeenRun[],
  instantOf: (run: SeenRun) => number | null,
  { fromMs, untilMs = Number.POSITIVE_INFINITY }: { fromMs: number; untilMs?: number },
): boolean {
  const inTrouble = jobsOf(suspects);
  if (inTrouble.size < 2) return false;
  const well = new Set<string>();
  for (const run of seen) {
    const atMs = instantOf(run);
    if (atMs === null || atMs < fromMs || atMs > untilMs) continue;
    const job = subjectKey({ type: 'job', jobId: run.jobId });
    if (!inTrouble.has(job)) well.add(job);
  }
  if (inTrouble.size < MANY) return well.size === 0;
  return inTrouble.size / (inTrouble.size + well.size) >= MOST;
}

const jobsOf = (suspects: readonly Suspect[]): Set<string> =>
  new Set(suspects.map(({ finding }) => subjectKey(finding.subject)));

const placeOf = ({ finding: { subject } }: Suspect, jobs: GroupingContext['jobs']): JobPlace | undefined =>
  subject.type === 'job' ? jobs.get(subject.jobId) : undefined;

/** How people call what a finding is about. */
export function nameOf({ subject }: Finding, { jobs }: GroupingContext): string {
  if (subject.type === 'host') return subject.host;
  if (subject.type === 'source') return subject.source;
  return jobs.get(subject.jobId)?.name ?? subjectKey(subject);
}
