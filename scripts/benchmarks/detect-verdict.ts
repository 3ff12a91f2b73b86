/** Which findings of a replay are right, and what of the truth was found: the definitions are in docs/benchmarks.md. */
import { calledOf, type FindingKind } from '../../models/detect/finding.ts';
import type { FoundOnce, Replayed, ReplayedMessage } from '../../models/detect/replay/index.ts';
import type { AnomalyTruth } from '../../models/estate/anomalies/anomaly-truth.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

export const MEASURED_KINDS = [
  ...(['crash', 'slow', 'fast', 'incomplete', 'transmission', 'late'] as const),
  ...(['missing', 'extra', 'overlap', 'zombie', 'host'] as const),
];
export type MeasuredKind = (typeof MEASURED_KINDS)[number];

/** What is needed of an estate to compare. */
export interface Compared {
  truth: readonly AnomalyTruth[];
  replayed: Replayed;
  /** What people would have been sent. */
  messages: readonly ReplayedMessage[];
  /** Name of a job by its id. */
  jobName: (jobId: number) => string;
  /** Between two starts of a job, by its name. */
  gapMs: (job: string) => number;
  /** What is found, or can be known, outside is not measured. */
  fromMs: number;
  untilMs: number;
}

export interface KindVerdict {
  /** Certain truths of causes of their own, and those of them that were found. */
  truths: number;
  found: number;
  /** Findings, and those of them that are right. */
  findings: number;
  right: number;
  /** From when it could be known (absences: from the deadline) to when it was found. */
  delaysMs: number[];
}

export interface OutageVerdict {
  cause: string;
  kind: string;
  truths: number;
  found: number;
  incidents: number;
  notices: number;
}

export interface Verdict {
  kinds: Record<MeasuredKind, KindVerdict>;
  outages: OutageVerdict[];
  /** Absences that were told and were none. */
  falseLate: FoundOnce[];
  /** Findings that are wrong, and truths that were not found. */
  wrong: FoundOnce[];
  missed: AnomalyTruth[];
}

/** A truth is looked for so long after it was over. */
const AFTER_MS = HOUR_MS;
const AFTER_HOST_MS = 2 * HOUR_MS;
const AFTER_FILE_MS = 26 * HOUR_MS;
/** A slot is that of a truth within so much, and half of the time to the next. */
const SAME_SLOT_MS = 3 * HOUR_MS;
/** What could only just be known when the replay ended may still be found. */
const LAST_MS = 2 * DAY_MS;

const isMeasured = (kind: FindingKind): kind is MeasuredKind =>
  (MEASURED_KINDS as readonly FindingKind[]).includes(kind);

/** Compares what a replay found with the truth. */
export function judgeReplay(compared: Compared): Verdict {
  const { truth, replayed, fromMs, untilMs } = compared;
  const bySubject = Map.groupBy(truth, ({ subject }) => Object.values(subject)[0]!);
  const kinds = Object.fromEntries(
    MEASURED_KINDS.map((kind) => [kind, { truths: 0, found: 0, findings: 0, right: 0, delaysMs: [] }]),
  ) as unknown as Record<MeasuredKind, KindVerdict>;
  const foundFor = new Map<AnomalyTruth, FoundOnce>();
  const verdict: Verdict = { kinds, outages: [], falseLate: [], wrong: [], missed: [] };
  for (const one of replayed.findings) {
    const kind = one.became.at(-1)?.kind ?? one.finding.kind;
    if (!isMeasured(kind)) continue;
    const matching = (bySubject.get(nameOf(one, compared)) ?? []).filter((row) =>
      matches(one, row, compared),
    );
    for (const row of matching) {
      const other = foundFor.get(row);
      if (other === undefined || other.foundMs > one.foundMs) foundFor.set(row, one);
    }
    if (one.foundMs < fromMs || one.foundMs > untilMs) continue;
    const isRight = matching.some((row) => isOfKind(kind, row.kind));
    kinds[kind].findings++;
    if (isRight) kinds[kind].right++;
    else {
      verdict.wrong.push(one);
      if (kind === 'late' || kind === 'missing') verdict.falseLate.push(one);
    }
  }
  const isCounted = (row: AnomalyTruth) =>
    row.certain && row.knowableMs >= fromMs && row.knowableMs <= untilMs - LAST_MS;
  for (const row of truth) {
    if (!isCounted(row) || (row.causeKind !== 'single' && row.causeKind !== 'natural')) continue;
    const one = foundFor.get(row);
    const isFound = one !== undefined && wasOfKind(one, row.kind);
    kinds[row.kind].truths++;
    if (!isFound) {
      verdict.missed.push(row);
      continue;
    }
    kinds[row.kind].found++;
    const sinceMs = row.kind === 'late' || row.kind === 'missing' ? one.finding.sinceMs : row.knowableMs;
    kinds[row.kind].delaysMs.push(Math.max(0, one.foundMs - sinceMs));
  }
  verdict.outages = outagesOf(compared, isCounted, foundFor);
  return verdict;
}

