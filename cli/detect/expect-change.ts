/** `smart-etl expect declare|waive`: what people know better, each with a line in the audit log. */

import { type Config, loadConfig } from '../../config.ts';
import { saveAuditEntry } from '../../db/access/audit-log.ts';
import { readSlots, replaceOpenSlots, waiveSlot } from '../../db/detect/expectations.ts';
import { lockExpectations, readProfiles, saveDeclared, saveLearned } from '../../db/detect/job-profiles.ts';
import { estateNow } from '../../db/estate-clock.ts';
import { loadHistories } from '../../db/forecast/history.ts';
import { announceChange, type Queryable, withTransaction } from '../../db/pool.ts';
import { isTimeZone } from '../../models/clean/local-time.ts';
import { checkCron } from '../../models/detect/schedule/cron.ts';
import { learnSchedule } from '../../models/detect/schedule/learn-schedule.ts';
import type { ScheduleHistory } from '../../models/detect/schedule/own-starts.ts';
import type { DeclaredSchedule, LearnedSchedule } from '../../models/detect/schedule/schedule.ts';
import { slotsAhead } from '../../models/detect/schedule/slots-ahead.ts';
import { calendarNamed } from '../../models/features/holiday-calendar.ts';
import { oneLine } from '../byte-text.ts';
import { withDatabase } from '../connections.ts';
import { decisionOf } from '../data/quarantine.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { UsageError } from '../options/usage-error.ts';
import { expectedJob } from './expected-job.ts';

interface Declaration {
  cron?: string;
  zone?: string;
  startWithin?: number;
  endWithin?: number;
  withdraw?: boolean;
  who?: string;
  why: string;
  json?: boolean;
}

/** `expect declare JOB`: from now on it is due as declared; `--withdraw`: as learned again. */
export async function declareSchedule(asked: string, options: Declaration): Promise<ExitCode> {
  const config = loadConfig();
  const declared = declaredBy(options, config.timeZone);
  const { who, why } = decisionOf(options, '');
  const outcome = await withDatabase(config, (pool) =>
    withTransaction(pool, async (client) => {
      const { jobId, namespace, job } = await expectedJob(client, asked);
      const asOf = await estateNow(client, config.time, Date.now());
      await lockExpectations(client);
      const [before] = await readProfiles(client, [jobId]);
      await saveDeclared(client, jobId, declared);
      const tellsStarts = before?.tellsStarts ?? false;
      const schedule = await learnNow(client, config, { jobId, asOf, declared, tellsStarts });
      await saveLearned(
        client,
        [{ jobId, schedule, tellsStarts, baselines: before?.baselines ?? null }],
        asOf,
      );
      const { slots, ...span } = slotsAhead(schedule, asOf.getTime(), calendarNamed(config.calendar));
      await replaceOpenSlots(client, jobId, slots, span);
      await saveAuditEntry(client, {
        who,
        action: declared === null ? 'expect.withdraw' : 'expect.declare',
        subject: `${namespace}/${job}`,
        why,
        before: before?.declared ?? null,
        after: declared,
        workflowId: null,
      });
      await announceChange(client, 'expectations');
      return { namespace, job, declared, slots: slots.map(({ dueMs }) => new Date(dueMs).toISOString()) };
    }),
  );
  if (options.json) console.log(JSON.stringify(outcome));
  else {
    const next = outcome.slots.slice(0, 3).map((due) => due.slice(0, 16).replace('T', ' '));
    const what = declared === null ? 'is due as learned again' : 'is due as declared';
    console.log(`${oneLine(outcome.job)} ${what}; ${outcome.slots.length} slots in the next eight days`);
    if (next.length > 0) console.log(`next: ${next.join(', ')} UTC`);
  }
  return EXIT.ok;
}

function declaredBy(options: Declaration, usualZone: string): DeclaredSchedule | null {
  const { cron, zone, startWithin = null, endWithin = null, withdraw = false } = options;
  if (withdraw !== (cron === undefined)) throw new UsageError('either --cron or --withdraw');
  if (cron === undefined) return null;
  const timeZone = zone ?? usualZone;
  if (!isTimeZone(timeZone)) throw new UsageError(`--zone: expected an IANA time zone, found "${timeZone}"`);
  checkCron(cron, timeZone);
  if (startWithin !== null && endWithin !== null && endWithin < startWithin) {
    throw new UsageError('--end-within must not be less than --start-within');
  }
  return { cron: cron.trim(), timeZone, startWithinMs: startWithin, endWithinMs: endWithin };
}

const NEVER_RAN: ScheduleHistory = {
  startedAt: new Float64Array(0),
  knownAt: new Float64Array(0),
  durationMs: new Float64Array(0),
  status: new Uint8Array(0),
};

async function learnNow(
  client: Queryable,
  config: Config,
  {
    jobId,
    asOf,
    declared,
    tellsStarts,
  }: { jobId: number; asOf: Date; declared: DeclaredSchedule | null; tellsStarts: boolean },
): Promise<LearnedSchedule | null> {
  const [history = NEVER_RAN] = await loadHistories(client, asOf, { jobIds: [jobId], withStarts: true });
  const calendar = calendarNamed(config.calendar);
  return learnSchedule(history, asOf.getTime(), {
    timeZone: config.timeZone,
    calendar,
    tellsStarts,
    declared,
  });
}

/** `expect waive JOB DUE`: whatever becomes of that slot, nobody misses its run. */
export async function waiveDue(
  asked: string,
  dueMs: number,
  options: { who?: string; why: string; json?: boolean },
): Promise<ExitCode> {
  const config = loadConfig();
  const { who, why } = decisionOf(options, '');
  const waived = await withDatabase(config, (pool) =>
    withTransaction(pool, async (client) => {
      const { jobId, namespace, job } = await expectedJob(client, asked);
      const asOf = await estateNow(client, config.time, Date.now());
      await lockExpectations(client);
      // Shown to the minute, so asked for to the minute.
      const found = await readSlots(client, { jobIds: [jobId], fromMs: dueMs, toMs: dueMs + 60_000 });
      const slot = found.find(({ outcome }) => outcome !== 'extra');
      if (slot === undefined) throw new UsageError(`${job} is not due at ${new Date(dueMs).toISOString()}`);
      const before = await waiveSlot(client, { jobId, dueMs: slot.dueMs, at: asOf, who, why });
      if (before === null) return { namespace, job, due: new Date(slot.dueMs), waived: false };
      await saveAuditEntry(client, {
        who,
        action: 'expect.waive',
        subject: `${namespace}/${job} ${new Date(slot.dueMs).toISOString()}`,
        why,
        before: { outcome: before.outcome, runKey: before.runKey },
        after: { outcome: 'waived' },
        workflowId: null,
      });
      await announceChange(client, 'expectations');
      return { namespace, job, due: new Date(slot.dueMs), waived: true };
    }),
  );
  if (options.json) console.log(JSON.stringify(waived));
  else {
    const due = waived.due.toISOString().slice(0, 16).replace('T', ' ');
    console.log(`${oneLine(waived.job)}, due ${due} UTC: ${waived.waived ? 'waived' : 'was waived already'}`);
  }
  return EXIT.ok;
}
