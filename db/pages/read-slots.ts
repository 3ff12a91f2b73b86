import { fromMicroseconds, inMicroseconds } from '../microseconds.ts';
import type { Queryable } from '../pool.ts';

export interface SlotRow {
  id: number;
  jobId: number;
  namespace: string;
  job: string;
  owner: string | null;
  host: string | null;
  criticality: number;
  dueAt: Date;
  earliestAt: Date;
  startDeadlineAt: Date | null;
  deadlineAt: Date;
  closesAt: Date;
  outcome: 'met' | 'late' | 'missing' | 'extra' | 'waived' | null;
  runKey: string | null;
  endedAt: Date | null;
  correctedFrom: 'met' | 'late' | 'missing' | null;
  waivedBy: string | null;
  waivedWhy: string | null;
}

export interface SlotFilter {
  limit: number;
  /** Due from, and before. */
  from: Date;
  to: Date;
  job?: string | undefined;
  jobId?: number | undefined;
  host?: string | undefined;
  /** `open`: not over. */
  outcome?: NonNullable<SlotRow['outcome']> | 'open' | undefined;
  /** The slot before the first of the page: due in microseconds, number. */
  after?: readonly [dueUs: number, id: number] | null | undefined;
}

/** Slots by when they are due. */
export async function readSlotPage(
  client: Queryable,
  { limit, from, to, job, jobId, host, outcome, after }: SlotFilter,
): Promise<(SlotRow & { dueUs: number })[]> {
  const values: unknown[] = [limit, from, to];
  const put = (value: unknown) => `$${values.push(value)}`;
  const conditions = ['due >= $2', 'due < $3'];
  if (job !== undefined) conditions.push(`slot.job_id in (select id from job where name = ${put(job)})`);
  if (jobId !== undefined) conditions.push(`slot.job_id = ${put(jobId)}`);
  if (host !== undefined) conditions.push(`job.host = ${put(host)}`);
  if (outcome !== undefined) {
    conditions.push(outcome === 'open' ? 'outcome is null' : `outcome = ${put(outcome)}`);
  }
  if (after) {
    const due = fromMicroseconds(put(after[0]));
    conditions.push(`(due, slot.id) > (${due}, ${put(after[1])}::bigint)`);
  }
  const { rows } = await client.query<SlotRow & { dueUs: number }>(
    `select slot.id, job_id as "jobId", job.namespace, job.name as job, job.owner, job.host, job.criticality,
       due as "dueAt", earliest as "earliestAt", start_deadline as "startDeadlineAt", deadline as "deadlineAt",
       closes as "closesAt", outcome, run_key as "runKey", ended_at as "endedAt",
       corrected_from as "correctedFrom", waived_by as "waivedBy", waived_why as "waivedWhy",
       ${inMicroseconds('due')} as "dueUs"
     from expectation as slot join job on job.id = job_id
     where ${conditions.join(' and ')} order by due, slot.id limit $1`,
    values,
  );
  return rows;
}
