/** What the tables, the mailbox and Temporal say after the storm. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Client } from '@temporalio/client';
import { firstName } from './chaos-faults.ts';
import { type ChaosTruth, refusedText, runText, type ToldRun } from './chaos-files.ts';
import { compareLedgers, type LedgerDifference } from './compare-ledgers.ts';
import { ask } from './pipeline.ts';

export interface ChaosVerdict {
  runs: LedgerDifference;
  refused: LedgerDifference;
  /** Files whose rows in are not loaded + duplicate + quarantined, or not all of their rows. */
  wrongAccounts: number;
  /** Runs in the table against what the ledger of files says was loaded; 0 is right. */
  ledgerMinusTable: number;
  /** Incidents or their ends that nobody was told of. */
  alertsUntold: number;
  /** These, and messages said to be sent that never came. */
  alertsLost: number;
  /** Incidents or their ends that were told in two different messages. */
  alertsDoubled: number;
  /** Copies of the same message, with the same Message-ID: a receiver recognises them. */
  mailsRepeated: number;
  workflowsFailed: number;
}

const RUNS = `select job.name as job, run.host, run_key as "runId",
    extract(epoch from started_at)::float8 * 1000 as "startMs", extract(epoch from ended_at)::float8 * 1000 as "endMs",
    status, rows_read as "rowsRead", rows_written as "rowsWritten", error as message
  from run join job on job.id = job_id`;

const REFUSED = `select file.name, row_number as "rowNumber", convert_from(original, 'UTF8') as line
  from quarantine join file on file.sha256 = file_sha256`;

/**
 * How many incidents of jobs have none, or several, of the messages they must have; `told` are those. One that was over
 * before anybody tried to send its message needs none: neither that it began nor that it ended.
 */
const TOLD = `with of_jobs as (
    select id, resolved_at,
      resolved_at is not null and exists (select from notification_incident join notification n on n.id = notification_id
        where incident_id = incident.id and n.kind = 'incidents-opened' and n.state = 'withdrawn')
      and not exists (select from notification_incident join notification n on n.id = notification_id
        where incident_id = incident.id and n.kind = 'incidents-opened' and (n.state <> 'withdrawn' or n.attempts > 0))
        as was_over_first
    from incident where id in (select incident_id from finding where job_id is not null)),
  told as (
    select id, 'incidents-opened' as kind from of_jobs where not was_over_first
    union all
    select id, 'incidents-resolved' from of_jobs where resolved_at is not null and not was_over_first),
  messages as (
    select told.id, told.kind, count(notification.id) filter (where state = 'sent') as sent
    from told left join notification_incident on incident_id = told.id
      left join notification on notification.id = notification_id and notification.kind = told.kind
    group by told.id, told.kind)
  select count(*) filter (where sent = 0)::int as silent, count(*) filter (where sent > 1)::int as repeated
  from messages`;

/** How many beginnings and ends of incidents nobody has been told of yet. */
export const untold = async (url: string): Promise<number> =>
  (await ask<{ silent: number }>(url, TOLD))[0]!.silent;

export async function judge(
  url: string,
  mailbox: string,
  temporal: Client,
  truth: ChaosTruth,
  rowsOf: ReadonlyMap<string, number>,
): Promise<ChaosVerdict> {
  const runs = await readRuns(url);
  const refused = await ask<{ name: string; rowNumber: number; line: string }>(url, REFUSED);
  const files = await ask<{ name: string; rowsIn: number; accounted: number; loaded: number }>(
    url,
    `select name, rows_in as "rowsIn", rows_loaded + rows_duplicate + rows_quarantined as accounted,
       rows_loaded as loaded from file where state = 'loaded'`,
  );
  const [told] = await ask<{ silent: number; repeated: number }>(url, TOLD);
  const sent = await ask<{ id: string }>(url, `select id from notification where state = 'sent'`);
  const mails = messageIds(mailbox);
  const wrongAccounts = files.filter(
    (file) => file.rowsIn !== file.accounted || file.rowsIn !== rowsOf.get(firstName(file.name)),
  ).length;
  return {
    runs: compareLedgers(truth.runs, runs),
    refused: compareLedgers(
      truth.refused,
      refused.map(({ name, rowNumber, line }) => refusedText(firstName(name), rowNumber, line)),
    ),
    wrongAccounts: wrongAccounts + Math.abs(rowsOf.size - files.length),
    ledgerMinusTable: files.reduce((sum, file) => sum + file.loaded, 0) - runs.length,
    alertsUntold: told!.silent,
    alertsLost: told!.silent + sent.filter(({ id }) => !mails.includes(id)).length,
    alertsDoubled: told!.repeated,
    mailsRepeated: mails.length - new Set(mails).size,
    workflowsFailed: await failedWorkflows(temporal),
  };
}

/** Every run that is stored, as `runText` tells it. */
export const readRuns = async (url: string): Promise<string[]> =>
  (await ask<ToldRun & { [column: string]: unknown }>(url, RUNS)).map(runText);

/** The ids of the messages in the mailbox, one for each copy. */
const messageIds = (mailbox: string): string[] =>
  readdirSync(mailbox)
    .filter((file) => file.endsWith('.eml'))
    .flatMap((file) => {
      const text = readFileSync(path.join(mailbox, file), 'latin1');
      return /^Message-ID:\s*<(.+)@smart-etl>/im.exec(text)?.[1] ?? [];
    });

/** Workflows that ended otherwise than done. */
export async function failedWorkflows(temporal: Client): Promise<number> {
  const query = `ExecutionStatus in ('Failed', 'TimedOut', 'Terminated')`;
  let count = 0;
  for await (const _ of temporal.workflow.list({ query })) count += 1;
  return count;
}
