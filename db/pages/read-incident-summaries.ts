import type { Cause, IncidentState, Severity } from '../../models/detect/incidents/incident.ts';
import type { Queryable } from '../pool.ts';

/** An incident in a line. */
export interface IncidentSummary {
  id: number;
  state: IncidentState;
  severity: Severity;
  openedAt: Date;
  resolvedAt: Date | null;
  causes: Cause[];
  acknowledgedBy: string | null;
  silencedUntil: Date | null;
  /** Findings that last. */
  lasting: number;
  findings: number;
  /** Names of the jobs, servers and sources that it is about, causes first, at most ten. */
  about: string[];
}

const SUMMARY = `incident.id, state, severity, opened_at as "openedAt", resolved_at as "resolvedAt", causes,
  acknowledged_by as "acknowledgedBy", silenced_until as "silencedUntil",
  (select count(*)::int from finding where incident_id = incident.id and ended_at is null) as lasting,
  (select count(*)::int from finding where incident_id = incident.id) as findings,
  array(select name from (
    select coalesce(job.name, finding.host, finding.source, finding.model) as name,
      min(array_position(array['cause', 'symptom', 'consequence'], finding.role)) as place
    from finding left join job on job.id = finding.job_id where incident_id = incident.id group by 1) as subject
    order by place, name limit 10) as about`;

/** Incidents that last, the newest first; with `all` those that are over after them. */
export async function readIncidentSummaries(
  client: Queryable,
  { all, limit }: { all: boolean; limit: number },
): Promise<IncidentSummary[]> {
  const { rows } = await client.query<IncidentSummary>(
    `select ${SUMMARY} from incident where $1 or state <> 'resolved'
     order by state = 'resolved', opened_at desc, id desc limit $2`,
    [all, limit],
  );
  return rows;
}

/** A finding as it is shown. */
export interface ShownFinding {
  key: string;
  kind: string;
  variant: string | null;
  role: string;
  course: string;
  about: string;
  since: Date;
  endedAt: Date | null;
  runKey: string | null;
  due: Date | null;
  text: string | null;
  /** Who waived it, while it lasts; null: nobody. */
  waivedBy: string | null;
}

/** Everything to be shown of an incident; null when there is none with that number. */
export async function readIncidentDetails(
  client: Queryable,
  id: number,
): Promise<(IncidentSummary & { all: ShownFinding[] }) | null> {
  const { rows } = await client.query<IncidentSummary>(`select ${SUMMARY} from incident where id = $1`, [id]);
  if (rows[0] === undefined) return null;
  const { rows: all } = await client.query<ShownFinding>(
    `select key, kind, variant, role, course, coalesce(job.namespace || '/' || job.name, finding.host, finding.source, finding.model) as about,
       since, ended_at as "endedAt", run_key as "runKey", due, left(evidence->>'text', 2000) as text,
       case when ended_at is null then (select who from waiver where finding_key = finding.key and as_of >= finding.since
         order by waiver.id desc limit 1) end as "waivedBy"
     from finding left join job on job.id = finding.job_id where incident_id = $1
     order by ended_at is not null, array_position(array['cause', 'symptom', 'consequence'], role), finding.id limit 1000`,
    [id],
  );
  return { ...rows[0], all };
}
