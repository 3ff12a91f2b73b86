import { subjectKey } from '../finding.ts';
import type { GroupingContext, JobPlace } from './incident-changes.ts';
import { isAbsence } from './onset.ts';
import { type Common, homeOf, type Suspect, subjectsOf } from './shared-cause.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Slots that nobody made are of one sweep when they are due within it of one another. */
const SWEEP_WINDOW_MS = HOUR_MS;
/** While nobody runs, the next slot of a standstill may be due so much later; jobs that were retired have none. */
const REACH_MS = 26 * HOUR_MS;
/** Runs that began so shortly before the first slot, or after the last one, were due with them. */
const BEFORE_MS = MINUTE_MS;
const AFTER_MS = 10 * MINUTE_MS;
/** How often anything starts is told from so long; so many starts that did not come are no chance: one in twenty. */
const RATE_MS = 6 * HOUR_MS;
const SHOULD_HAVE_STARTED = 3;
/** Nor is a silence so much longer than any in that time. */
const LONGER = 1.5;
/** A slot was due in a silence when its run would have been the last one before, at most. */
const SILENT_BEFORE_MS = 2 * MINUTE_MS;
/** Fewer jobs are chance, unless no other ran. */
const MANY = 3;

/** A start of a job. */
interface Start {
  jobId: number;
  atMs: number;
}

/**
 * Slots that nobody made while hardly any other job ran: whoever starts the jobs, or tells of them, stands still. An
 * estate may have several that start jobs: all jobs are asked first, then those of one source, namespace, owner or
 * server, and the largest set of which most are absent explains an absence.
 *
 * A standstill that lasts takes in what is due during it, however long it has been. It is never the incident of a job
 * that was in trouble otherwise.
 *
 * @param troubles by onset
 */
export function standstills(
  troubles: readonly Suspect[],
  { jobs, seen }: GroupingContext,
  asOfMs: number,
): Common[] {
  // What ended lately tells of it too: the last slots are found when most jobs are back.
  const absences = lastOfEach(troubles.filter(({ finding }) => isAbsence(finding)));
  const left = new Set(absences.filter(({ incidentId }) => incidentId === null));
  if (left.size === 0) return [];
  const others = otherwiseInTrouble(troubles);
  const starts = seen.map(({ jobId, startedMs }): Start => ({ jobId, atMs: startedMs }));
  starts.sort((one, other) => one.atMs - other.atMs);
  const commons: Common[] = [];
  for (const share of SHARES) {
    const names = new Set([...left].map((suspect) => share(placeOf(suspect, jobs))));
    for (const name of names) {
      if (name === null) continue;
      const own = absences.filter((suspect) => share(placeOf(suspect, jobs)) === name);
      if (own.length < 2) continue;
      const ownStarts = name === '*' ? starts : starts.filter(({ jobId }) => share(jobs.get(jobId)) === name);
      for (const sweep of sweepsOf(own, ownStarts, asOfMs)) {
        const news = sweep.filter((suspect) => left.has(suspect));
        const told = sweep.filter(({ incidentId }) => incidentId !== null && !others.has(incidentId));
        const incidentId = homeOf(told);
        const suspects = [...told.filter((one) => one.incidentId === incidentId), ...news];
        if (news.length === 0 || suspects.length < 2) continue;
        for (const suspect of news) left.delete(suspect);
        commons.push({ kind: 'schedule', name: sharedSource(suspects, jobs), suspects });
      }
    }
    if (left.size === 0) break;
  }
  return commons;
}

/** What those have in common whom one scheduler starts, or one log tells of; the widest first. */
const SHARES: readonly ((place: JobPlace | undefined) => string | null)[] = [
  () => '*',
  (place) => place?.source ?? null,
  (place) => place?.namespace ?? null,
  (place) => place?.owner ?? null,
  (place) => place?.host ?? null,
];

const placeOf = ({ finding: { subject } }: Suspect, jobs: GroupingContext['jobs']): JobPlace | undefined =>
  subject.type === 'job' ? jobs.get(subject.jobId) : undefined;

/** Of what was told the last absence of each job in each incident, and all news. */
function lastOfEach(absences: readonly Suspect[]): Suspect[] {
  const last = new Map<string, Suspect>();
  for (const suspect of absences) {
    const { finding, incidentId } = suspect;
    last.set(incidentId === null ? finding.key : `${incidentId} ${subjectKey(finding.subject)}`, suspect);
  }
  return [...last.values()].sort((one, other) => one.onsetMs - other.onsetMs);
}

/** Incidents in which as many jobs are in trouble otherwise as are absent: a standstill is none of those. */
function otherwiseInTrouble(troubles: readonly Suspect[]): Set<number> {
  const others = new Set<number>();
  const told = troubles.filter(({ isLasting, incidentId }) => isLasting && incidentId !== null);
  for (const [incidentId, suspects] of Map.groupBy(told, (suspect) => suspect.incidentId!)) {
    const absent = suspects.filter(({ finding }) => isAbsence(finding));
    const other = suspects.filter(({ finding }) => !isAbsence(finding));
    if (other.length > 0 && subjectsOf(other).size >= subjectsOf(absent).size) others.add(incidentId);
  }
  return others;
}

