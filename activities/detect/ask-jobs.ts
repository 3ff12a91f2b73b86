import type { PoolClient } from 'pg';
import { type JobSlot, readSlots } from '../../db/detect/expectations.ts';
import { endedLikeThis } from '../../db/detect/findings.ts';
import { readJobFacts, type StoredJobFacts } from '../../db/detect/job-facts.ts';
import { readOverrides } from '../../db/detect/job-overrides.ts';
import { readProfiles } from '../../db/detect/job-profiles.ts';
import { detectJob } from '../../models/detect/detect-job.ts';
import { FILE_COUNT_COLUMNS, fileCounts } from '../../models/detect/file-counts.ts';
import { type Finding, subjectKey } from '../../models/detect/finding.ts';
import type { JobFacts } from '../../models/detect/job-facts.ts';
import { NO_OVERRIDES } from '../../models/detect/job-overrides.ts';
import { usualGapMs } from '../../models/detect/usual-gap.ts';

export interface JobQuestion {
  asOf: Date;
  jobIds: readonly number[];
  /** Since when something about a job is news, epoch milliseconds. */
  newsSinceMs: (jobId: number) => number;
  /** Keys of the findings that are open. */
  open: ReadonlySet<string>;
}

export interface Answer {
  found: Finding[];
  /** `subjectKey` of everything that was looked at. */
  looked: Set<string>;
}

export interface JobAnswer extends Answer {
  /** Usual time from start to start, by job, milliseconds. */
  gaps: Map<number, number | null>;
  /** The last run that succeeded, by job. */
  lastGood: Map<number, string>;
}

/** Jobs looked at at once: with their last runs some tens of megabytes. */
const AT_ONCE = 500;
const DAY_MS = 86_400_000;
/** A slot that ended longer ago is no news. */
const SLOTS_BACK_MS = 9 * DAY_MS;

/** Asks the rules of jobs what is wrong with them, as known at an instant. */
export async function askJobs(client: PoolClient, question: JobQuestion): Promise<JobAnswer> {
  const { asOf, jobIds } = question;
  const answer: JobAnswer = { found: [], looked: new Set(), gaps: new Map(), lastGood: new Map() };
  for (let from = 0; from < jobIds.length; from += AT_ONCE) {
    const ids = jobIds.slice(from, from + AT_ONCE);
    const stored = await readJobFacts(client, ids, asOf, FILE_COUNT_COLUMNS);
    const facts = factsOf(stored, await slotsAround(client, ids, asOf));
    for (const { jobId, runs } of facts) {
      answer.looked.add(subjectKey({ type: 'job', jobId }));
      answer.gaps.set(jobId, usualGapMs({ runs }));
      const good = runs.findLast(({ status }) => status === 'succeeded');
      if (good !== undefined) answer.lastGood.set(jobId, good.runKey);
    }
    answer.found.push(...(await findNow(client, question, facts)));
  }
  return answer;
}

const slotsAround = (client: PoolClient, jobIds: readonly number[], asOf: Date): Promise<JobSlot[]> =>
  readSlots(client, { jobIds, fromMs: asOf.getTime() - SLOTS_BACK_MS, toMs: asOf.getTime() + DAY_MS });

function factsOf(stored: readonly StoredJobFacts[], slots: readonly JobSlot[]): JobFacts[] {
  const ofJob = Map.groupBy(slots, ({ jobId }) => jobId);
  return stored.map((job) => ({
    ...job,
    runs: job.runs.map(({ extra, ...run }) => ({ ...run, files: extra && fileCounts(extra) })),
    slots: ofJob.get(job.jobId) ?? [],
  }));
}

/** What is wrong with these jobs. What was found before and has ended is not found again because it was looked at twice. */
async function findNow(
  client: PoolClient,
  { asOf, newsSinceMs, open }: JobQuestion,
  facts: readonly JobFacts[],
): Promise<Finding[]> {
  const asOfMs = asOf.getTime();
  const ids = facts.map(({ jobId }) => jobId);
  const profiles = new Map((await readProfiles(client, ids)).map((profile) => [profile.jobId, profile]));
  const overrides = await readOverrides(client, ids);
  const ask = (job: JobFacts, sinceMs: number) => {
    const baselines = profiles.get(job.jobId)?.baselines ?? null;
    return detectJob(job, baselines, overrides.get(job.jobId) ?? NO_OVERRIDES, asOfMs, sinceMs, open);
  };
  const found = facts.flatMap((job) => ask(job, newsSinceMs(job.jobId)));
  const old = await endedLikeThis(
    client,
    found.filter(({ key }) => !open.has(key)),
  );
  if (old.size === 0) return found;
  const suspicious = new Set(
    found.flatMap(({ key, subject }) => (old.has(key) && subject.type === 'job' ? [subject.jobId] : [])),
  );
  const lasting = facts
    .filter(({ jobId }) => suspicious.has(jobId))
    .flatMap((job) => ask(job, asOfMs).map(({ key }) => key));
  return found.filter(({ key }) => !old.has(key) || lasting.includes(key));
}
