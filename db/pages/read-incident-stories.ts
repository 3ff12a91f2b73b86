import type { IncidentStory, StoryFinding } from '../../models/alerts/incident-story.ts';
import { FINDING_COLUMNS, subjectOf } from '../detect/findings.ts';
import type { Queryable } from '../pool.ts';

type FindingRow = Omit<StoryFinding, 'subject'> & {
  incidentId: number;
  quietMs: number | null;
  jobId: number | null;
  source: string | null;
  model: string | null;
  jobHost: string | null;
};

/**
 * Incidents as people are told of them, in the order of their numbers; unknown ones are left out. Findings stand in the
 * order of `writeIncidentStory`.
 *
 * @param most findings of each: causes first, then those that last, then the newest
 */
export async function readIncidentStories(
  client: Queryable,
  ids: readonly number[],
  most = 1_000,
): Promise<IncidentStory[]> {
  const incidents = await client.query<Omit<IncidentStory, 'findings' | 'runBook'>>(
    `select id, state, severity, causes, acknowledged_by as "acknowledgedBy",
       extract(epoch from opened_at)::float8 * 1000 as "openedMs",
       extract(epoch from resolved_at)::float8 * 1000 as "resolvedMs"
     from incident where id = any($1) order by id`,
    [ids],
  );
  const findings = await client.query<FindingRow>(
    `with told as (
       select finding.* from unnest($1::bigint[]) as asked (id) cross join lateral (
         select * from finding where incident_id = asked.id
         order by role <> 'cause', ended_at is not null, found_at desc, id desc limit $2) as finding),
     good as (
       select job_id, (select coalesce(ended_at, started_at) from run
          where run.job_id = jobs.job_id and status = 'succeeded' order by started_at desc limit 1) as at
       from (select distinct job_id from told where job_id is not null) as jobs)
     select ${FINDING_COLUMNS}, coalesce(job.name, finding.host, finding.source, finding.model) as name, job.namespace, job.owner,
       job.host as "jobHost", job.criticality, extract(epoch from good.at)::float8 * 1000 as "lastSuccessMs"
     from told as finding left join job on job.id = finding.job_id left join good on good.job_id = finding.job_id
     order by array_position('{cause,symptom,consequence}', finding.role), finding.ended_at is not null,
       coalesce(job.criticality, 0), finding.since, finding.key collate "C"`,
    [ids, most],
  );
  const ofIncident = Map.groupBy(findings.rows, ({ incidentId }) => incidentId);
  return incidents.rows.map((incident) => ({
    ...{ ...incident, runBook: null },
    findings: (ofIncident.get(incident.id) ?? []).map(storyFinding),
  }));
}

function storyFinding({
  incidentId: _,
  quietMs: _quiet,
  jobId,
  source,
  model,
  jobHost,
  ...row
}: FindingRow): StoryFinding {
  const subject = subjectOf({ jobId, host: row.host, source, model });
  return { ...row, subject, host: jobHost ?? row.host };
}
