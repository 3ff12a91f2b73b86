import type { SettledChange, SettledRun } from '../../models/detect/schedule/settle-slots.ts';
import type { Slot, SlotFact } from '../../models/detect/schedule/slot.ts';
import type { Queryable } from '../pool.ts';

/** A slot of a job as it is kept. */
export interface JobSlot extends SlotFact {
  jobId: number;
}

const MS = (column: string, name: string) => `extract(epoch from ${column})::float8 * 1000 as "${name}"`;
const SLOT = `job_id as "jobId", ${MS('earliest', 'earliestMs')}, ${MS('due', 'dueMs')},
  ${MS('start_deadline', 'startDeadlineMs')}, ${MS('deadline', 'deadlineMs')}, ${MS('closes', 'closesMs')},
  outcome, run_key as "runKey", ${MS('ended_at', 'endedMs')}`;

/**
 * Slots of some jobs, or of all, that are due from one instant to another, by job and due.
 *
 * @param toMs left out of the span
 */
export async function readSlots(
  client: Queryable,
  { jobIds = null, fromMs, toMs }: { jobIds?: readonly number[] | null; fromMs: number; toMs: number },
): Promise<JobSlot[]> {
  const { rows } = await client.query<JobSlot>(
    `select ${SLOT} from expectation
     where ($1::bigint[] is null or job_id = any($1)) and due >= $2 and due < $3
     order by job_id, due, (outcome is not distinct from 'extra'), run_key`,
    [jobIds, new Date(fromMs), new Date(toMs)],
  );
  return rows;
}

/**
 * Makes the slots of a job that are not over and due in a span those given: new ones are added, open ones that are no
 * longer due go, or get their new deadlines. What has ended, or is being filled, stays.
 *
 * @returns how many were added, changed or taken away; the same slots again: 0
 */
export async function replaceOpenSlots(
  client: Queryable,
  jobId: number,
  slots: readonly Slot[],
  { fromMs, toMs }: { fromMs: number; toMs: number },
): Promise<number> {
  const span = [jobId, new Date(fromMs), new Date(toMs)];
  const gone = await client.query(
    `delete from expectation where job_id = $1 and due >= $2 and due < $3 and outcome is null and run_key is null
       and due <> all ($4::timestamptz[])`,
    [...span, slots.map(({ dueMs }) => new Date(dueMs))],
  );
  const instants = (pick: (slot: Slot) => number | null) =>
    slots.map((slot) => {
      const instant = pick(slot);
      return instant === null ? null : new Date(instant);
    });
  const kept = await client.query(
    `insert into expectation as known (job_id, due, earliest, start_deadline, deadline, closes)
     select $1, due, earliest, start_deadline, deadline, closes
     from unnest($2::timestamptz[], $3::timestamptz[], $4::timestamptz[], $5::timestamptz[], $6::timestamptz[])
       as slot (due, earliest, start_deadline, deadline, closes)
     on conflict (job_id, due) where outcome is distinct from 'extra' do update
       set earliest = excluded.earliest, start_deadline = excluded.start_deadline, deadline = excluded.deadline,
         closes = excluded.closes
       where known.outcome is null and known.run_key is null
         and (known.earliest, known.start_deadline, known.deadline, known.closes)
           is distinct from (excluded.earliest, excluded.start_deadline, excluded.deadline, excluded.closes)`,
    [
      jobId,
      instants(({ dueMs }) => dueMs),
      instants(({ earliestMs }) => earliestMs),
      instants(({ startDeadlineMs }) => startDeadlineMs),
      instants(({ deadlineMs }) => deadlineMs),
      instants(({ closesMs }) => closesMs),
    ],
  );
  return (gone.rowCount ?? 0) + (kept.rowCount ?? 0);
}

/** The runs of jobs that start from an instant on, each in its newest state known by another, by job and start. */
export async function runsSince(
  client: Queryable,
  { fromMs, asOfMs, jobIds }: { fromMs: number; asOfMs: number; jobIds: readonly number[] },
): Promise<(SettledRun & { jobId: number })[]> {
  const { rows } = await client.query<SettledRun & { jobId: number }>(
    `select distinct on (job_id, run_key) job_id as "jobId", run_key as "runKey", status::text as status,
       ${MS('started_at', 'startedAtMs')}, ${MS('ended_at', 'endedAtMs')}, ${MS('known_at', 'knownAtMs')},
       exists (select from rerun_victim again
         where again.job_id = run.job_id and again.new_run_key = run.run_key) as "isRerun"
     from run where started_at >= $1 and started_at <= $2 and known_at <= $2 and job_id = any($3)
     order by job_id, run_key, known_at desc, (status = 'running'), digest`,
    [new Date(fromMs), new Date(asOfMs), jobIds],
  );
  return rows;
}

export interface SlotChange extends SettledChange {
  jobId: number;
}

