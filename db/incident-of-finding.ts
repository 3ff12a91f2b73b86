import { calledOf, type Finding, type Subject } from '../models/detect/finding.ts';
import type { Severity } from '../models/detect/incidents/incident.ts';
import { endFindings, insertFindings } from './findings.ts';
import { insertIncident, resolveIncidents } from './incidents.ts';
import type { Queryable } from './pool.ts';

/** What has an incident of its own, without detection: its one finding is opened and ended by whoever knows. */
export type LoneFinding = Finding & { subject: Extract<Subject, { type: 'source' | 'model' }> };

/** Opens an incident of one finding, which is its cause; null when the same is open already. */
export async function openIncidentOf(
  client: Queryable,
  finding: LoneFinding,
  severity: Severity,
  at: Date,
): Promise<number | null> {
  const { key, subject } = finding;
  // Of several that find the same one opens it; the others wait and see it.
  await client.query(`select pg_advisory_xact_lock(hashtextextended($1, 0))`, [key]);
  const { rowCount } = await client.query(`select from finding where key = $1 and ended_at is null`, [key]);
  if (rowCount !== 0) return null;
  const kind = subject.type === 'source' ? 'source' : 'itself';
  const causes = [{ kind, name: calledOf(subject), weight: 1 }] as const;
  const id = await insertIncident(client, { severity, causes }, at);
  await insertFindings(client, id, [{ finding, role: 'cause' }], at);
  return id;
}

/**
 * Ends what is open with that key; null when nothing is. Its incident is over with it unless jobs are still wanting on
 * its account: then detection ends it when these are well.
 */
export async function endFindingOf(
  client: Queryable,
  key: string,
  endedAt: Date,
): Promise<{ incidentId: number; isOver: boolean } | null> {
  // The incident first, as detection does: two that lock in two orders would wait for each other.
  await client.query(
    `select from incident where id in (select incident_id from finding where key = $1 and ended_at is null) for update`,
    [key],
  );
  const { rows } = await client.query<{ incidentId: number; at: Date }>(
    `select incident_id as "incidentId", greatest($2, found_at) as at from finding where key = $1 and ended_at is null`,
    [key, endedAt],
  );
  if (rows.length === 0) return null;
  const { incidentId, at } = rows[0]!;
  await endFindings(client, [key], at);
  const { rowCount } = await client.query(
    `select from finding where incident_id = $1 and ended_at is null limit 1`,
    [incidentId],
  );
  const isOver = rowCount === 0;
  if (isOver) await resolveIncidents(client, [incidentId], at);
  return { incidentId, isOver };
}
