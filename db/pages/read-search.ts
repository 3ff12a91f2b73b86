import { earlier } from '../earlier.ts';
import type { Queryable } from '../pool.ts';
import { IS_LATEST_STATE, isLatestState, RUN_COLUMNS, type RunRow } from './read-runs.ts';

/** So many of the last findings and files are looked through, and so many of the last failures. */
const LOOKED_THROUGH = 5_000;
const FAILURES_LOOKED_THROUGH = 2_000;
/** A key is looked for in the runs of so many days. */
const KEY_DAYS = 92;
const KEY_FROM = earlier('$3', `${KEY_DAYS} days`);

export interface SearchAnswer {
  jobs: { jobId: number; namespace: string; job: string; owner: string | null; host: string | null }[];
  runs: RunRow[];
  errors: RunRow[];
  incidents: { id: number; state: string; severity: string; openedAt: Date; about: string[] }[];
  files: { sha256: string; name: string; source: string; state: string; receivedAt: Date }[];
}

const holds = (column: string) => `position(lower($1) in lower(${column})) > 0`;

/** What a text is found in, each kind the newest or nearest first, at most `most` of each. */
export async function search(client: Queryable, q: string, most: number, asOf: Date): Promise<SearchAnswer> {
  const ask = async <Row extends object>(sql: string, ...more: unknown[]): Promise<Row[]> =>
    (await client.query<Row>(sql, [q, most, ...more])).rows;
  const jobs = await ask<SearchAnswer['jobs'][number]>(
    `select id as "jobId", namespace, name as job, owner, host from job
     where ${['name', 'namespace', 'owner', 'host'].map(holds).join(' or ')}
     order by lower(name) <> lower($1), not starts_with(lower(name), lower($1)), not ${holds('name')}, name, namespace
     limit $2`,
  );
  // A key is unique within its job only: every job is asked for it, on the primary key.
  const runs = await ask<RunRow>(
    `select ${RUN_COLUMNS} from run join job on job.id = run.job_id
     where run.job_id = any(array(select id from job)) and run.run_key = $1
       and run.started_at > ${KEY_FROM}
       and ${isLatestState(KEY_FROM)}
     order by run.started_at desc, run.job_id limit $2`,
    asOf,
  );
  const errors = await ask<RunRow>(
    `select ${RUN_COLUMNS} from (
       select * from run where status = 'failed' order by started_at desc limit ${FAILURES_LOOKED_THROUGH}) as run
       join job on job.id = run.job_id
     where ${holds('run.error')} and ${IS_LATEST_STATE} order by run.started_at desc, run.job_id limit $2`,
  );
  const incidents = await ask<SearchAnswer['incidents'][number]>(
    `with told as (
       select finding.incident_id, coalesce(job.name, finding.host, finding.source, finding.model) as about,
         ${holds("finding.evidence ->> 'text'")} as in_text
       from (select * from finding order by id desc limit ${LOOKED_THROUGH}) as finding
         left join job on job.id = finding.job_id),
     found as (
       select incident_id as id from told where in_text or ${holds('about')}
       union select id from incident where id::text = ltrim($1, '#'))
     select incident.id, state, severity, opened_at as "openedAt",
       array(select distinct about from told where incident_id = incident.id order by 1 limit 5) as about
     from found join incident using (id) order by state = 'resolved', opened_at desc, incident.id desc limit $2`,
  );
  const files = await ask<SearchAnswer['files'][number]>(
    `select sha256, name, source, state, received_at as "receivedAt" from (
       select id from (select id, name from file order by received_at desc limit ${LOOKED_THROUGH}) as late
       where ${holds('name')}
       union select id from file where sha256 like $1 || '%' and $1 ~ '^[0-9a-f]{8,64}$') as found
       join file using (id)
     order by received_at desc, sha256 limit $2`,
  );
  return { jobs, runs, errors, incidents, files };
}
