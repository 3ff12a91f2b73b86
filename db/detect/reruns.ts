import type { OrderedVictim, RerunOrder } from '../../models/detect/rerun-order.ts';
import { earlier } from '../earlier.ts';
import type { Queryable } from '../pool.ts';

/** How a victim's re-run came out; nothing else, ever. */
export type RerunOutcome = 'succeeded' | 'failed' | 'not-started' | 'no-way' | 'skipped';

/** A job that should run again. */
export interface VictimFacts {
  jobId: number;
  namespace: string;
  job: string;
  /** The run that went wrong; null: none came, or the job was named. */
  runKey: string | null;
  /** The slot it missed. */
  due: Date | null;
}

/** Kinds of findings that a new run can cure. */
const CURABLE = ['crash', 'fast', 'incomplete', 'transmission', 'late', 'missing', 'zombie'];

/** The jobs of an incident that last, each once, by its newest finding that a new run can cure. */
export async function findVictims(
  client: Queryable,
  incidentId: number,
): Promise<(VictimFacts & { role: string })[]> {
  const { rows } = await client.query<VictimFacts & { role: string }>(
    `select distinct on (job.id) job.id as "jobId", job.namespace, job.name as job, finding.run_key as "runKey",
       finding.due, finding.role
     from finding join job on job.id = finding.job_id
     where finding.incident_id = $1 and finding.ended_at is null and finding.kind = any($2)
     order by job.id, finding.since desc, finding.id desc`,
    [incidentId, CURABLE],
  );
  return rows;
}

/** Jobs of that name, in any namespace, or `namespace/name`; with the last run that failed. */
export async function findJobsNamed(client: Queryable, name: string): Promise<VictimFacts[]> {
  const { rows } = await client.query<VictimFacts>(
    `select id as "jobId", namespace, name as job, null::timestamptz as due,
       (select run_key from run where job_id = job.id and status = 'failed'
        order by started_at desc, run_key desc limit 1) as "runKey"
     from job where name = $1 or namespace || '/' || name = $1 order by id`,
    [name],
  );
  return rows;
}

