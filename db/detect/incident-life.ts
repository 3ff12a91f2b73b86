import type { Cause, IncidentState, Severity } from '../../models/detect/incidents/incident.ts';
import type { Waiver } from '../../models/detect/incidents/waiver.ts';
import type { Queryable } from '../pool.ts';

/** An incident with what its life depends on. */
export interface LivingIncident {
  id: number;
  state: IncidentState;
  severity: Severity;
  causes: Cause[];
  openedAt: Date;
  resolvedAt: Date | null;
  acknowledgedBy: string | null;
  acknowledgedAt: Date | null;
  escalatedAt: Date | null;
  silencedUntil: Date | null;
  lifeEndedAt: Date | null;
  /** When a first message about it was accepted by its receiver. */
  notifiedAt: Date | null;
  /** When the last message about it was written. */
  lastToldAt: Date | null;
}

/** The incident, locked until the transaction ends; null when there is none with that number. */
export async function lockIncident(client: Queryable, id: number): Promise<LivingIncident | null> {
  const { rows } = await client.query<LivingIncident>(
    `select id, state, severity, causes, opened_at as "openedAt", resolved_at as "resolvedAt",
       acknowledged_by as "acknowledgedBy", acknowledged_at as "acknowledgedAt", escalated_at as "escalatedAt",
       silenced_until as "silencedUntil", life_ended_at as "lifeEndedAt",
       (select min(sent_at) from notification join notification_incident told on told.notification_id = notification.id
        where told.incident_id = incident.id and notification.state = 'sent') as "notifiedAt",
       greatest(reminded_at, escalated_at,
         (select max(created_at) from notification join notification_incident told on told.notification_id = notification.id
          where told.incident_id = incident.id)) as "lastToldAt"
     from incident where id = $1 for update of incident`,
    [id],
  );
  return rows[0] ?? null;
}

/** What an incident is about, the jobs, servers and sources of what lasts: the cause first. */
export async function subjectsOf(client: Queryable, id: number): Promise<{ name: string; isJob: boolean }[]> {
  const { rows } = await client.query<{ name: string; isJob: boolean }>(
    `select name, "isJob" from (
       select coalesce(job.name, finding.host, finding.source, finding.model) as name, job.id is not null as "isJob",
         min(array_position(array['cause', 'symptom', 'consequence'], finding.role)) as place
       from finding left join job on job.id = finding.job_id
       where finding.incident_id = $1 and finding.ended_at is null group by 1, 2) as subjects
     order by place, name limit 200`,
    [id],
  );
  return rows;
}

/** What of an incident's life may change here; a field left out stays. */
export interface LifeChange {
  state?: IncidentState;
  acknowledgedBy?: string;
  acknowledgedAt?: Date;
  escalatedAt?: Date;
  remindedAt?: Date;
  silencedUntil?: Date;
  lifeEndedAt?: Date;
}

/** Writes a change of life; that its workflow lives is noted with it. */
export async function saveLife(client: Queryable, id: number, change: LifeChange, at: Date): Promise<void> {
  await client.query(
    `update incident set state = coalesce($2, state), acknowledged_by = coalesce($3, acknowledged_by),
       acknowledged_at = coalesce($4, acknowledged_at), escalated_at = coalesce($5, escalated_at),
       silenced_until = coalesce($6, silenced_until), life_ended_at = coalesce($7, life_ended_at),
       workflow_started_at = coalesce(workflow_started_at, $8), reminded_at = coalesce($9, reminded_at)
     where id = $1`,
    [
      id,
      change.state,
      change.acknowledgedBy,
      change.acknowledgedAt,
      change.escalatedAt,
      change.silencedUntil,
      change.lifeEndedAt,
      at,
      change.remindedAt,
    ],
  );
}

/** A finding that somebody has just decided to live with. */
export interface WaivedFinding {
  key: string;
  /** Of a job; null of a server or a source. */
  jobId: number | null;
  /** The slot it is about. */
  due: Date | null;
}

/**
 * Waives what lasts of an incident, or those of it with the given keys. Returns what is waived now: what was waived
 * before is not among them, nor is what only the next good load or use can end.
 *
 * @param endedByItself variants that whoever raised them ends
 */
export async function waiveFindings(
  client: Queryable,
  waived: {
    incidentId: number;
    keys: readonly string[] | null;
    asOf: Date;
    who: string;
    why: string;
    endedByItself: readonly string[];
  },
): Promise<WaivedFinding[]> {
  const { incidentId, keys, asOf, who, why, endedByItself } = waived;
  const { rows } = await client.query<WaivedFinding>(
    `with waived as (
       select * from finding
       where incident_id = $1 and ended_at is null and ($2::text[] is null or key = any($2))
         and (variant is null or variant <> all($6))
         and not exists (select from waiver where finding_key = finding.key and as_of >= finding.since)),
     kept as (
       insert into waiver (finding_key, as_of, incident_id, who, why)
       select key, greatest($3, since), incident_id, $4, $5 from waived order by id)
     select key, job_id as "jobId", due from waived order by id`,
    [incidentId, keys, asOf, who, why, endedByItself],
  );
  return rows;
}

/** Waivers of findings with these keys. */
export async function readWaivers(client: Queryable, keys: readonly string[]): Promise<Waiver[]> {
  const { rows } = await client.query<Waiver>(
    `select finding_key as "findingKey", (extract(epoch from max(as_of)) * 1000)::float8 as "asOfMs"
     from waiver where finding_key = any($1) group by finding_key`,
    [keys],
  );
  return rows;
}

/** Incidents whose workflow has not seen their end: all, or those that nobody may be living. */
export async function livingIncidents(client: Queryable, which: 'all' | 'forgotten'): Promise<number[]> {
  const { rows } = await client.query<{ id: number }>(
    `select id from incident where life_ended_at is null
       and ($1 or workflow_started_at is null or state = 'resolved') order by id limit 1000`,
    [which === 'all'],
  );
  return rows.map(({ id }) => id);
}

/** Of these incidents those whose workflow has not seen their end. */
export async function stillLiving(client: Queryable, ids: readonly number[]): Promise<number[]> {
  const { rows } = await client.query<{ id: number }>(
    `select id from incident where id = any($1) and life_ended_at is null order by id`,
    [ids],
  );
  return rows.map(({ id }) => id);
}

/** Keeps whether being told of an incident was useful; false when there is none with that number. */
export async function giveFeedback(
  client: Queryable,
  feedback: { incidentId: number; channel: string; who: string; useful: boolean },
): Promise<boolean> {
  const { incidentId, channel, who, useful } = feedback;
  const { rows } = await client.query<{ kept: boolean }>('select give_feedback($1, $2, $3, $4) as kept', [
    incidentId,
    channel,
    who,
    useful,
  ]);
  return rows[0]!.kept;
}

export interface FeedbackShare {
  /** Of findings that were causes. */
  kind: string;
  variant: string | null;
  answers: number;
  useful: number;
}

/** How useful people found it to be told, by the kind of what the incidents began with. */
export async function readFeedback(client: Queryable): Promise<FeedbackShare[]> {
  const { rows } = await client.query<FeedbackShare>(
    `select first.kind, first.variant, count(*)::int as answers,
       (count(*) filter (where feedback.useful))::int as useful
     from incident_feedback feedback cross join lateral (
       select kind, variant from finding where incident_id = feedback.incident_id
       order by role <> 'cause', id limit 1) as first
     group by 1, 2 order by 1, 2 nulls first`,
  );
  return rows;
}
