import type { PoolClient } from 'pg';
import { endFindingOf, openIncidentOf } from '../../db/detect/incident-of-finding.ts';
import { announceChange } from '../../db/pool.ts';
import { calledOf, type Finding, type Subject } from '../../models/detect/finding.ts';
import type { Severity } from '../../models/detect/incidents/incident.ts';
import { tellIncidents } from '../alerts/tell-incidents.ts';
import type { Teller } from '../alerts/tell-news.ts';

/** What has an incident of its own, without detection: whoever knows of it opens and ends it. */
type LoneFinding = Finding & { subject: Extract<Subject, { type: 'source' | 'model' }> };

/**
 * Opens an incident of one finding and puts one message about it in the outbox, in the caller's transaction. While the
 * same is open nothing is opened and nothing told: null.
 */
export async function raiseIncidentOf(
  client: PoolClient,
  teller: Teller,
  finding: LoneFinding,
  severity: Severity,
  at: Date,
): Promise<number | null> {
  const { subject } = finding;
  const kind = subject.type === 'source' ? 'source' : 'itself';
  const causes = [{ kind, name: calledOf(subject), weight: 1 }] as const;
  const id = await openIncidentOf(client, finding, { severity, causes }, at);
  if (id === null) return null;
  await tellIncidents(client, teller, at, { opened: [id], worsened: [], resolved: [] });
  await announceChange(client, 'incidents');
  return id;
}

/** Ends what is open with that key, and tells those who were told. False when nothing is open. */
export async function endIncidentOf(
  client: PoolClient,
  teller: Teller,
  key: string,
  at: Date,
): Promise<boolean> {
  const ended = await endFindingOf(client, key, at);
  if (ended === null) return false;
  const resolved = ended.isOver ? [ended.incidentId] : [];
  await tellIncidents(client, teller, at, { opened: [], worsened: [], resolved });
  await announceChange(client, 'incidents');
  return true;
}
