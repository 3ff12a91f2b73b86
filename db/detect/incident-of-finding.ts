import type { Finding } from '../../models/detect/finding.ts';
import type { Cause, Severity } from '../../models/detect/incidents/incident.ts';
import type { Queryable } from '../pool.ts';
import { endFindings, insertFindings } from './findings.ts';
import { insertIncident, resolveIncidents } from './incidents.ts';

/** Opens an incident of one finding, which is its cause; null when the same is open already. */
export async function openIncidentOf(
  client: Queryable,
  finding: Finding,
  of: { severity: Severity; causes: readonly Cause[] },
  at: Date,
): Promise<number | null> {
  const { key } = finding;
  // Of several that find the same one opens it; the others wait and see it.
  await client.query(`select pg_advisory_xact_lock(hashtextextended($1, 0))`, [key]);
  const { rowCount } = await client.query(`select from finding where key = $1 and ended_at is null`, [key]);
  if (rowCount !== 0) return null;
  const id = await insertIncident(client, of, at);
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