/** The name of the job that an incident says is upstream of its consequences. */
export async function upstreamCauseOf(client: Queryable, incidentId: number): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select cause->>'name' as name from incident, jsonb_array_elements(causes) cause
     where incident.id = $1 and cause->>'kind' = 'upstream'`,
    [incidentId],
  );
  return rows.map(({ name }) => name);
}

export interface NewRerun {
  id: string;
  workflowId: string;
  incidentId: number | null;
  who: string;
  why: string;
  order: RerunOrder;
  facts: ReadonlyMap<number, VictimFacts>;
}

/** Keeps a re-run and its victims; false when it is kept already. */
export async function saveRerun(client: Queryable, rerun: NewRerun): Promise<boolean> {
  const { id, workflowId, incidentId, who, why, order, facts } = rerun;
  const { rowCount } = await client.query(
    `insert into rerun (id, workflow_id, incident_id, who, why, cycles) values ($1, $2, $3, $4, $5, $6)
     on conflict do nothing`,
    [id, workflowId, incidentId, who, why, JSON.stringify(order.cycles)],
  );
  if (rowCount === 0) return false;
  for (const [index, { jobId, after }] of order.victims.entries()) {
    const { runKey, due } = facts.get(jobId)!;
    await client.query(
      `insert into rerun_victim (rerun_id, job_id, position, after, run_key, due) values ($1, $2, $3, $4, $5, $6)`,
      [id, jobId, index + 1, after, runKey, due],
    );
  }
  return true;
}

/** The order as it was kept. */
export async function orderOf(
  client: Queryable,
  rerunId: string,
): Promise<{ victims: OrderedVictim[]; cycles: number }> {
  const { rows } = await client.query<OrderedVictim>(
    `select job_id as "jobId", to_jsonb(after) as after from rerun_victim where rerun_id = $1 order by position`,
    [rerunId],
  );
  const { rows: kept } = await client.query<{ cycles: number }>(
    `select jsonb_array_length(cycles) as cycles from rerun where id = $1`,
    [rerunId],
  );
  return { victims: rows, cycles: kept[0]?.cycles ?? 0 };
}

export interface Victim extends VictimFacts {
  position: number;
  after: number[];
  state: 'waiting' | 'asking' | 'asked' | 'started' | 'by-hand' | 'done';
  askedAt: Date | null;
  askedAsOf: Date | null;
  answer: string | null;
  knownRunKeys: string[] | null;
  deadlineAt: Date | null;
  newRunKey: string | null;
  newRunStartedAt: Date | null;
  outcome: RerunOutcome | null;
  detail: string | null;
  settledAt: Date | null;
  doneBy: string | null;
  doneWhy: string | null;
}

const VICTIM = `victim.job_id as "jobId", job.namespace, job.name as job, victim.run_key as "runKey", victim.due,
  victim.position, to_jsonb(victim.after) as after, victim.state, victim.asked_at as "askedAt", victim.asked_as_of as "askedAsOf",
  victim.answer, victim.known_run_keys as "knownRunKeys", victim.deadline_at as "deadlineAt",
  victim.new_run_key as "newRunKey", victim.new_run_started_at as "newRunStartedAt", victim.outcome, victim.detail,
  victim.settled_at as "settledAt", victim.done_by as "doneBy", victim.done_why as "doneWhy"`;

/** The victims of a re-run in their order. */
export async function readVictims(client: Queryable, rerunId: string): Promise<Victim[]> {
  const { rows } = await client.query<Victim>(
    `select ${VICTIM} from rerun_victim victim join job on job.id = victim.job_id
     where victim.rerun_id = $1 order by victim.position`,
    [rerunId],
  );
  return rows;
}

/** One victim, locked until the transaction ends; null when there is no such. */
export async function lockVictim(client: Queryable, rerunId: string, jobId: number): Promise<Victim | null> {
  const { rows } = await client.query<Victim>(
    `select ${VICTIM} from rerun_victim victim join job on job.id = victim.job_id
     where victim.rerun_id = $1 and victim.job_id = $2 for update of victim`,
    [rerunId, jobId],
  );
  return rows[0] ?? null;
}

/** Notes when the scheduler of a victim is about to be asked: before, so that a fast run is not older than it. */
export async function noteAsking(
  client: Queryable,
  rerunId: string,
  jobId: number,
  at: Date,
  asOf: Date,
): Promise<void> {
  await client.query(
    `update rerun_victim set state = 'asking', asked_at = $3, asked_as_of = $4,
       known_run_keys = array(select distinct run_key from run
         where job_id = $2 and started_at >= ${earlier('$4', '1 hour')})
     where rerun_id = $1 and job_id = $2 and state = 'waiting'`,
    [rerunId, jobId, at, asOf],
  );
}

/** Notes that a victim is waited for until an instant. */
export async function noteAsked(
  client: Queryable,
  rerunId: string,
  jobId: number,
  state: 'asked' | 'by-hand',
  answer: string | null,
  deadlineAt: Date,
): Promise<void> {
  await client.query(
    `update rerun_victim set state = $3, answer = $4, deadline_at = $5
     where rerun_id = $1 and job_id = $2 and state in ('waiting', 'asking')`,
    [rerunId, jobId, state, answer, deadlineAt],
  );
}

/** Notes that the new run is known to have begun. */
export async function noteStarted(
  client: Queryable,
  rerunId: string,
  jobId: number,
  run: { runKey: string; startedAt: Date },
  deadlineAt: Date,
): Promise<void> {
  await client.query(
    `update rerun_victim set state = 'started', new_run_key = $3, new_run_started_at = $4, deadline_at = $5
     where rerun_id = $1 and job_id = $2 and state in ('asked', 'by-hand')`,
    [rerunId, jobId, run.runKey, run.startedAt, deadlineAt],
  );
}

/** Gives a victim its outcome, once. */
export async function settleVictim(
  client: Queryable,
  rerunId: string,
  jobId: number,
  settled: {
    outcome: RerunOutcome;
    detail: string;
    at: Date;
    run?: { runKey: string; startedAt: Date } | undefined;
    by?: { who: string; why: string } | undefined;
  },
): Promise<boolean> {
  const { outcome, detail, at, run, by } = settled;
  const { rowCount } = await client.query(
    `update rerun_victim set state = 'done', outcome = $3, detail = left($4, 500), settled_at = $5,
       new_run_key = coalesce($6, new_run_key), new_run_started_at = coalesce($7, new_run_started_at),
       done_by = $8, done_why = $9
     where rerun_id = $1 and job_id = $2 and state <> 'done'`,
    [rerunId, jobId, outcome, detail, at, run?.runKey, run?.startedAt, by?.who, by?.why],
  );
  return rowCount === 1;
}

export interface NewRun {
  runKey: string;
  status: 'running' | 'succeeded' | 'failed' | 'cancelled';
  startedAt: Date;
  error: string | null;
}

/** Clocks of two servers may differ by so much: a run that started so shortly before the request counts, when new. */
const CLOCKS_DIFFER = '1 minute';

/**
 * The first run of a job that started after an instant and was not known then, in its newest state; one whose key
 * holds that of the request goes first. null: none is known yet.
 */
export async function findNewRun(
  client: Queryable,
  asked: { jobId: number; asOf: Date; knownRunKeys: readonly string[]; key: string },
): Promise<NewRun | null> {
  const { rows } = await client.query<NewRun>(
    `select run_key as "runKey", status, started_at as "startedAt", error from (
       select distinct on (run_key) * from run
       where job_id = $1 and started_at >= ${earlier('$2', CLOCKS_DIFFER)} and run_key <> all($3)
       order by run_key, known_at desc, (status = 'running'), digest) as newest
     order by position($4 in run_key) = 0, started_at, run_key limit 1`,
    [asked.jobId, asked.asOf, asked.knownRunKeys, asked.key],
  );
  return rows[0] ?? null;
}

/** What runs of a job usually take until they are known to have ended, milliseconds; null: none is known. */
export async function usualMs(client: Queryable, jobId: number): Promise<number | null> {
  const { rows } = await client.query<{ usual: number | null }>(
    `select percentile_cont(0.9) within group (order by extract(epoch from known_at - started_at) * 1000)::float8 as usual
     from (select known_at, started_at from run where job_id = $1 and status in ('succeeded', 'failed')
           order by started_at desc limit 50) as last`,
    [jobId],
  );
  return rows[0]?.usual ?? null;
}

/** Closes a re-run. */
export async function finishRerun(client: Queryable, rerunId: string, at: Date): Promise<boolean> {
  const { rowCount } = await client.query(
    `update rerun set finished_at = $2 where id = $1 and finished_at is null`,
    [rerunId, at],
  );
  return rowCount === 1;
}

/** Workflows of re-runs that are under way. */
export async function unfinishedReruns(client: Queryable): Promise<string[]> {
  const { rows } = await client.query<{ workflowId: string }>(
    `select workflow_id as "workflowId" from rerun where finished_at is null order by asked_at desc limit 200`,
  );
  return rows.map(({ workflowId }) => workflowId);
}

/** Workflows of re-runs under way that wait for a job, by its name or `namespace/name`. */
export async function rerunWorkflowsOf(client: Queryable, job: string): Promise<string[]> {
  const { rows } = await client.query<{ workflowId: string }>(
    `select workflow_id as "workflowId" from rerun join rerun_victim victim on victim.rerun_id = rerun.id
       join job on job.id = victim.job_id
     where finished_at is null and outcome is null and (job.name = $1 or job.namespace || '/' || job.name = $1)
     order by rerun.asked_at limit 20`,
    [job],
  );
  return rows.map(({ workflowId }) => workflowId);
}