/** Writes what became of slots, and the extra ones among them. */
export async function saveOutcomes(client: Queryable, changes: readonly SlotChange[]): Promise<void> {
  const rows = changes.map(({ jobId, slot, correctedFrom }) => ({
    job_id: jobId,
    due: new Date(slot.dueMs),
    outcome: slot.outcome,
    run_key: slot.runKey,
    ended_at: slot.endedMs === null ? null : new Date(slot.endedMs),
    corrected_from: correctedFrom,
  }));
  const columns = `job_id bigint, due timestamptz, outcome text, run_key text, ended_at timestamptz, corrected_from text`;
  await client.query(
    `update expectation set outcome = new.outcome, run_key = new.run_key, ended_at = new.ended_at,
       corrected_from = coalesce(new.corrected_from, expectation.corrected_from)
     from jsonb_to_recordset($1::jsonb) as new (${columns})
     where expectation.job_id = new.job_id and expectation.due = new.due
       and expectation.outcome is distinct from 'extra'`,
    [JSON.stringify(rows.filter(({ outcome }) => outcome !== 'extra'))],
  );
  await client.query(
    `insert into expectation (job_id, due, earliest, deadline, closes, outcome, run_key, ended_at)
     select job_id, due, due, due, due, 'extra', run_key, ended_at
     from jsonb_to_recordset($1::jsonb) as new (${columns})
     on conflict (job_id, run_key) where outcome = 'extra' do nothing`,
    [JSON.stringify(rows.filter(({ outcome }) => outcome === 'extra'))],
  );
}

/** Takes back extra runs that turned out to be expected. */
export async function forgetExtra(
  client: Queryable,
  extra: readonly { jobId: number; runKey: string }[],
): Promise<void> {
  await client.query(
    `delete from expectation using jsonb_to_recordset($1::jsonb) as gone ("jobId" bigint, "runKey" text)
     where expectation.job_id = gone."jobId" and expectation.run_key = gone."runKey" and outcome = 'extra'`,
    [JSON.stringify(extra)],
  );
}

/**
 * Waives the slot of a job that is due at an instant: its run is not missed.
 *
 * @returns the slot as it was; null when there is none, or it was waived already
 */
export async function waiveSlot(
  client: Queryable,
  { jobId, dueMs, at, who, why }: { jobId: number; dueMs: number; at: Date; who: string; why: string },
): Promise<JobSlot | null> {
  const { rows } = await client.query<JobSlot>(
    `select ${SLOT} from expectation
     where job_id = $1 and due = $2 and outcome is distinct from 'extra' and outcome is distinct from 'waived'
     for update`,
    [jobId, new Date(dueMs)],
  );
  if (rows.length === 0) return null;
  await client.query(
    `update expectation set outcome = 'waived', ended_at = $3, waived_by = $4, waived_why = $5
     where job_id = $1 and due = $2 and outcome is distinct from 'extra'`,
    [jobId, new Date(dueMs), at, who, why],
  );
  return rows[0]!;
}

/**
 * Jobs with slots of which something may have changed: all with a slot that is not long over, or only those of which
 * runs became known after `sinceMs`, or with an open slot that has closed.
 */
export async function jobsToSettle(
  client: Queryable,
  { asOfMs, sinceMs }: { asOfMs: number; sinceMs: number | null },
): Promise<number[]> {
  const { rows } = await client.query<{ jobId: number }>(
    `select distinct job_id as "jobId" from expectation
     where outcome is null and due <= $1 and ($2::timestamptz is null or closes <= $1)
     union
     select distinct run.job_id from run join job_profile on job_profile.job_id = run.job_id
     where run.known_at > coalesce($2, $1::timestamptz - interval '8 days') and run.known_at <= $1`,
    [new Date(asOfMs), sinceMs === null ? null : new Date(sinceMs)],
  );
  return rows.map(({ jobId }) => jobId);
}

/** Jobs whose run is not there by a deadline of its slot, or of which a slot ended after `sinceMs`. */
export async function jobsWithNewsOfSlots(
  client: Queryable,
  { asOfMs, sinceMs }: { asOfMs: number; sinceMs: number },
): Promise<number[]> {
  const { rows } = await client.query<{ jobId: number }>(
    `select job_id as "jobId" from expectation
     where outcome is null and due <= $1 and least(start_deadline, deadline) <= $1
     union
     select job_id from expectation where ended_at > $2 and ended_at <= $1 and due > $1::timestamptz - interval '9 days'`,
    [new Date(asOfMs), new Date(sinceMs)],
  );
  return rows.map(({ jobId }) => jobId);
}

/** Deletes the slots that were due before an instant and have ended. @returns how many */
export async function dropEndedSlots(client: Queryable, before: Date): Promise<number> {
  const { rowCount } = await client.query('delete from expectation where due < $1 and outcome is not null', [
    before,
  ]);
  return rowCount ?? 0;
}
