import type { PoolClient } from 'pg';
import { jobsWithNewsOfSlots } from '../../db/detect/expectations.ts';
import { beat, lastBeat } from '../../db/detect/heartbeats.ts';
import { readWaivers } from '../../db/detect/incident-life.ts';
import { openIncidents, toldOtherwise, toldToNobody } from '../../db/detect/incidents.ts';
import { jobsUnderWay } from '../../db/detect/job-facts.ts';
import { takeJobNews } from '../../db/detect/job-news.ts';
import { hasUnknownJobs, tryLockExpectations } from '../../db/detect/job-profiles.ts';
import { NothingLoaded } from '../../db/estate-clock.ts';
import { isBacklog, isLoadedSince } from '../../db/load/files.ts';
import { announceChange, withTransaction } from '../../db/pool.ts';
import type { Finding } from '../../models/detect/finding.ts';
import { EXPLAINS_FOR_MS, groupFindings } from '../../models/detect/incidents/group-findings.ts';
import { isQuiet, type OpenFinding } from '../../models/detect/incidents/incident-changes.ts';
import { isRaisedByLoad } from '../../models/detect/incidents/settle-findings.ts';
import { withoutWaived } from '../../models/detect/incidents/waiver.ts';
import { isWorseningToTell } from '../../models/detect/incidents/worsening.ts';
import { tellIncidents } from '../alerts/tell-incidents.ts';
import type { Dependencies } from '../dependencies.ts';
import { createResolveAsOf } from '../resolve-as-of.ts';
import { type Answer, askJobs, type JobAnswer } from './ask-jobs.ts';
import { LEARN } from './learn-follows.ts';
import { readContext } from './read-context.ts';
import { settle } from './settle-expectations.ts';
import { askForecast, watchEstate } from './watch-estate.ts';
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
  /** What is usual of jobs is to be learned: never was, a day ago, or jobs came that nothing is known of. */
  isToLearn: boolean;
}

/** Part of the system whose heartbeat is the last look. */
const LOOK = 'look';
const ESTATE = 'look/estate';
const ESTATE_EVERY_MS = 60_000;
const NOTHING: DetectOutcome = { opened: 0, resolved: 0, isToLearn: false };

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Of jobs that come one by one not each is learned by itself. */
const LEARN_AGAIN_MS = HOUR_MS;
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
  const jobs = await askAboutJobs(client, asOf, lasting, known);
  const { gaps, lastGood } = jobs;
  const estate = await askAboutEstate(client, dependencies, asOf, lasting);
  const all = [...jobs.found, ...estate.found];
  const found = withoutWaived(
    all,
    await readWaivers(
      client,
      all.map(({ key }) => key),
    ),
  );
  const looked = new Set([...jobs.looked, ...estate.looked]);
  const context = await readContext(client, asOf, found, open, known, gaps);
  const changes = groupFindings({ open, found, looked, context, asOfMs });
  const severityOf = (id: number) => open.find((incident) => incident.id === id)!.severity;
  const isNew = !isQuiet(changes);
  const opened = isNew ? await writeChanges(client, changes, asOf, endedBy(lasting, lastGood)) : [];
  // A route may name only what is grave: who heard nothing of it hears of it when it has become so.
  const graver = changes.regraded.filter(({ incidentId, severity }) => severity !== severityOf(incidentId));
  const unheard = await toldToNobody(
    client,
    graver.map(({ incidentId }) => incidentId),
  );
  const told = await toldOtherwise(client);
  const worsened = told.filter((one) => isWorseningToTell(one, asOfMs)).map(({ id }) => id);
  await tellIncidents(client, dependencies, asOf, {
    opened: [...opened, ...unheard],
    ...{ worsened, resolved: changes.resolved },
  });
  if (isNew) await announceChange(client, 'incidents');
  await beat(client, LOOK, asOf, { looked: looked.size, findings: found.length });
  const isToLearn = await isTimeToLearn(client, asOf, dependencies.now());
  return { opened: opened.length, resolved: changes.resolved.length, isToLearn };
}

async function isTimeToLearn(client: PoolClient, asOf: Date, nowMs: number): Promise<boolean> {
  const last = await lastBeat(client, LEARN);
  if (last === null || asOf.getTime() - last.asOf!.getTime() >= DAY_MS) return true;
  return nowMs - last.beatAt.getTime() >= LEARN_AGAIN_MS && (await hasUnknownJobs(client));
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
  const asOfMs = asOf.getTime();
  const lastMs = (await lastBeat(client, LOOK))?.asOf?.getTime() ?? asOfMs;
  const sinceMs = Math.min(lastMs, asOfMs) - WRITTEN_LATE_MS;
  // Whoever learns keeps slots locked for minutes; a crash is told meanwhile, what is late a little later.
  if (await tryLockExpectations(client)) await settle(client, { asOfMs, sinceMs, also: [...news.keys()] });
  const ofSlots = await jobsWithNewsOfSlots(client, { asOfMs, sinceMs });
  const underWay = await jobsUnderWay(client, asOf);
  const jobIds = [...new Set([...news.keys(), ...wrong, ...underWay, ...ofSlots])];
  return askJobs(client, {
    ...{ asOf, open },
    jobIds: jobIds.sort((one, other) => one - other),
    newsSinceMs: (jobId) => Math.min(sinceMs, (news.get(jobId) ?? sinceMs) - 1),
  });
}

/** Asks about servers, sources and the forecast. These change slowly: between two times, what the forecast said goes on. */
async function askAboutEstate(
  client: PoolClient,
  dependencies: Dependencies,
  asOf: Date,
  lasting: readonly OpenFinding[],
): Promise<Answer> {
  const last = await lastBeat(client, ESTATE);
  const aheadMs = asOf.getTime() - (last?.asOf?.getTime() ?? Number.NEGATIVE_INFINITY);
  const isSoon = last !== null && aheadMs >= 0 && aheadMs < ESTATE_EVERY_MS;
  // In the time of the data, samples come and the instant stays: then it is looked at when they have come.
  if (isSoon && !(dependencies.time === 'data' && (await isLoadedSince(client, 'metrics', last.beatAt)))) {
    return { found: lasting.filter(({ kind }) => kind === 'risk'), looked: new Set() };
  }
  const { found, looked } = await watchEstate(client, asOf, dependencies);
  const risks = await askForecast(client, asOf);
  await beat(client, ESTATE, asOf, { looked: looked.size, findings: found.length + risks.length });
  // What a load raised is known, and ends when a load ends it.
  return { found: [...found.filter((finding) => !isRaisedByLoad(finding)), ...risks], looked };
}

/** The run that may have ended it: of a job, the last that succeeded. */
const endedBy = (lasting: readonly Finding[], lastGood: ReadonlyMap<number, string>): Map<string, string> =>
  new Map(
    lasting.flatMap(({ key, subject }) => {
      const run = subject.type === 'job' ? lastGood.get(subject.jobId) : undefined;
      return run === undefined ? [] : [[key, run] as [string, string]];
    }),
  );
