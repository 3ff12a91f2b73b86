import { describe, expect, it } from 'vitest';
import { type Random, seededRandom } from '../../random.ts';
import { type Finding, type FindingKind, findingKey, subjectKey } from '../finding.ts';
import { applyChanges } from './apply-changes.ts';
import { groupFindings } from './group-findings.ts';
import type { JobPlace, OpenIncident, SeenRun } from './incident-changes.ts';
import { isWorseningToTell, type ToldSeverity } from './worsening.ts';

/**
 * A made-up day of sixty jobs on six servers, in which one thing goes wrong for two hours: how many incidents and
 * notices come of it. Looks follow what happens by five seconds.
 */
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const JOBS = 60;
const HOSTS = 6;
const FROM = 9 * HOUR;
const UNTIL = 11 * HOUR;
const LATE_AFTER = 10 * MINUTE;

const OUTAGES = ['host', 'database', 'scheduler', 'upstream'] as const;
type Outage = (typeof OUTAGES)[number];

interface Planned {
  jobId: number;
  dueMs: number;
  /** When its failure, or its end, or its absence is known. */
  knownMs: number;
  outcome: 'succeeded' | 'failed' | 'absent';
}

interface World {
  places: Map<number, JobPlace>;
  plan: Planned[];
  family: (jobId: number) => string;
}

function makeWorld(random: Random, outage: Outage): World {
  const places = new Map<number, JobPlace>();
  const plan: Planned[] = [];
  const chain = new Set([0, 1, 2, 3]);
  for (let jobId = 0; jobId < JOBS; jobId++) {
    const gap =
      outage === 'upstream' && chain.has(jobId) ? 4 * HOUR : [HOUR / 4, HOUR, HOUR, 4 * HOUR][jobId % 4]!;
    const upstream = outage === 'upstream' && chain.has(jobId) && jobId > 0 ? [jobId - 1] : [];
    const criticality = 1 + random.below(4);
    const host = `srv-${jobId % HOSTS}`;
    places.set(jobId, {
      name: `job_${jobId}`,
      ...{ namespace: 'etl', owner: null },
      host,
      source: 'runs',
      criticality,
      upstream,
      usualGapMs: gap,
    });
    const phase =
      upstream.length > 0 || (outage === 'upstream' && jobId === 0)
        ? HOUR + jobId * 20 * MINUTE
        : random.uniform() * gap;
    const takes = (1 + random.uniform() * 9) * MINUTE;
    const usesDatabase = random.uniform() < 0.5;
    for (let dueMs = phase; dueMs < DAY; dueMs += gap) {
      const isDuring = dueMs < UNTIL && dueMs + takes > FROM;
      const strikes =
        (outage === 'host' && host === 'srv-1') ||
        (outage === 'database' && usesDatabase) ||
        (outage === 'upstream' && chain.has(jobId));
      if (outage === 'scheduler' && dueMs >= FROM && dueMs < UNTIL) {
        plan.push({ jobId, dueMs, knownMs: dueMs + LATE_AFTER, outcome: 'absent' });
      } else if (strikes && isDuring) {
        const knownMs = Math.max(FROM, dueMs) + random.uniform() * MINUTE;
        plan.push({ jobId, dueMs, knownMs, outcome: 'failed' });
      } else plan.push({ jobId, dueMs, knownMs: dueMs + takes, outcome: 'succeeded' });
    }
  }
  plan.sort((one, other) => one.knownMs - other.knownMs);
  const family = (jobId: number) =>
    outage === 'database' ? 'could not connect to database at *' : `step ${jobId} of load failed`;
  return { places, plan, family };
}

/** Incidents and notices (beginnings, worsenings that are told, ends) of one such day. */
function live({ places, plan, family }: World): { incidents: number; notices: number; open: number } {
  let open: OpenIncident[] = [];
  let incidents = 0;
  let notices = 0;
  const told = new Map<number, Omit<ToldSeverity, 'severity'>>();
  const wrong = new Map<string, Finding>();
  const seen: SeenRun[] = [];
  const looked = new Set([...places.keys()].map((jobId) => subjectKey({ type: 'job', jobId })));
  for (const { jobId, dueMs, knownMs, outcome } of plan) {
    const subject = { type: 'job' as const, jobId };
    const put = (kind: FindingKind, what?: number) => {
      const key = findingKey(kind, subject, what);
      if (wrong.has(key)) return;
      const evidence = { observed: null, expected: null, limit: null, unit: null, text: null };
      const isCrash = kind === 'crash';
      wrong.set(key, {
        ...{ key, kind, variant: null, subject, sinceMs: isCrash ? knownMs : dueMs, runKey: null, evidence },
        ...{ dueMs: isCrash ? null : dueMs, family: isCrash ? family(jobId) : null, course: 'new' },
      });
    };
    if (outcome === 'absent') put('late', dueMs);
    else {
      seen.push({ jobId, runKey: `${dueMs}`, status: outcome, startedMs: dueMs, endedMs: knownMs });
      for (const [key, finding] of wrong) {
        const isItsOwn = finding.subject.type === 'job' && finding.subject.jobId === jobId;
        if (isItsOwn && (outcome === 'succeeded' || finding.kind === 'late')) wrong.delete(key);
      }
      if (outcome === 'failed') put('crash');
    }
    const asOfMs = knownMs + 5_000;
    const changes = groupFindings({
      ...{ open, found: [...wrong.values()], looked, asOfMs },
      context: { jobs: places, seen: seen.filter(({ endedMs }) => endedMs! > asOfMs - DAY) },
    });
    notices += changes.opened.length + changes.resolved.length;
    open = applyChanges(open, changes, asOfMs, () => ++incidents).open;
    for (const { id, severity } of open) {
      const known = told.get(id) ?? { toldSeverity: severity, toldMs: asOfMs, worseToldMs: null };
      const isTold = isWorseningToTell({ severity, ...known }, asOfMs);
      if (isTold) notices++;
      told.set(id, isTold ? { toldSeverity: severity, toldMs: asOfMs, worseToldMs: asOfMs } : known);
    }
  }
  return { incidents, notices, open: open.length };
}

describe('two hours in which one thing goes wrong', () => {
  it('are one incident, told three times, and over in the end', () => {
    const worlds = 10;
    const random = seededRandom(7);
    const days = OUTAGES.flatMap((outage) =>
      Array.from({ length: worlds }, () => ({ outage, ...live(makeWorld(random, outage)) })),
    );
    const mean = (some: typeof days, of: (day: (typeof days)[number]) => number) =>
      some.reduce((sum, day) => sum + of(day), 0) / some.length;
    for (const outage of OUTAGES) {
      const ofKind = days.filter((day) => day.outage === outage);
      expect([outage, mean(ofKind, ({ incidents }) => incidents) <= 1.2]).toEqual([outage, true]);
    }
    expect(mean(days, ({ notices }) => notices)).toBeLessThanOrEqual(3);
    expect(Math.max(...days.map(({ notices }) => notices))).toBeLessThanOrEqual(5);
    expect(days.every(({ open }) => open === 0)).toBe(true);
  });
});
