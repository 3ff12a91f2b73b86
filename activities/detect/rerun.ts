import { Context } from '@temporalio/activity';
import { saveAuditEntry } from '../../db/access/audit-log.ts';
import {
  findNewRun,
  finishRerun,
  lockVictim,
  noteAsked,
  noteAsking,
  noteStarted,
  type RerunOutcome,
  readVictims,
  settleVictim,
  usualMs,
  type Victim,
} from '../../db/detect/reruns.ts';
import { estateNow } from '../../db/estate-clock.ts';
import { announceChange, withTransaction } from '../../db/pool.ts';
import { ruleFor, startOf } from '../../models/detect/rerun-executor.ts';
import { rerunProgress, rerunText } from '../../models/detect/rerun-progress.ts';
import { RerunRefused } from '../../services/scheduler.ts';
import type { Dependencies } from '../dependencies.ts';
import { UnknownJob } from './plan-rerun.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** A scheduler starts a job within this, and its log is here; longer for jobs that usually take long to be known. */
const START_WITHIN_MINUTES = 30;
const USUAL_TIMES = 3;
/** A run that has begun is waited for at least so long. */
const END_WITHIN_MS = 6 * HOUR_MS;
/** A person has a working day. */
const BY_HAND_WITHIN_MS = 24 * HOUR_MS;

/** The same for the same victim, however often its scheduler is asked. */
export const rerunKey = (rerunId: string, jobId: number): string => `smart-etl-${rerunId}-${jobId}`;

interface VictimInput {
  rerunId: string;
  jobId: number;
}

/**
 * Asks the scheduler of a victim to start it. When it was asked is kept before it is asked: a run that starts at once
 * is not older than the request. A refusal for good is an outcome; an outage is thrown and asked again with the same
 * key. Where no scheduler is configured a person has to do it.
 */
export function createAskRerun({ pool, rerunRules, startJob, time, now }: Dependencies) {
  return async function askRerun({ rerunId, jobId }: VictimInput): Promise<{ state: Victim['state'] }> {
    const victim = (await readVictims(pool, rerunId)).find((one) => one.jobId === jobId);
    if (victim === undefined) throw new UnknownJob(`job ${jobId} is no victim of re-run ${rerunId}`);
    if (victim.state !== 'waiting' && victim.state !== 'asking') return { state: victim.state };
    const key = rerunKey(rerunId, jobId);
    if (victim.state === 'waiting') {
      await noteAsking(pool, rerunId, jobId, new Date(now()), await estateNow(pool, time, now()));
    }
    const { askedAsOf } = (await readVictims(pool, rerunId)).find((one) => one.jobId === jobId)!;
    const rule = ruleFor(rerunRules, victim);
    if (rule === null) {
      await noteAsked(pool, rerunId, jobId, 'by-hand', null, new Date(now() + BY_HAND_WITHIN_MS));
      await announceChange(pool, 'incidents');
      return { state: 'by-hand' };
    }
    const start = startOf(rule, {
      namespace: victim.namespace,
      job: victim.job,
      run: victim.runKey ?? '',
      due: victim.due?.toISOString() ?? '',
      asked: askedAsOf!.toISOString(),
      key,
    });
    try {
      const answer = await startJob(start, Context.current().cancellationSignal);
      const withinMs = (rule.startWithinMinutes ?? START_WITHIN_MINUTES) * MINUTE_MS;
      const usual = USUAL_TIMES * ((await usualMs(pool, jobId)) ?? 0);
      await noteAsked(pool, rerunId, jobId, 'asked', answer, new Date(now() + Math.max(withinMs, usual)));
      return { state: 'asked' };
    } catch (error) {
      if (!(error instanceof RerunRefused)) throw error;
      await settleVictim(pool, rerunId, jobId, {
        outcome: 'not-started',
        detail: error.message,
        at: new Date(now()),
      });
      return { state: 'done' };
    }
  };
}

export interface RerunCheck {
  /** Whose turn it is. */
  ready: number[];
  /** Victims without an outcome. */
  open: number;
  /** Look again after so long at the latest; null: only when runs are known. */
  waitMs: number | null;
  outcomes: Partial<Record<RerunOutcome, number>>;
  /** For people, some lines. */
  text: string;
}

const MOST_READY = 100;

/**
 * Looks in the database whether new runs of those asked for are known, gives outcomes to those that ended, are late,
 * or come after one that did not succeed, and tells whose turn it is.
 */
