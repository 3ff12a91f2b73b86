import type { Evidence, Finding, Subject } from '../../models/detect/finding.ts';
import type { IncidentFinding, Role } from '../../models/detect/incidents/incident.ts';
import type { OpenFinding, PlacedFinding } from '../../models/detect/incidents/incident-changes.ts';
import type { Queryable } from '../pool.ts';

interface FindingRow extends Omit<IncidentFinding, 'subject'> {
  incidentId: number;
  quietMs: number | null;
  jobId: number | null;
  host: string | null;
  source: string | null;
  model: string | null;
}

const ms = (column: string): string => `extract(epoch from ${column})::float8 * 1000`;

/** Columns of `finding` as those of an OpenFinding; its subject is in four. */
export const FINDING_COLUMNS = `finding.incident_id as "incidentId", finding.key, finding.kind, finding.variant,
  finding.role, finding.course, finding.job_id as "jobId", finding.host, finding.source, finding.model,
  finding.run_key as "runKey",
  ${ms('finding.due')} as "dueMs", ${ms('finding.since')} as "sinceMs", ${ms('finding.found_at')} as "foundMs",
  ${ms('finding.quiet_since')} as "quietMs", ${ms('finding.ended_at')} as "endedMs", finding.evidence, finding.family`;

/** Of incidents that are open: the findings that last, and those that ended after an instant, by incident. */
export async function openFindings(client: Queryable, endedAfter: Date): Promise<Map<number, OpenFinding[]>> {
  const { rows } = await client.query<FindingRow>(
    `select ${FINDING_COLUMNS} from finding join incident on incident.id = finding.incident_id
     where incident.state <> 'resolved' and (finding.ended_at is null or finding.ended_at > $1)
     order by finding.incident_id, finding.id`,
    [endedAfter],
  );
  const byIncident = new Map<number, OpenFinding[]>();
  for (const { incidentId, jobId, host, source, model, ...finding } of rows) {
    if (!byIncident.has(incidentId)) byIncident.set(incidentId, []);
    byIncident.get(incidentId)!.push({ ...finding, subject: subjectOf({ jobId, host, source, model }) });
  }
  return byIncident;
}

/** The subject of a line of `finding`. */
export function subjectOf({
  jobId,
  host,
  source,
  model,
}: {
  jobId: number | null;
  host: string | null;
  source: string | null;
  model: string | null;
}): Subject {
  if (jobId !== null) return { type: 'job', jobId };
  if (host !== null) return { type: 'host', host };
  return source !== null ? { type: 'source', source } : { type: 'model', model: model! };
}

/** Writes findings that are new, of one incident. */
export async function insertFindings(
  client: Queryable,
  incidentId: number,
  findings: readonly PlacedFinding[],
  foundAt: Date,
): Promise<void> {
  const subjects = findings.map(({ finding: { subject } }) => subject);
  const column = <T>(of: (finding: Finding) => T): T[] => findings.map(({ finding }) => of(finding));
  await client.query(
    `insert into finding (incident_id, found_at, key, kind, variant, role, course, job_id, host, source, model,
       run_key, due, since, evidence, family)
     select $1, $2, * from unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::bigint[],
       $9::text[], $10::text[], $11::text[], $12::text[], $13::timestamptz[], $14::timestamptz[], $15::jsonb[],
       $16::text[])`,
    [
      incidentId,
      foundAt,
      column(({ key }) => key),
      column(({ kind }) => kind),
      column(({ variant }) => variant),
      findings.map(({ role }) => role),
      column(({ course }) => course),
      subjects.map((subject) => (subject.type === 'job' ? subject.jobId : null)),
      subjects.map((subject) => (subject.type === 'host' ? subject.host : null)),
      subjects.map((subject) => (subject.type === 'source' ? subject.source : null)),
      subjects.map((subject) => (subject.type === 'model' ? subject.model : null)),
      column(({ runKey }) => runKey),
      column(({ dueMs }) => (dueMs === null ? null : new Date(dueMs))),
      column(({ sinceMs }) => new Date(sinceMs)),
      column(({ evidence }) => JSON.stringify(storable(evidence))),
      column(({ family }) => family),
    ],
  );
}

/** Enters the state in which findings that last were found now. */
export async function reviseFindings(client: Queryable, findings: readonly Finding[]): Promise<void> {
  for (const { key, kind, variant, course, runKey, dueMs, sinceMs, evidence, family } of findings) {
    await client.query(
      `update finding set kind = $2, variant = $3, course = $4, run_key = $5, due = $6, since = $7, evidence = $8,
         family = $9
       where key = $1 and ended_at is null`,
      [
        ...[key, kind, variant, course, runKey, dueMs === null ? null : new Date(dueMs), new Date(sinceMs)],
        ...[JSON.stringify(storable(evidence)), family],
      ],
    );
  }
}

/** Enters since when findings that come and go are not found; null: found again. */
export async function quietFindings(
  client: Queryable,
  quieted: readonly { key: string; quietMs: number | null }[],
): Promise<void> {
  if (quieted.length === 0) return;
  await client.query(
    `update finding set quiet_since = now.quiet_since
     from unnest($1::text[], $2::timestamptz[]) as now (key, quiet_since)
     where finding.key = now.key and ended_at is null`,
    [
      quieted.map(({ key }) => key),
      quieted.map(({ quietMs }) => (quietMs === null ? null : new Date(quietMs))),
    ],
  );
}

/** Ends findings. `endedBy`: for some, the run that ended it. */
export async function endFindings(
  client: Queryable,
  keys: readonly string[],
  endedAt: Date,
  endedBy: ReadonlyMap<string, string> = new Map(),
): Promise<void> {
  if (keys.length === 0) return;
  await client.query(
    `update finding set ended_at = $3, ended_by_run_key = over.run_key, quiet_since = null
     from unnest($1::text[], $2::text[]) as over (key, run_key)
     where finding.key = over.key and ended_at is null`,
    [keys, keys.map((key) => endedBy.get(key) ?? null), endedAt],
  );
}

/** Enters what findings of an incident are now thought to be in it. */
export async function setRoles(client: Queryable, roles: ReadonlyMap<string, Role>): Promise<void> {
  if (roles.size === 0) return;
  await client.query(
    `update finding set role = now.role from unnest($1::text[], $2::text[]) as now (key, role)
     where finding.key = now.key and ended_at is null`,
    [[...roles.keys()], [...roles.values()]],
  );
}

/** An error message may be as long as a file; what people read of it is its beginning. */
const MOST_CHARACTERS = 4_000;

const storable = (evidence: Evidence): Evidence => ({
  ...evidence,
  // A character that is no text (U+0000) is none in jsonb either.
  text: evidence.text?.slice(0, MOST_CHARACTERS).replaceAll('\u0000', '\uFFFD') ?? null,
});

/** Keys of those findings that were found before, in the same run or slot, and have ended. */
export async function endedLikeThis(client: Queryable, findings: readonly Finding[]): Promise<Set<string>> {
  if (findings.length === 0) return new Set();
  const { rows } = await client.query<{ key: string }>(
    `select distinct finding.key
     from unnest($1::text[], $2::text[], $3::timestamptz[]) as now (key, run_key, due)
       join finding on finding.key = now.key
     where ended_at is not null and finding.run_key is not distinct from now.run_key
       and finding.due is not distinct from now.due`,
    [
      findings.map(({ key }) => key),
      findings.map(({ runKey }) => runKey),
      findings.map(({ dueMs }) => (dueMs === null ? null : new Date(dueMs))),
    ],
  );
  return new Set(rows.map(({ key }) => key));
}
