import { calledOf, type Finding, subjectKey } from '../finding.ts';
import type { GroupingContext, JobPlace, SeenRun } from './incident-changes.ts';
import { isAbsence, isForeseen, isTrouble } from './onset.ts';
import { type Common, homeOf, type Suspect, subjectsOf } from './shared-cause.ts';
import { standstills } from './standstills.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Troubles of jobs of one server strike together within it; the server's own may be seen that much later. */
const HOST_WINDOW_MS = 30 * MINUTE_MS;
/** Nothing ends well on a server that is down: then the next trouble there may be so much later. */
const HOST_SILENCE_MS = 2 * HOUR_MS;
/** So many ends that were to be expected and did not come are no chance: one in twenty. */
const SHOULD_HAVE_ENDED = 3;
/** What a server has lived with for so long explains nothing that begins now; that it is silent always does. */
const HOST_REACH_MS = 6 * HOUR_MS;
/** A source that is silent is known for silent so much later than its jobs are due. */
const SOURCE_WINDOW_MS = HOUR_MS;
/** What is found of a job this long after what is known of it is another story; it comes back sooner when it runs often. */
const SAME_STORY_MS = 26 * HOUR_MS;
/** Two errors alike this close are one; three or more may be further apart. */
const FAMILY_WINDOW_MS = HOUR_MS;
const FAMILY_REACH_MS = 2 * HOUR_MS;
/** Runs of one sweep begin within it of one another. */
const EXTRA_WINDOW_MS = 10 * MINUTE_MS;
/** A job suffers from the failure of the one it follows within a day. */
const UPSTREAM_REACH_MS = 24 * HOUR_MS;
/** Clocks of two servers differ. */
const SKEW_MS = 5 * MINUTE_MS;
/** Fewer jobs in trouble are chance, unless no other did well. */
const MANY = 3;
/** Of the jobs that are heard of, those in trouble: most. */
const MOST = 0.5;

/**
 * What has a cause in common, the surest first: errors that are alike, what nobody started, what a source or a server
 * in trouble explains, what follows a job that failed, what strikes one server; and last what is wrong with one job.
 *
 * @param suspects by onset
 */
export function causesInCommon(
  suspects: readonly Suspect[],
  context: GroupingContext,
  asOfMs: number,
): Common[] {
  const troubles = suspects.filter(({ finding }) => isTrouble(finding));
  return [
    ...alike(troubles),
    ...standstills(troubles, context, asOfMs),
    ...sameFinding(suspects, context),
    ...underSource(suspects, context),
    ...underHost(suspects, context),
    ...followers(troubles, context),
    ...hostsInTrouble(troubles, context),
    ...forecasts(suspects),
    ...doubledSweeps(suspects, context),
    ...sameSubject(suspects, context),
  ].filter(({ suspects: { length } }) => length > 1);
}

/** What ended and is found again. */
function sameFinding(suspects: readonly Suspect[], context: GroupingContext): Common[] {
  const same = Map.groupBy(suspects, ({ finding }) => finding.key);
  return [...same.values()].map((group) => itself(group, context));
}

/** What a subject was told of shortly before is one story with what is found now; absences rather with absences. */
function sameSubject(suspects: readonly Suspect[], context: GroupingContext): Common[] {
  const ofSubject = Map.groupBy(
    suspects.filter(({ finding, isLasting }) => isLasting && finding.kind !== 'risk'),
    ({ finding }) => subjectKey(finding.subject),
  );
  return [...ofSubject.values()].flatMap((all) => {
    if (all.length < 2 || all.every(({ incidentId }) => incidentId !== null)) return [];
    const absences = all.filter(({ finding }) => isAbsence(finding));
    const others = all.filter(({ finding }) => !isAbsence(finding));
    const near = within(SAME_STORY_MS);
    return [absences, ...chains(others, near), ...chains(all, near)].map((group) =>
      itself(latestFirst(group), context),
    );
  });
}

const itself = (suspects: readonly Suspect[], context: GroupingContext): Common => ({
  kind: 'itself',
  name: suspects.length === 0 ? '' : nameOf(suspects[0]!.finding, context),
  suspects,
});

/** What joins an incident joins that of most of the jobs. */
function homeFirst(suspects: readonly Suspect[]): Suspect[] {
  const home = homeOf(suspects);
  return [...suspects].sort(
    (one, other) => Number(other.incidentId === home) - Number(one.incidentId === home),
  );
}

