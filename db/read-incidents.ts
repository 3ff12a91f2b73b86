import type { Queryable } from './pool.ts';

export interface IncidentRow {
  id: number;
  kind: string;
  /** null for an incident of a source, as are the other fields of the job. */
  jobId: number | null;
  namespace: string | null;
  job: string | null;
  source: string | null;
  owner: string | null;
  host: string | null;
  criticality: number | null;
  runKey: string | null;
  openedAt: Date;
  resolvedAt: Date | null;
  resolvedByRunKey: string | null;
  error: string | null;
  /** Messages about it that were accepted by their receiver. */
  notificationsSent: number;
}

/** Incidents, the open ones first, then the newest. */
export async function readIncidents(client: Queryable, limit: number): Promise<IncidentRow[]> {
  const { rows } = await client.query<IncidentRow>(
    `select incident.id, incident.kind, incident.job_id as "jobId", job.namespace, job.name as job,
       incident.source, job.owner, job.host, job.criticality, incident.run_key as "runKey", incident.opened_at as "openedAt",
       incident.resolved_at as "resolvedAt", incident.resolved_by_run_key as "resolvedByRunKey",
       left(incident.error, 2000) as error,
       (select count(*)::int from notification_incident told
          join notification on notification.id = told.notification_id
        where told.incident_id = incident.id and notification.state = 'sent') as "notificationsSent"
     from incident left join job on job.id = incident.job_id
     order by incident.resolved_at is not null, incident.opened_at desc, incident.id desc
     limit $1`,
    [limit],
  );
  return rows;
}
