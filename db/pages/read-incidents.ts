import type { StoryFinding } from '../../models/alerts/incident-story.ts';
import type { Cause, IncidentState, Severity } from '../../models/detect/incidents/incident.ts';
import { inMicroseconds } from '../microseconds.ts';
import type { Queryable } from '../pool.ts';
import { readIncidentStories } from './read-incident-stories.ts';

export interface FindingItem {
  kind: StoryFinding['kind'];
  variant: string | null;
  role: StoryFinding['role'];
  course: StoryFinding['course'];
  jobId: number | null;
  /** Of the job, the host or the source. */
  name: string;
  namespace: string | null;
  owner: string | null;
  host: string | null;
  source: string | null;
  criticality: number | null;
  runKey: string | null;
  dueAt: Date | null;
  since: Date;
  foundAt: Date;
  endedAt: Date | null;
  evidence: StoryFinding['evidence'];
  lastSuccessAt: Date | null;
}

export interface IncidentItem {
  id: number;
  state: IncidentState;
  severity: Severity;
  openedAt: Date;
  resolvedAt: Date | null;
  /** Since when something is wrong. */
  since: Date;
  acknowledgedBy: string | null;
  causes: Cause[];
  /** How many it has, and how many of them last. */
  findingsTotal: number;
  findingsOpen: number;
  /** How many different jobs they are about. */
  jobs: number;
  findings: FindingItem[];
  /** Messages about it that were accepted by their receiver. */
  notificationsSent: number;
}

export interface IncidentFilter {
  limit: number;
  /** Only this one. */
  id?: number | undefined;
  /** Findings of each, the causes first. */
  findings: number;
  /** Those that are over, or those that last. */
  state?: 'open' | 'resolved' | undefined;
  severity?: Severity | undefined;
  /** Only those about this job. */
  jobId?: number | undefined;
  /** Only those with such a finding. */
  kind?: StoryFinding['kind'] | undefined;
  /** Only those about jobs of this owner, about this server or jobs on it; case does not matter. */
  owner?: string | undefined;
  host?: string | undefined;
  /** Only those with this in the name of a job, server or source, or in the error text. */
  q?: string | undefined;
  /** Opened from, and before. */
  from?: Date | undefined;
  to?: Date | undefined;
  /** Place of the incident before the first of the page. */
  after?: IncidentPlace | null | undefined;
}

/** Where an incident stands: over or not, its severity while it lasts, its opening in microseconds and number. */
export type IncidentPlace = readonly [over: number, severity: number, openedUs: number, id: number];

type CountRow = Pick<
  IncidentItem,
  'id' | 'since' | 'findingsTotal' | 'findingsOpen' | 'jobs' | 'notificationsSent'
>;

/** SQL: those that are open first, the worst of them first, then the newest; all four ascend. */
const placeOf = (incident: string): string =>
  `(${incident}.state = 'resolved')::int,
   case when ${incident}.state <> 'resolved'
     then array_position('{critical,major,minor,warning}', ${incident}.severity) else 0 end,
   -${inMicroseconds(`${incident}.opened_at`)}, -${incident}.id`;

/** Incidents, those that are open first, the worst of them first, then the newest. */
export async function readIncidents(
  client: Queryable,
  { limit, id, findings, state, severity, jobId, from, to, after, ...about }: IncidentFilter,
): Promise<(IncidentItem & { place: IncidentPlace })[]> {
  const values: unknown[] = [limit];
  const put = (value: unknown) => `$${values.push(value)}`;
  const conditions = ['true'];
  if (id !== undefined) conditions.push(`id = ${put(id)}`);
  if (state !== undefined) conditions.push(`(state = 'resolved') = ${put(state === 'resolved')}`);
  if (severity !== undefined) conditions.push(`severity = ${put(severity)}`);
  if (jobId !== undefined) {
    conditions.push(`id in (select incident_id from finding where finding.job_id = ${put(jobId)})`);
  }
  const { kind, owner, host, q } = about;
  if ((kind ?? owner ?? host ?? q) !== undefined) {
    // One finding has all of it: a slow job of Ann's, not a slow job and one of Ann's.
    const finding = [
      ...(kind === undefined ? [] : [`finding.kind = ${put(kind)}`]),
      ...(owner === undefined ? [] : [`lower(job.owner) = lower(${put(owner)})`]),
      ...(host === undefined ? [] : [`lower(coalesce(job.host, finding.host)) = lower(${put(host)})`]),
      ...(q === undefined
        ? []
        : [
            `strpos(lower(concat_ws(' ', job.name, finding.host, finding.source, finding.model, finding.evidence->>'text')),
               lower(${put(q)})) > 0`,
          ]),
    ];
    conditions.push(`exists (select from finding left join job on job.id = finding.job_id
      where finding.incident_id = incident.id and ${finding.join(' and ')})`);
  }
  if (from) conditions.push(`opened_at >= ${put(from)}`);
  if (to) conditions.push(`opened_at < ${put(to)}`);
  if (after) {
    const place = after.map((key) => `${put(key)}::bigint`).join(', ');
    conditions.push(`(${placeOf('incident')}) > (${place})`);
  }
  const { rows } = await client.query<CountRow & { place: IncidentPlace }>(
    `select asked.id, coalesce(told.since, asked.opened_at) as since, told.total as "findingsTotal",
       told.open as "findingsOpen", told.jobs, json_build_array(${placeOf('asked')}) as place,
       (select count(*)::int from notification_incident join notification on notification.id = notification_id
        where incident_id = asked.id and notification.state = 'sent') as "notificationsSent"
     from (
       select * from incident where ${conditions.join(' and ')}
       order by ${placeOf('incident')} limit $1) as asked
     cross join lateral (
       select min(since) as since, count(*)::int as total, count(*) filter (where ended_at is null)::int as open,
         count(distinct job_id)::int as jobs
       from finding where incident_id = asked.id) as told
     order by ${placeOf('asked')}`,
    values,
  );
  const ids = rows.map((row) => row.id);
  const stories = new Map(
    (await readIncidentStories(client, ids, findings)).map((story) => [story.id, story]),
  );
  return rows.map((row) => {
    const { state, severity, openedMs, resolvedMs, acknowledgedBy, causes, ...story } = stories.get(row.id)!;
    return {
      ...{ ...row, state, severity, acknowledgedBy, causes: [...causes] },
      ...{ openedAt: new Date(openedMs), resolvedAt: dateOf(resolvedMs) },
      findings: story.findings.map(itemOf),
    };
  });
}

const dateOf = (epochMs: number | null): Date | null => (epochMs === null ? null : new Date(epochMs));

function itemOf(finding: StoryFinding): FindingItem {
  const { kind, variant, role, course, subject, name, namespace, owner, host, criticality, runKey } = finding;
  return {
    ...{ kind, variant, role, course, name, namespace, owner, host, criticality, runKey },
    jobId: subject.type === 'job' ? subject.jobId : null,
    source: subject.type === 'source' ? subject.source : null,
    dueAt: dateOf(finding.dueMs),
    since: new Date(finding.sinceMs),
    foundAt: new Date(finding.foundMs),
    endedAt: dateOf(finding.endedMs),
    evidence: { ...finding.evidence, text: finding.evidence.text?.slice(0, 2_000) ?? null },
    lastSuccessAt: dateOf(finding.lastSuccessMs),
  };
}