export function createCheckRerun({ pool, now }: Dependencies) {
  return async function checkRerun({ rerunId }: { rerunId: string }): Promise<RerunCheck> {
    const at = new Date(now());
    const before = await readVictims(pool, rerunId);
    for (const victim of before) {
      if (['asked', 'started', 'by-hand'].includes(victim.state)) await look(rerunId, victim, at);
    }
    const known = await readVictims(pool, rerunId);
    for (const jobId of rerunProgress(known.map(progressOf), at.getTime()).late) {
      const victim = known.find((one) => one.jobId === jobId)!;
      await settleVictim(pool, rerunId, jobId, { ...lateOutcome(victim), at });
    }
    const settled = (await readVictims(pool, rerunId)).map(progressOf);
    for (const { jobId, because } of rerunProgress(settled, at.getTime()).skipped) {
      await settleVictim(pool, rerunId, jobId, {
        outcome: 'skipped',
        detail: `${because} did not succeed`,
        at,
      });
    }
    const victims = await readVictims(pool, rerunId);
    const { ready, open, nextMs } = rerunProgress(victims.map(progressOf), at.getTime());
    const outcomes: RerunCheck['outcomes'] = {};
    for (const { outcome } of victims) {
      if (outcome !== null) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    }
    if (victims.some(({ state }, index) => state !== before[index]!.state))
      await announceChange(pool, 'incidents');
    const waitMs = nextMs === null ? null : Math.max(1_000, nextMs - at.getTime());
    return { ready: ready.slice(0, MOST_READY), open, waitMs, outcomes, text: rerunText(victims) };
  };

  async function look(rerunId: string, victim: Victim, at: Date): Promise<void> {
    const { jobId, askedAsOf, knownRunKeys } = victim;
    const run = await findNewRun(pool, {
      jobId,
      asOf: askedAsOf!,
      knownRunKeys: knownRunKeys ?? [],
      key: rerunKey(rerunId, jobId),
    });
    if (run === null) return;
    if (run.status === 'running') {
      const usual = USUAL_TIMES * ((await usualMs(pool, jobId)) ?? 0);
      const deadline = new Date(at.getTime() + Math.max(END_WITHIN_MS, usual));
      return noteStarted(pool, rerunId, jobId, run, deadline);
    }
    const outcome = run.status === 'succeeded' ? 'succeeded' : 'failed';
    const detail =
      outcome === 'succeeded' ? `run ${run.runKey}` : `run ${run.runKey}: ${run.error ?? run.status}`;
    await settleVictim(pool, rerunId, jobId, { outcome, detail, at, run });
  }
}

const progressOf = (victim: Victim) => ({ ...victim, deadlineMs: victim.deadlineAt?.getTime() ?? null });

function lateOutcome(victim: Victim): { outcome: RerunOutcome; detail: string } {
  if (victim.state === 'by-hand') {
    return { outcome: 'no-way', detail: 'no scheduler is configured, and nobody did it by hand in a day' };
  }
  if (victim.state === 'started') {
    return { outcome: 'failed', detail: `run ${victim.newRunKey} began, and no end of it was known in time` };
  }
  return { outcome: 'not-started', detail: 'its scheduler was asked, and no new run was known in time' };
}

/** Gives a victim that its scheduler could not be asked for the outcome `not-started`. */
export function createGiveUpRerun({ pool, now }: Dependencies) {
  return async function giveUpRerun({
    rerunId,
    jobId,
    detail,
  }: VictimInput & { detail: string }): Promise<void> {
    await settleVictim(pool, rerunId, jobId, { outcome: 'not-started', detail, at: new Date(now()) });
  };
}

/** Takes the word of a person that a victim was run again by hand, with its audit line. Twice is once. */
export function createMarkRerunDone({ pool, now }: Dependencies) {
  return async function markRerunDone(input: {
    rerunId: string;
    job: string;
    who: string;
    why: string;
    workflowId: string;
  }): Promise<{ said: string }> {
    const { rerunId, job, who, why, workflowId } = input;
    return withTransaction(pool, async (client) => {
      const named = (await readVictims(client, rerunId)).filter(
        (one) => one.job === job || `${one.namespace}/${one.job}` === job,
      );
      if (named.length !== 1)
        return { said: `"${job}" is ${named.length === 0 ? 'none' : 'several'} of its jobs` };
      const victim = (await lockVictim(client, rerunId, named[0]!.jobId))!;
      if (victim.outcome !== null) return { said: `${job} is ${victim.outcome} already` };
      const settled = {
        outcome: 'succeeded',
        detail: `by hand: ${why}`,
        at: new Date(now()),
        by: { who, why },
      } as const;
      await settleVictim(client, rerunId, victim.jobId, settled);
      await saveAuditEntry(client, {
        who,
        action: 'rerun-done-by-hand',
        subject: `job ${victim.namespace}/${victim.job}`,
        why,
        before: { rerun: rerunId, state: victim.state },
        after: { outcome: 'succeeded' },
        workflowId,
      });
      await announceChange(client, 'incidents');
      return { said: `${job} is done, says ${who}` };
    });
  };
}

/** Closes a re-run; victims that are still open then were given up with it. */
export function createFinishRerun({ pool, now }: Dependencies) {
  return async function finishRerunOf({ rerunId, why }: { rerunId: string; why: string }): Promise<void> {
    const at = new Date(now());
    await withTransaction(pool, async (client) => {
      for (const { jobId, outcome } of await readVictims(client, rerunId)) {
        if (outcome === null)
          await settleVictim(client, rerunId, jobId, { outcome: 'not-started', detail: why, at });
      }
      if (await finishRerun(client, rerunId, at)) await announceChange(client, 'incidents');
    });
  };
}
