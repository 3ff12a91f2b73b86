import type { PoolClient } from 'pg';
import { NothingLoaded } from '../db/estate-clock.ts';
import { isBacklog } from '../db/files.ts';
import { endedLikeThis } from '../db/findings.ts';
import { readJobPlaces, readSeenRuns } from '../db/grouping-context.ts';
import { beat, lastBeat } from '../db/heartbeats.ts';
import { openIncidents, toldOtherwise } from '../db/incidents.ts';
import { jobsUnderWay, readJobFacts } from '../db/job-facts.ts';
import { readFollows } from '../db/job-follows.ts';
import { takeJobNews } from '../db/job-news.ts';
import { announceChange, withTransaction } from '../db/pool.ts';
import type { Finding } from '../models/detect/finding.ts';
import { EXPLAINS_FOR_MS, groupFindings } from '../models/detect/incidents/group-findings.ts';
import {
  type GroupingContext,
  isQuiet,
  type JobPlace,
  type OpenIncident,
} from '../models/detect/incidents/incident-changes.ts';
import { onsetOf } from '../models/detect/incidents/onset.ts';
import { isWorseningToTell } from '../models/detect/incidents/worsening.ts';
import type { JobFacts } from '../models/detect/job-facts.ts';
import { usualGapMs } from '../models/detect/usual-gap.ts';
import type { Dependencies } from './dependencies.ts';
import { type Answer, askDetectors, type Question } from './detectors.ts';
import { createResolveAsOf } from './resolve-as-of.ts';
import { tellIncidents } from './tell-incidents.ts';
import { writeChanges } from './write-changes.ts';

export interface DetectInput {
  /** ISO 8601; left out: now, of the estate. */
  asOf?: string;
  /** Leave it to those who load: while files wait, half of a story would be told. For LONGEST_WAIT_MS at most. */
  unlessLoading?: boolean;
}

/** How many incidents. */
export interface DetectOutcome {
  opened: number;
  resolved: number;
}

/** Part of the system whose heartbeat is the last look. */
const LOOK = 'look';
const NOTHING: DetectOutcome = { opened: 0, resolved: 0 };

const HOUR_MS = 3_600_000;
const LONGEST_WAIT_MS = HOUR_MS / 6;
/** What was known so long before the last look may have been written down after it. */
const WRITTEN_LATE_MS = HOUR_MS / 6;
/** Around the onset of what is found, others are asked whether they did well; further back nobody asks. */
const ASK_AROUND_MS = 26 * HOUR_MS;
const ASK_BACK_MS = 7 * 24 * HOUR_MS;

/**
 * Looks at everything that changed since the last look, and at everything that is wrong or under way: opens, changes
 * and resolves incidents and puts one message about them in the outbox, all in one transaction. An incident without its
 * message, or told twice, cannot be.
 *
 * Without `asOf`, nothing happens before anything is loaded.
 */
export function createDetect(dependencies: Dependencies) {
  const { pool } = dependencies;
  const resolveAsOf = createResolveAsOf(dependencies);
  return async function detect(input: DetectInput): Promise<DetectOutcome> {
    const asOf = await resolveAsOf(input).then(
      (now) => new Date(now.asOf),
      (error: Error) => {
        if (input.asOf === undefined && error instanceof NothingLoaded) return null;
        throw error;
      },
    );
    if (asOf === null) return NOTHING;
    return withTransaction(pool, async (client) => {
      // One detection at a time: two would each see no open incident and argue over the same one.
      await client.query(`select pg_advisory_xact_lock(hashtextextended('detect', 0))`);
      if (input.unlessLoading && (await isToWait(client, dependencies.now()))) return NOTHING;
      return look(client, dependencies, asOf);
    });
  };
}

/** Whether files wait to be loaded, whose load will look, and the last look is not long ago. */
async function isToWait(client: PoolClient, nowMs: number): Promise<boolean> {
  const last = await lastBeat(client, LOOK);
  return last !== null && nowMs - last.beatAt.getTime() < LONGEST_WAIT_MS && (await isBacklog(client));
}