function nameOf({ finding: { subject } }: FoundOnce, { jobName }: Compared): string {
  return subject.type === 'job' ? jobName(subject.jobId) : calledOf(subject);
}

const isAbsent = (kind: FindingKind): boolean => kind === 'late' || kind === 'missing';

/** What was late may have been told as missing until it came, and what is missing is late before. */
const isOfKind = (found: FindingKind, truth: FindingKind): boolean =>
  found === truth || (found === 'late' && truth === 'missing');

/** Whether it ever was told as what it is; what is late is told as late or, by then, as missing. */
const wasOfKind = ({ finding, became }: FoundOnce, kind: FindingKind): boolean =>
  [finding.kind, ...became.map((one) => one.kind)].some(
    (told) => told === kind || (kind === 'late' && told === 'missing'),
  );

/** Whether a finding is about a truth. */
function matches(one: FoundOnce, row: AnomalyTruth, { gapMs }: Compared): boolean {
  const { finding, foundMs } = one;
  const endedMs = one.endedMs ?? Number.POSITIVE_INFINITY;
  if (isAbsent(finding.kind)) {
    if (!isAbsent(row.kind)) return false;
    const { subject, dueMs } = row;
    if (dueMs === null) return foundMs >= row.fromMs && (finding.dueMs ?? foundMs) <= row.untilMs;
    const near = Math.min(SAME_SLOT_MS, gapMs((subject as { job: string }).job) / 2);
    return finding.dueMs !== null && Math.abs(finding.dueMs - dueMs) <= near;
  }
  if (finding.kind !== row.kind) return false;
  switch (finding.kind) {
    case 'crash':
      return foundMs <= row.untilMs + AFTER_MS && endedMs >= row.knowableMs;
    case 'host':
      return foundMs <= row.untilMs + AFTER_HOST_MS && endedMs >= row.fromMs;
    case 'transmission':
      if (foundMs > row.knowableMs + AFTER_FILE_MS) return false;
      // What the columns are is one trouble of a source for as long as its files come so.
      if (row.variant === 'schema-changed') return finding.variant === row.variant && endedMs >= row.fromMs;
      return foundMs >= row.fromMs && isAboutFile(finding.evidence.text, row.file);
    default:
      if (row.runIds.length === 0) return foundMs >= row.fromMs && foundMs <= row.untilMs + AFTER_MS;
      return finding.runKey !== null && row.runIds.includes(finding.runKey);
  }
}

/** The file itself, or one that repeats it: `orders_20260301_07_r.csv` is `orders_20260301_07.csv` again. */
const isAboutFile = (text: string | null, file: string | null): boolean =>
  text !== null && file !== null && text.startsWith(file.slice(0, -'.csv'.length));

/** How many incidents, and how many messages, one cause that touched many jobs made. */
function outagesOf(
  { truth, replayed, messages }: Compared,
  isCounted: (row: AnomalyTruth) => boolean,
  foundFor: ReadonlyMap<AnomalyTruth, FoundOnce>,
): OutageVerdict[] {
  const incidentsOf = new Map<string, { id: number; openedMs: number; joinedMs: number }[]>();
  for (const { id, openedMs, findings } of replayed.incidents) {
    for (const { finding, joinedMs } of findings) {
      const known = incidentsOf.get(finding.key) ?? [];
      known.push({ id, openedMs, joinedMs });
      incidentsOf.set(finding.key, known);
    }
  }
  const outages = Map.groupBy(
    truth.filter(({ causeKind }) => causeKind !== 'single' && causeKind !== 'natural'),
    ({ cause }) => cause,
  );
  return [...outages].flatMap(([cause, rows]) => {
    const counted = rows.filter(isCounted);
    if (counted.length === 0) return [];
    const found = counted.filter((row) => foundFor.has(row));
    const fromMs = Math.min(...rows.map((row) => row.fromMs));
    const ids = new Set(
      rows.flatMap((row) => {
        const one = foundFor.get(row);
        if (one === undefined) return [];
        // What people knew of before it is no news of this cause.
        const home = (incidentsOf.get(one.finding.key) ?? []).find(({ joinedMs }) => joinedMs >= one.foundMs);
        return home === undefined || home.openedMs < fromMs ? [] : [home.id];
      }),
    );
    const notices = messages.filter(({ incidentIds }) => incidentIds.some((id) => ids.has(id))).length;
    const { causeKind: kind } = counted[0]!;
    return [{ cause, kind, truths: counted.length, found: found.length, incidents: ids.size, notices }];
  });
}
