import type { Queryable } from '../pool.ts';

/** What people were told of an incident, and what they did about it. */
export interface IncidentRecord {
  acknowledgedBy: string | null;
  acknowledgedAt: Date | null;
  escalatedAt: Date | null;
  silencedUntil: Date | null;
  /** The newest first. */
  messages: {
    id: string;
    event: string;
    channel: string;
    channelKind: string;
    subject: string;
    state: 'pending' | 'sent' | 'dead' | 'withdrawn';
    createdAt: Date;
    sentAt: Date | null;
    answer: string | null;
  }[];
  /** The newest first. */
  acts: { at: Date; who: string; action: string; why: string; workflowId: string | null }[];
  useful: number;
  notUseful: number;
  /** Jobs that follow those of the incident and have nothing wrong themselves yet. */
  threatened: { jobId: number; namespace: string; job: string; owner: string | null; criticality: number }[];
  threatenedTotal: number;
}

/** Messages, acts and jobs are cut here. */
const MOST = 100;
/** How far a failure is followed to those that wait for it. */
const MOST_STEPS = 10;

type LifeRow = Pick<IncidentRecord, 'acknowledgedBy' | 'acknowledgedAt' | 'escalatedAt' | 'silencedUntil'>;

/** The record of an incident; null when there is none with that number. */
export async function readIncidentRecord(client: Queryable, id: number): Promise<IncidentRecord | null> {
  const life = await client.query<LifeRow>(
    `select acknowledged_by as "acknowledgedBy", acknowledged_at as "acknowledgedAt",
       escalated_at as "escalatedAt", silenced_until as "silencedUntil" from incident where id = $1`,
    [id],
  );
  if (life.rows[0] === undefined) return null;
  const [messages, acts, answers, threatened] = [
    await client.query<IncidentRecord['messages'][number]>(
      `select notification.id, told.event, channel, channel_kind as "channelKind", left(subject, 300) as subject, state,
         created_at as "createdAt", sent_at as "sentAt", left(coalesce(answer, last_error), 300) as answer
       from notification_incident told join notification on notification.id = told.notification_id
       where told.incident_id = $1 order by created_at desc, notification.id limit $2`,
      [id, MOST],
    ),
    await client.query<IncidentRecord['acts'][number]>(
      `select at, who, action, why, workflow_id as "workflowId" from audit_log
       where subject = 'incident ' || $1::bigint order by id desc limit $2`,
      [id, MOST],
    ),
    await client.query<Pick<IncidentRecord, 'useful' | 'notUseful'>>(
      `select count(*) filter (where useful)::int as useful, count(*) filter (where not useful)::int as "notUseful"
       from incident_feedback where incident_id = $1`,
      [id],
    ),
    await client.query<IncidentRecord['threatened'][number] & { total: number }>(
      `with recursive hit as (
         select distinct job_id as id from finding
         where incident_id = $1 and job_id is not null and ended_at is null),
       reach as (
         select id, 0 as step from hit
         union
         select follows.job_id, reach.step + 1 from reach
         join job_follows follows on follows.upstream_id = reach.id where reach.step < $3)
       select job.id as "jobId", namespace, name as job, owner, criticality, (count(*) over ())::int as total from job
       where id in (select id from reach where step > 0) and id not in (select id from hit)
         and not exists (select from finding where job_id = job.id and ended_at is null)
       order by criticality, namespace, name limit $2`,
      [id, MOST, MOST_STEPS],
    ),
  ];
  return {
    ...life.rows[0],
    ...answers.rows[0]!,
    messages: messages.rows,
    acts: acts.rows,
    threatened: threatened.rows.map(({ total: _, ...job }) => job),
    threatenedTotal: threatened.rows[0]?.total ?? 0,
  };
}
