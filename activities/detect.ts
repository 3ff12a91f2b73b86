import type { PoolClient } from 'pg';
import { NothingLoaded } from '../db/estate-clock.ts';
import { isBacklog } from '../db/files.ts';
import { beat, lastBeat } from '../db/heartbeats.ts';
import { readWaivers } from '../db/incident-life.ts';
import { openIncidents, toldOtherwise } from '../db/incidents.ts';
import { jobsUnderWay } from '../db/job-facts.ts';
import { takeJobNews } from '../db/job-news.ts';
import { announceChange, withTransaction } from '../db/pool.ts';
import type { Finding } from '../models/detect/finding.ts';
import { EXPLAINS_FOR_MS, groupFindings } from '../models/detect/incidents/group-findings.ts';
import { isQuiet, type OpenFinding } from '../models/detect/incidents/incident-changes.ts';
import { withoutWaived } from '../models/detect/incidents/waiver.ts';
import { isWorseningToTell } from '../models/detect/incidents/worsening.ts';
import { askJobs, type JobAnswer } from './ask-jobs.ts';
import type { Dependencies } from './dependencies.ts';
import { readContext } from './read-context.ts';
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
  const asOfMs = asOf.getTime();
  const open = await openIncidents(client, new Date(asOfMs - EXPLAINS_FOR_MS));
  const lasting = open.flatMap(({ findings }) => findings.filter(({ endedMs }) => endedMs === null));
  const known = new Set(lasting.map(({ key }) => key));
  const { found: all, looked, gaps, lastGood } = await askAboutJobs(client, asOf, lasting, known);
  const keys = all.map(({ key }) => key);
  const found = withoutWaived(all, await readWaivers(client, keys));
  const context = await readContext(client, asOf, found, open, known, gaps);
  const changes = groupFindings({ open, found, looked, context, asOfMs });
  const isNew = !isQuiet(changes);
  const opened = isNew ? await writeChanges(client, changes, asOf, endedBy(lasting, lastGood)) : [];
  const told = await toldOtherwise(client);
  const worsened = told.filter((one) => isWorseningToTell(one, asOfMs)).map(({ id }) => id);
  await tellIncidents(client, dependencies, asOf, { opened, worsened, resolved: changes.resolved });
  if (isNew) await announceChange(client, 'incidents');
  await beat(client, LOOK, asOf, { looked: looked.size, findings: found.length });
  return { opened: opened.length, resolved: changes.resolved.length };
}

/** Asks about the jobs that were heard of since the last look, that something is wrong with, or that run. */
async function askAboutJobs(
  client: PoolClient,
  asOf: Date,
  lasting: readonly OpenFinding[],
  open: ReadonlySet<string>,
): Promise<JobAnswer> {
  const news = await takeJobNews(client, asOf);
  const wrong = lasting.flatMap(({ subject }) => (subject.type === 'job' ? [subject.jobId] : []));
  const jobIds = [...new Set([...news.keys(), ...wrong, ...(await jobsUnderWay(client, asOf))])];
  const lastMs = (await lastBeat(client, LOOK))?.asOf?.getTime() ?? asOf.getTime();
  const sinceMs = Math.min(lastMs, asOf.getTime()) - WRITTEN_LATE_MS;
  return askJobs(client, {
    ...{ asOf, open },
    jobIds: jobIds.sort((one, other) => one - other),
    newsSinceMs: (jobId) => Math.min(sinceMs, (news.get(jobId) ?? sinceMs) - 1),
  });
}

/** The run that may have ended it: of a job, the last that succeeded. */
const endedBy = (lasting: readonly Finding[], lastGood: ReadonlyMap<number, string>): Map<string, string> =>
  new Map(
    lasting.flatMap(({ key, subject }) => {
      const run = subject.type === 'job' ? lastGood.get(subject.jobId) : undefined;
      return run === undefined ? [] : [[key, run] as [string, string]];
    }),
  );