async function look(client: PoolClient, dependencies: Dependencies, asOf: Date): Promise<DetectOutcome> {
  const open = await openIncidents(client, new Date(asOf.getTime() - EXPLAINS_FOR_MS));
  const { question, answer } = await ask(client, open, asOf);
  const changes = groupFindings({
    open,
    ...answer,
    context: await readContext(client, question, answer, open),
    asOfMs: asOf.getTime(),
  });
  const isNew = !isQuiet(changes);
  const opened = isNew ? await writeChanges(client, changes, asOf, endedBy(open, question.facts)) : [];
  const told = await toldOtherwise(client);
  const worsened = told.filter((one) => isWorseningToTell(one, asOf.getTime())).map(({ id }) => id);
  await tellIncidents(client, dependencies, asOf, { opened, worsened, resolved: changes.resolved });
  if (isNew) await announceChange(client, 'incidents');
  await beat(client, LOOK, asOf, { jobs: question.facts.length, findings: answer.found.length });
  return { opened: opened.length, resolved: changes.resolved.length };
}

/** Asks the rules about everything that may have changed. */
async function ask(
  client: PoolClient,
  open: readonly OpenIncident[],
  asOf: Date,
): Promise<{ question: Question; answer: Answer }> {
  const news = await takeJobNews(client, asOf);
  const lasting = open.flatMap(({ findings }) => findings.filter(({ endedMs }) => endedMs === null));
  const wrong = lasting.flatMap(({ subject }) => (subject.type === 'job' ? [subject.jobId] : []));
  const underWay = await jobsUnderWay(client, asOf);
  const jobIds = [...new Set([...news.keys(), ...wrong, ...underWay])].sort((one, other) => one - other);
  const lastMs = (await lastBeat(client, LOOK))?.asOf?.getTime() ?? asOf.getTime();
  const sinceMs = Math.min(lastMs, asOf.getTime()) - WRITTEN_LATE_MS;
  const question = {
    asOf,
    facts: await readJobFacts(client, jobIds, asOf),
    newsSinceMs: (jobId: number) => Math.min(sinceMs, (news.get(jobId) ?? sinceMs) - 1),
    open: new Set(lasting.map(({ key }) => key)),
  };
  const answer = await askDetectors(client, question);
  return { question, answer: { ...answer, found: await withoutOld(client, question, answer) } };
}

/** What was found before and has ended is not found again because it was looked at twice. */
async function withoutOld(client: PoolClient, question: Question, { found }: Answer): Promise<Finding[]> {
  const news = found.filter(({ key }) => !question.open.has(key));
  const old = await endedLikeThis(client, news);
  if (old.size === 0) return found;
  const nothingNew = { ...question, newsSinceMs: () => question.asOf.getTime() };
  const lasting = new Set((await askDetectors(client, nothingNew)).found.map(({ key }) => key));
  return found.filter(({ key }) => !old.has(key) || lasting.has(key));
}

async function readContext(
  client: PoolClient,
  { asOf, facts, open: known }: Question,
  { found }: Answer,
  open: readonly OpenIncident[],
): Promise<GroupingContext> {
  const findings = [...found, ...open.flatMap((incident) => incident.findings)];
  const jobIds = findings.flatMap(({ subject }) => (subject.type === 'job' ? [subject.jobId] : []));
  if (jobIds.length === 0) return { jobs: new Map(), seen: [] };
  const gaps = new Map(facts.map((job) => [job.jobId, usualGapMs(job)]));
  const follows = await readFollows(client);
  const places = await readJobPlaces(client, jobIds);
  const jobs = new Map<number, JobPlace>(
    [...places].map(([id, place]) => [
      id,
      { ...place, upstream: follows.get(id) ?? [], usualGapMs: gaps.get(id) ?? null },
    ]),
  );
  const news = found.filter(({ key }) => !known.has(key)).map(onsetOf);
  if (news.length === 0) return { jobs, seen: [] };
  const fromMs = Math.max(Math.min(...news) - ASK_AROUND_MS, asOf.getTime() - ASK_BACK_MS);
  return { jobs, seen: await readSeenRuns(client, new Date(fromMs), asOf) };
}

/** The run that may have ended it: of a job, the last that succeeded. */
function endedBy(open: readonly OpenIncident[], facts: readonly JobFacts[]): Map<string, string> {
  const last = new Map(
    facts.map(({ jobId, runs }) => [jobId, runs.findLast(({ status }) => status === 'succeeded')?.runKey]),
  );
  return new Map(
    open
      .flatMap(({ findings }) => findings)
      .flatMap(({ key, subject }) => {
        const run = subject.type === 'job' ? last.get(subject.jobId) : undefined;
        return run === undefined ? [] : [[key, run] as [string, string]];
      }),
  );
}