/** What joins an incident joins the one that struck last. */
const latestFirst = (suspects: readonly Suspect[]): Suspect[] =>
  [...suspects].sort(
    (one, other) => other.onsetMs - one.onsetMs || (other.incidentId ?? 0) - (one.incidentId ?? 0),
  );

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
    const isAfter = group !== undefined && suspect.onsetMs >= group[0]!.onsetMs - SOURCE_WINDOW_MS;
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
  const elsewhere = groups.size === 0 ? new Set<number | null>() : mostlyElsewhere(suspects, jobs);
  for (const suspect of groups.size === 0 ? [] : suspects) {
    const group = groups.get(placeOf(suspect, jobs)?.host ?? '');
    if (group === undefined || elsewhere.has(suspect.incidentId) || !isTrouble(suspect.finding)) continue;
    const of = group.filter(({ finding }) => finding.subject.type === 'host');
    if (of.some((trouble) => explains(trouble, suspect.onsetMs))) group.push(suspect);
  }
  return [...groups].map(([name, group]) => ({ kind: 'host', name, suspects: group }));
}

/** Incidents whose jobs are of so many servers that the trouble of one is not theirs. */
function mostlyElsewhere(suspects: readonly Suspect[], jobs: GroupingContext['jobs']): Set<number | null> {
  const told = suspects.filter(({ incidentId, finding }) => incidentId !== null && isTrouble(finding));
  const elsewhere = new Set<number | null>();
  for (const [incidentId, own] of Map.groupBy(told, (suspect) => suspect.incidentId)) {
    const ofHost = Map.groupBy(own, (suspect) => placeOf(suspect, jobs)?.host);
    const most = Math.max(...[...ofHost.values()].map((there) => subjectsOf(there).size));
    if (most < MOST * subjectsOf(own).size) elsewhere.add(incidentId);
  }
  return elsewhere;
}

/** Whether the trouble of a server explains what strikes there at an instant. */
const explains = ({ finding, onsetMs }: Suspect, atMs: number): boolean =>
  atMs >= onsetMs - HOST_WINDOW_MS && (finding.variant === 'silent' || atMs <= onsetMs + HOST_REACH_MS);

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
      .flatMap((chain) =>
        subjectsOf(chain).size >= MANY ? [chain] : chains(chain, within(FAMILY_WINDOW_MS)),
      )
      .map((chain) => ({ kind: 'error-family' as const, name, suspects: homeFirst(chain) }));
  });
}

/** `exit code 1` is what errors have in common that have nothing in common. */
const saysSomething = (family: string): boolean => (family.match(/[\p{L}_]{3,}/gu)?.length ?? 0) > 2;

/** Forecasts of one making are one piece of news. */
function forecasts(suspects: readonly Suspect[]): Common[] {
  const risks = suspects.filter(({ finding, isLasting }) => isLasting && finding.kind === 'risk');
  return [{ kind: 'itself', name: '*', suspects: risks }];
}

/** Runs that nobody expected of several jobs together: whoever starts the jobs of one owner did so once more. */
function doubledSweeps(suspects: readonly Suspect[], { jobs }: GroupingContext): Common[] {
  const extras = suspects.filter(({ finding }) => finding.kind === 'extra');
  const ofOwner = Map.groupBy(extras, (suspect) => {
    const place = placeOf(suspect, jobs);
    return JSON.stringify([place?.namespace, place?.owner]);
  });
  return [...ofOwner.values()]
    .flatMap((own) => chains(own, within(EXTRA_WINDOW_MS)))
    .filter((chain) => subjectsOf(chain).size > 1)
    .map((chain) => ({ kind: 'schedule', name: '*', suspects: chain }));
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
  const inTrouble = subjectsOf(suspects);
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

const placeOf = ({ finding: { subject } }: Suspect, jobs: GroupingContext['jobs']): JobPlace | undefined =>
  subject.type === 'job' ? jobs.get(subject.jobId) : undefined;

/** How people call what a finding is about. */
export function nameOf({ subject }: Finding, { jobs }: GroupingContext): string {
  if (subject.type !== 'job') return calledOf(subject);
  return jobs.get(subject.jobId)?.name ?? subjectKey(subject);
}
