/** `smart-etl rerun`: has jobs, or all victims of an incident, run again and tells what became of each. */
import { createHash } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { loadConfig } from '../../config.ts';
import { rerunWorkflowsOf } from '../../db/detect/reruns.ts';
import { readRerunsWithVictims } from '../../db/pages/read-reruns.ts';
import type { Pool } from '../../db/pool.ts';
import { TASK_QUEUES, workflowIds } from '../../workflows/names.ts';
import type { RerunInput, RerunResult } from '../../workflows/rerun.ts';
import { withConnections } from '../connections.ts';
import { decisionOf } from '../data/quarantine.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { ConflictError, UsageError } from '../options/usage-error.ts';
import { runWorkflow } from '../run-workflow.ts';
import { incidentNumber, rerunLines } from './incidents.ts';

interface Asked {
  incident?: string;
  who?: string;
  why: string;
  dryRun?: boolean;
  wait?: boolean;
  json?: boolean;
}

/** The same jobs are the same re-run while it lasts. */
const idOf = (jobs: readonly string[]): string => {
  const named = [...jobs].sort().join(',');
  return named.length <= 100 ? named : createHash('sha256').update(named).digest('hex').slice(0, 16);
};

/** `rerun JOB…`, `rerun --incident ID`. With --wait exit code 0: all succeeded, 7: some, 1: none. */
export async function rerun(jobs: string[], asked: Asked): Promise<ExitCode> {
  if ((asked.incident === undefined) === (jobs.length === 0)) {
    throw new UsageError('name jobs, or an incident with --incident');
  }
  const decision = decisionOf(asked, '');
  const incident = asked.incident === undefined ? undefined : incidentNumber(asked.incident);
  const what = incident === undefined ? { jobs } : { incident };
  const id = incident === undefined ? workflowIds.rerunJobs(idOf(jobs)) : workflowIds.rerunIncident(incident);
  const summary = `Run ${incident === undefined ? jobs.join(', ').slice(0, 100) : `the victims of incident ${incident}`} again`;
  return withConnections(loadConfig(), async ({ pool, temporal }) => {
    if (asked.dryRun) {
      const input = { ...what, ...decision, dryRun: true };
      const plan = await runWorkflow(temporal, 'rerun', `${id}/dry-run`, input, `${summary}: only told`);
      tellPlan(plan, asked.json ?? false);
      return EXIT.ok;
    }
    return start(pool, temporal, id, { ...what, ...decision }, summary, asked);
  });
}

function tellPlan(plan: RerunResult, json: boolean): void {
  if (json) console.log(JSON.stringify(plan));
  else console.log(plan.victims === 0 ? 'nothing to run again' : [plan.order, ...plan.cycles].join('\n'));
}

async function start(
  pool: Pool,
  temporal: Client,
  workflowId: string,
  input: RerunInput,
  summary: string,
  { wait = false, json = false }: Asked,
): Promise<ExitCode> {
  if (!wait) {
    await temporal.workflow.start('rerun', {
      workflowId,
      taskQueue: TASK_QUEUES.control,
      args: [input],
      staticSummary: summary,
      workflowIdConflictPolicy: 'USE_EXISTING',
    });
    if (json) console.log(JSON.stringify({ workflowId }));
    else console.log(`asked: see workflow ${workflowId}`);
    return EXIT.ok;
  }
  const result = await runWorkflow(temporal, 'rerun', workflowId, input, summary);
  const done = (await readRerunsWithVictims(pool, { incidentId: input.incident ?? null, limit: 50 })).find(
    (one) => one.workflowId === workflowId,
  );
  if (json) console.log(JSON.stringify({ workflowId, ...result, victims: done?.victims ?? [] }));
  else
    console.log(
      result.victims === 0 || done === undefined ? 'nothing to run again' : rerunLines(done).join('\n'),
    );
  const { succeeded = 0 } = result.outcomes;
  return succeeded === result.victims ? EXIT.ok : succeeded === 0 ? EXIT.negative : EXIT.partial;
}

/** `rerun --done JOB…`: somebody ran them by hand, and says so. */
export async function markDone(jobs: readonly string[], asked: Asked): Promise<ExitCode> {
  if (jobs.length === 0) throw new UsageError('name the jobs that were run by hand');
  const decision = decisionOf(asked, '');
  const said = await withConnections(loadConfig(), async ({ pool, temporal }) => {
    const answers: string[] = [];
    for (const job of jobs) {
      const workflows = await rerunWorkflowsOf(pool, job);
      if (workflows.length === 0) throw new ConflictError(`nobody waits for a re-run of "${job}"`);
      for (const workflowId of workflows) {
        const handle = temporal.workflow.getHandle(workflowId);
        answers.push(await handle.executeUpdate('markDone', { args: [{ job, ...decision }] }));
      }
    }
    return answers;
  });
  console.log(asked.json ? JSON.stringify({ jobs, said }) : said.join('\n'));
  return EXIT.ok;
}
