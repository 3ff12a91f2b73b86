import type { PoolClient } from 'pg';
import {
  endFindings,
  insertFindings,
  quietFindings,
  reviseFindings,
  setRoles,
} from '../../db/detect/findings.ts';
import {
  insertIncident,
  lockIncidents,
  regradeIncident,
  resolveIncidents,
} from '../../db/detect/incidents.ts';
import type { IncidentChanges } from '../../models/detect/incidents/incident-changes.ts';

/**
 * Writes what a look changes, in the caller's transaction; returns the numbers of the incidents it opened.
 *
 * @param endedBy of findings, the run that ended it
 * @throws IncidentsMoved
 */
export async function writeChanges(
  client: PoolClient,
  changes: IncidentChanges,
  asOf: Date,
  endedBy: ReadonlyMap<string, string>,
): Promise<number[]> {
  const { opened, joined, changed, quieted, ended, resolved, regraded } = changes;
  const touched = [...joined, ...regraded, ...ended].map(({ incidentId }) => incidentId);
  await lockIncidents(client, [...new Set([...touched, ...resolved])]);
  // What ended first: the same key may begin anew.
  const endedKeys = ended.map(({ key }) => key);
  await endFindings(client, endedKeys, asOf, endedBy);
  await reviseFindings(
    client,
    changed.map(({ finding }) => finding),
  );
  await quietFindings(client, quieted);
  for (const { incidentId, roles, ...grade } of regraded) {
    await regradeIncident(client, incidentId, grade);
    await setRoles(client, roles);
  }
  for (const [incidentId, findings] of Map.groupBy(joined, ({ incidentId }) => incidentId)) {
    await insertFindings(client, incidentId, findings, asOf);
  }
  if (resolved.length > 0) await resolveIncidents(client, resolved, asOf);
  const ids: number[] = [];
  for (const incident of opened) {
    const id = await insertIncident(client, incident, asOf);
    await insertFindings(client, id, incident.findings, asOf);
    ids.push(id);
  }
  return ids;
}
