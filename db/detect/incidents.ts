import type { Cause, Severity } from '../../models/detect/incidents/incident.ts';
import type { OpenIncident } from '../../models/detect/incidents/incident-changes.ts';
import type { ToldSeverity } from '../../models/detect/incidents/worsening.ts';
import type { Queryable } from '../pool.ts';
import { openFindings } from './findings.ts';

/** Somebody else resolved an incident while it was decided about. Cured by deciding again. */
export class IncidentsMoved extends Error {
  override name = 'IncidentsMoved';
}

/** Every incident that is not resolved, with its findings that last and those that ended after an instant. */
export async function openIncidents(client: Queryable, endedAfter: Date): Promise<OpenIncident[]> {
  const { rows } = await client.query<Omit<OpenIncident, 'findings'>>(
    `select id, state, severity, causes, extract(epoch from opened_at)::float8 * 1000 as "openedMs",
       null as "resolvedMs"
     from incident where state <> 'resolved' order by id`,
  );
  const findings = await openFindings(client, endedAfter);
  return rows.map((incident) => ({ ...incident, findings: findings.get(incident.id) ?? [] }));
}

/**
 * Keeps others from changing incidents until the transaction ends.
 *
 * @throws IncidentsMoved when one of them is resolved already
 */
export async function lockIncidents(client: Queryable, ids: readonly number[]): Promise<void> {
  if (ids.length === 0) return;
  const { rowCount } = await client.query(
    `select from incident where id = any($1) and state <> 'resolved' order by id for update`,
    [ids],
  );
  if (rowCount === ids.length) return;
  throw new IncidentsMoved(
    `incidents ${ids.join(', ')}: expected all to be open, ${ids.length - rowCount!} are resolved`,
  );
}

/** Opens an incident and returns its number. */
export async function insertIncident(
  client: Queryable,
  { severity, causes }: { severity: Severity; causes: readonly Cause[] },
  openedAt: Date,
): Promise<number> {
  const { rows } = await client.query<{ id: number }>(
    `insert into incident (severity, causes, opened_at) values ($1, $2, $3) returning id`,
    [severity, JSON.stringify(causes), openedAt],
  );
  return rows[0]!.id;
}

/** Enters how bad it is and why, as it is thought of now. */
export async function regradeIncident(
  client: Queryable,
  id: number,
  { severity, causes }: { severity: Severity; causes: readonly Cause[] },
): Promise<void> {
  await client.query(`update incident set severity = $2, causes = $3 where id = $1`, [
    id,
    severity,
    JSON.stringify(causes),
  ]);
}

/** Ends incidents that have no finding left that lasts. */
export async function resolveIncidents(
  client: Queryable,
  ids: readonly number[],
  resolvedAt: Date,
): Promise<void> {
  await client.query(
    `update incident set state = 'resolved', resolved_at = greatest($2, opened_at)
     where id = any($1) and state <> 'resolved'`,
    [ids, resolvedAt],
  );
}

/** What people were told of incidents that last and are not silenced, where these are not as they were told. */
export async function toldOtherwise(client: Queryable): Promise<(ToldSeverity & { id: number })[]> {
  const { rows } = await client.query<ToldSeverity & { id: number }>(
    `select id, severity, told_severity as "toldSeverity", extract(epoch from told_at)::float8 * 1000 as "toldMs",
       extract(epoch from worse_told_at)::float8 * 1000 as "worseToldMs"
     from incident
     where state <> 'resolved' and told_severity <> severity and (silenced_until is null or silenced_until <= now())
     order by id`,
  );
  return rows;
}

/** Those of some incidents that nobody was told of, and nobody wants silent. */
export async function toldToNobody(client: Queryable, ids: readonly number[]): Promise<number[]> {
  if (ids.length === 0) return [];
  const { rows } = await client.query<{ id: number }>(
    `select id from incident
     where id = any($1) and told_severity is null and (silenced_until is null or silenced_until <= now()) order by id`,
    [ids],
  );
  return rows.map(({ id }) => id);
}

/** Enters, in the transaction that puts the message in the outbox, that people are told, and of which of them that they became worse. */
export async function markTold(
  client: Queryable,
  ids: readonly number[],
  toldAt: Date,
  worseIds: readonly number[],
): Promise<void> {
  await client.query(
    `update incident set told_at = $2, told_severity = severity, worse_told_at = case when id = any($3) then $2 else worse_told_at end
     where id = any($1)`,
    [ids, toldAt, worseIds],
  );
}
