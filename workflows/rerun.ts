import {
  ActivityFailure,
  allHandlersFinished,
  CancellationScope,
  condition,
  continueAsNew,
  defineSignal,
  defineUpdate,
  isCancellation,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type { RerunCheck } from '../activities/detect/rerun.ts';
import { control, schedulers } from './calls.ts';
import { requireInput } from './input.ts';
import { RUNS_KNOWN } from './names.ts';
import { jobNameKey, outcomeKey, reRunOfKey } from './search-attributes.ts';

export interface RerunInput {
  /** Number of the incident whose victims run again; or name jobs. */
  incident?: number;
  /** Names of jobs, or `namespace/name`. */
  jobs?: string[];
  /** Who asks for it, and why: kept in the audit log. */
  who: string;
  why: string;
  /** Only tell which jobs would run again, in which order. */
  dryRun?: boolean;
}

export interface RerunResult {
  victims: number;
  outcomes: RerunCheck['outcomes'];
  /** The first of them in their order, one a line. */
  order: string;
  /** Jobs that follow one another in a circle, and how it was broken. */
  cycles: string[];
}

/** Told whenever runs were loaded: one may be the proof that is waited for. */
export const runsKnown = defineSignal(RUNS_KNOWN);
/** A person ran a job by hand. Answers with a sentence. */
export const markDone = defineUpdate<string, [{ job: string; who: string; why: string }]>('markDone');

/** Schedulers asked at once. */
const AT_ONCE = 10;
/** Histories stay readable, far below the 50,000 events that Temporal allows. */
const LONG_HISTORY_EVENTS = 500;

/**
 * Has all victims of an incident, or the named jobs, run again, those that others follow first, and waits for the
 * proof that each did: a new run that is known.
 */
export async function rerun(input: RerunInput): Promise<RerunResult> {
  requireInput('rerun', input, { who: 'text', why: 'text' });
  if (input.incident !== undefined) requireInput('rerun', input, { incident: 'number' });
  else requireInput('rerun', input, { jobs: 'texts' });
  const { incident, jobs, who, why, dryRun = false } = input;
  const { workflowId, firstExecutionRunId: rerunId } = workflowInfo();
  let known = false;
  setHandler(runsKnown, () => {
    known = true;
  });
  setHandler(
    markDone,
    async (done) => {
      const { said } = await control.markRerunDone({ ...done, rerunId, workflowId });
      known = true;
      return said;
    },
    {
      validator(done) {
        if (!done?.job?.trim() || !done.who?.trim() || !done.why?.trim())
          throw new Error('job, who and why must be given');
      },
    },
  );
  upsertSearchAttributes([
    { key: reRunOfKey, value: incident === undefined ? 'jobs' : `incident/${incident}` },
  ]);
  if (jobs?.length === 1) upsertSearchAttributes([{ key: jobNameKey, value: jobs[0]! }]);
  const plan = await control.planRerun({ incident, jobs, who, why, dryRun, rerunId, workflowId });
  const end = (outcome: string, said: string, outcomes: RerunCheck['outcomes']): RerunResult => {
    upsertSearchAttributes([{ key: outcomeKey, value: outcome }]);
    setCurrentDetails(said);
    return { ...plan, outcomes };
  };
  if (dryRun) return end('told', ['Would run again', plan.order, ...plan.cycles].join('\n\n'), {});
  if (plan.victims === 0) return end('nothing', 'Nothing to run again', {});

  const cycles = plan.cycles.map((cycle) => `\n\n${cycle}`).join('');
  let check: RerunCheck;
  try {
    for (;;) {
      known = false;
      check = await control.checkRerun({ rerunId });
      setCurrentDetails(`${check.text}${cycles}`);
      if (check.open === 0) break;
      if (check.ready.length > 0) await Promise.all(check.ready.slice(0, AT_ONCE).map(ask));
      else if (check.waitMs === null) await condition(() => known);
      else await condition(() => known, check.waitMs);
      if (workflowInfo().historyLength > LONG_HISTORY_EVENTS) {
        await condition(allHandlersFinished);
        await continueAsNew<typeof rerun>(input);
      }
    }
  } catch (error) {
    if (isCancellation(error)) {
      await CancellationScope.nonCancellable(() =>
        control.finishRerun({ rerunId, why: 'the re-run was cancelled' }),
      );
    }
    throw error;
  }
  await condition(allHandlersFinished);
  await control.finishRerun({ rerunId, why: '' });
  const { succeeded = 0 } = check.outcomes;
  const outcome = succeeded === plan.victims ? 'succeeded' : succeeded === 0 ? 'failed' : 'partial';
  return end(outcome, `${check.text}${cycles}`, check.outcomes);

  async function ask(jobId: number): Promise<void> {
    try {
      await schedulers.askRerun({ rerunId, jobId });
    } catch (error) {
      if (!(error instanceof ActivityFailure) || isCancellation(error)) throw error;
      const detail = `its scheduler could not be asked: ${error.cause?.message ?? 'no answer'}`;
      await control.giveUpRerun({ rerunId, jobId, detail });
    }
  }
}