/** The sets of absences, by onset, in each of which most of those who should have run did not. */
function sweepsOf(absences: readonly Suspect[], starts: readonly Start[], asOfMs: number): Suspect[][] {
  const silentSinceMs = silenceOf(absences, starts, asOfMs);
  const chains: Suspect[][] = [];
  for (const suspect of absences) {
    const before = chains.at(-1)?.at(-1);
    const gapMs = before === undefined ? Number.POSITIVE_INFINITY : suspect.onsetMs - before.onsetMs;
    const isSame =
      gapMs <= SWEEP_WINDOW_MS ||
      (gapMs <= REACH_MS && !hasStart(starts, before!.onsetMs + AFTER_MS, suspect.onsetMs - BEFORE_MS));
    if (isSame) chains.at(-1)!.push(suspect);
    else chains.push([suspect]);
  }
  return chains.flatMap((chain) => mostlyAbsent(chain, starts, silentSinceMs));
}

/** The chain; or, when too many ran meanwhile, what is left of it on both sides of the time when most did. */
function mostlyAbsent(chain: Suspect[], starts: readonly Start[], silentSinceMs: number): Suspect[][] {
  const absentSince = new Map<string, number>();
  for (const { finding, onsetMs } of chain.toReversed())
    absentSince.set(subjectKey(finding.subject), onsetMs);
  if (absentSince.size < 2) return [];
  const [fromMs, untilMs] = [chain[0]!.onsetMs - BEFORE_MS, chain.at(-1)!.onsetMs + AFTER_MS];
  const well = ranBetween(starts, fromMs, untilMs, absentSince);
  // Who ran before it was absent itself was not part of it then.
  const absent = [...absentSince.keys()].filter((job) => !well.has(job)).length;
  if (absent >= MANY ? absent >= well.size : absent === 2 && well.size === 0) return [chain];
  if (fromMs >= silentSinceMs - SILENT_BEFORE_MS) return [chain];
  let at = 1;
  let most = -1;
  for (let place = 1; place < chain.length; place++) {
    const [beforeMs, afterMs] = [chain[place - 1]!.onsetMs, chain[place]!.onsetMs];
    const between = ranBetween(starts, beforeMs, afterMs, absentSince).size + (afterMs - beforeMs) / REACH_MS;
    if (between > most) [at, most] = [place, between];
  }
  return [chain.slice(0, at), chain.slice(at)].flatMap((part) => mostlyAbsent(part, starts, silentSinceMs));
}

/** Since when nobody started though by the hours before it some should have; infinity: not so. */
function silenceOf(absences: readonly Suspect[], starts: readonly Start[], asOfMs: number): number {
  const absent = subjectsOf(absences);
  const others = starts.filter(
    ({ jobId, atMs }) => atMs <= asOfMs && !absent.has(subjectKey({ type: 'job', jobId })),
  );
  const lastMs = others.at(-1)?.atMs;
  if (lastMs === undefined) return Number.POSITIVE_INFINITY;
  const before = others.slice(firstAt(others, lastMs - RATE_MS));
  const longestMs = before
    .slice(1)
    .reduce((longest, { atMs }, place) => Math.max(longest, atMs - before[place]!.atMs), 0);
  const silentMs = asOfMs - lastMs;
  const isChance =
    (before.length * silentMs) / RATE_MS < SHOULD_HAVE_STARTED || silentMs < LONGER * longestMs;
  return isChance ? Number.POSITIVE_INFINITY : lastMs;
}

/** `subjectKey` of the jobs that started in a time, and before they were absent themselves. */
function ranBetween(
  starts: readonly Start[],
  fromMs: number,
  untilMs: number,
  absentSince: ReadonlyMap<string, number>,
): Set<string> {
  const ran = new Set<string>();
  for (let at = firstAt(starts, fromMs); at < starts.length && starts[at]!.atMs <= untilMs; at++) {
    const { jobId, atMs } = starts[at]!;
    const job = subjectKey({ type: 'job', jobId });
    if (atMs < (absentSince.get(job) ?? Number.POSITIVE_INFINITY) - BEFORE_MS) ran.add(job);
  }
  return ran;
}

function hasStart(starts: readonly Start[], fromMs: number, untilMs: number): boolean {
  const next = starts[firstAt(starts, fromMs)];
  return next !== undefined && next.atMs <= untilMs;
}

/** Place of the first start at an instant or later. */
function firstAt(starts: readonly Start[], atMs: number): number {
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (starts[middle]!.atMs < atMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The source that tells all of them, or `*`. */
function sharedSource(suspects: readonly Suspect[], jobs: GroupingContext['jobs']): string {
  const sources = new Set(suspects.map((suspect) => placeOf(suspect, jobs)?.source ?? null));
  const [source] = sources;
  return sources.size === 1 && source != null ? source : '*';
}
