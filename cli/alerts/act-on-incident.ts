/** `smart-etl incidents ack|silence|waive`: what a person decides about an incident. */
import { type Client, WithStartWorkflowOperation, WorkflowUpdateFailedError } from '@temporalio/client';
import { loadConfig } from '../../config.ts';
import { readIncidentDetails } from '../../db/pages/read-incident-summaries.ts';
import { type IncidentAction, TASK_QUEUES, workflowIds } from '../../workflows/names.ts';
import { Unreachable, withConnections } from '../connections.ts';
import { decisionOf } from '../data/quarantine.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { ConflictError, UsageError } from '../options/usage-error.ts';
import { incidentNumber } from './incidents.ts';

interface Asked {
  who?: string;
  why: string;
  json?: boolean;
}

/** `incidents ack ID`. */
export const acknowledge = (id: string, asked: Asked): Promise<ExitCode> => act(id, 'acknowledge', asked, {});

/** `incidents silence ID --for 8h`. */
export const silence = (id: string, asked: Asked & { for: string }): Promise<ExitCode> =>
  act(id, 'silence', asked, { hours: hoursOf(asked.for) });

/** `incidents waive ID [--finding KEY…]`. */
export const waive = (id: string, asked: Asked & { finding?: string[] }): Promise<ExitCode> =>
  act(id, 'waive', asked, asked.finding === undefined ? {} : { findings: asked.finding });

/** Longer than a worker takes that runs. */
const ANSWER_MS = 20_000;
const UNIT_HOURS = { m: 1 / 60, h: 1, d: 24 } as const;

/** `30m`, `8h`, `2d` in hours. @throws UsageError */
export function hoursOf(typed: string): number {
  const [, count, unit] = /^(\d{1,4})([mhd])$/.exec(typed) ?? [];
  if (unit === undefined || Number(count) === 0) {
    throw new UsageError(`--for takes minutes, hours or days such as 30m, 8h, 2d; found "${typed}"`);
  }
  return Number(count) * UNIT_HOURS[unit as keyof typeof UNIT_HOURS];
}

async function act(typed: string, action: IncidentAction, asked: Asked, more: object): Promise<ExitCode> {
  const id = incidentNumber(typed);
  const word = { ...decisionOf(asked, ''), ...more };
  const said = await withConnections(loadConfig(), async ({ pool, temporal }) => {
    const incident = await readIncidentDetails(pool, id);
    if (incident === null) throw new UsageError(`there is no incident ${id}`);
    if (incident.state === 'resolved') throw new ConflictError(`incident ${id} is over`);
    return update(temporal, id, action, word);
  });
  console.log(asked.json ? JSON.stringify({ incident: id, action, said }) : said);
  return EXIT.ok;
}

/** The workflow of the incident does it, and is started where it does not run. */
async function update(temporal: Client, id: number, action: IncidentAction, word: object): Promise<string> {
  try {
    const answer = temporal.withDeadline(Date.now() + ANSWER_MS, () =>
      temporal.workflow.executeUpdateWithStart(action, {
        args: [word],
        startWorkflowOperation: new WithStartWorkflowOperation('incident', {
          workflowId: workflowIds.incident(id),
          taskQueue: TASK_QUEUES.control,
          args: [{ id }],
          workflowIdConflictPolicy: 'USE_EXISTING',
          staticSummary: `Life of incident ${id}`,
        }),
      }),
    );
    return (await answer) as string;
  } catch (error) {
    if ((error as Error).name === 'WorkflowUpdateRPCTimeoutOrCancelledError') {
      throw new Unreachable(`the worker does not answer: is \`smart-etl up\` running?`);
    }
    if (!(error instanceof WorkflowUpdateFailedError)) throw error;
    throw new UsageError(error.cause instanceof Error ? error.cause.message : error.message);
  }
}
