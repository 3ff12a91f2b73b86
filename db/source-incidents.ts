import { findingKey } from '../models/detect/finding.ts';
import type { RaisedVariant } from '../models/detect/incidents/settle-findings.ts';
import { endFindings, insertFindings } from './findings.ts';
import { insertIncident, resolveIncidents } from './incidents.ts';
import type { Queryable } from './pool.ts';

export interface SourceIncident {
  variant: RaisedVariant;
  source: string;
  /** What was found, one or more lines. */
  detail: string;
  at: Date;
}

/** What is wrong with what a source tells; what breaks it; whether it tells anything. */
const KINDS = {
  'schema-changed': 'transmission',
  'quarantine-limit': 'quality',
  'source-unreadable': 'freshness',
} as const satisfies Record<RaisedVariant, string>;

const keyOf = ({ variant, source }: Pick<SourceIncident, 'variant' | 'source'>): string =>
  findingKey(KINDS[variant], { type: 'source', source }, variant);

/** Opens an incident of a source, of its own; null when one of that kind is open already. */
export async function openSourceIncident(
  client: Queryable,
  incident: SourceIncident,
): Promise<number | null> {
  const { variant, source, detail, at } = incident;
  const key = keyOf(incident);
  // Of several loads that find the same one opens it; the others wait and see it.
  await client.query(`select pg_advisory_xact_lock(hashtextextended($1, 0))`, [key]);
  const { rowCount } = await client.query(`select from finding where key = $1 and ended_at is null`, [key]);
  if (rowCount !== 0) return null;
  const causes = [{ kind: 'source' as const, name: source, weight: 1 }];
  const id = await insertIncident(client, { severity: 'major', causes }, at);
  const evidence = { observed: null, expected: null, limit: null, unit: null, text: detail };
  const finding = {
    ...{ key, kind: KINDS[variant], variant, subject: { type: 'source' as const, source } },
    ...{ sinceMs: at.getTime(), runKey: null, dueMs: null, evidence, family: null, course: 'new' as const },
  };
  await insertFindings(client, id, [{ finding, role: 'cause' }], at);
  return id;
}

/**
 * Ends what is open of that kind; null when nothing is. Its incident is over with it unless jobs are still wanting on
 * its account: then detection ends it when these are well.
 */
export async function resolveSourceIncident(
  client: Queryable,
  incident: Omit<SourceIncident, 'detail'>,
): Promise<{ id: number; isOver: boolean } | null> {
  const key = keyOf(incident);
  const { rows } = await client.query<{ id: number; at: Date }>(
    `select incident.id, greatest($2, finding.found_at) as at from finding join incident on incident.id = incident_id
     where key = $1 and ended_at is null for update of incident`,
    [key, incident.at],
  );
  if (rows.length === 0) return null;
  const { id, at } = rows[0]!;
  await endFindings(client, [key], at);
  const { rowCount } = await client.query(
    `select from finding where incident_id = $1 and ended_at is null limit 1`,
    [id],
  );
  const isOver = rowCount === 0;
  if (isOver) await resolveIncidents(client, [id], at);
  return { id, isOver };
}
