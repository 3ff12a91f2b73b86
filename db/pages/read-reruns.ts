import type { RerunOutcome, Victim } from '../detect/reruns.ts';
import type { Queryable } from '../pool.ts';

export interface RerunWithVictims {
  id: string;
  workflowId: string;
  incidentId: number | null;
  who: string;
  why: string;
  askedAt: Date;
  finishedAt: Date | null;
  /** In their order. */
  victims: {
    jobId: number;
    namespace: string;
    job: string;
    position: number;
    state: Victim['state'];
    outcome: RerunOutcome | null;
    newRunKey: string | null;
    detail: string | null;
    doneBy: string | null;
  }[];
}

/** A Date knows milliseconds: what is to be asked for by one is in the order of those. */
const MS = 'floor(extract(epoch from asked_at) * 1000)::bigint';

/** Re-runs, the newest first; with `incidentId` those of an incident. */
export async function readRerunsWithVictims(
  client: Queryable,
  {
    incidentId,
    limit,
    after = null,
  }: { incidentId: number | null; limit: number; after?: readonly [askedMs: number, id: string] | null },
): Promise<RerunWithVictims[]> {
  const { rows } = await client.query<RerunWithVictims>(
    `select rerun.id, workflow_id as "workflowId", incident_id as "incidentId", who, why, asked_at as "askedAt",
       finished_at as "finishedAt",
       (select coalesce(jsonb_agg(jsonb_build_object('jobId', job.id, 'namespace', job.namespace, 'job', job.name,
            'position', position, 'state', state, 'outcome', outcome, 'newRunKey', new_run_key, 'detail', detail,
            'doneBy', done_by) order by position), '[]')
        from rerun_victim join job on job.id = job_id where rerun_id = rerun.id) as victims
     from rerun where ($1::bigint is null or incident_id = $1)
       and ($3::bigint is null or (-${MS}, rerun.id) > (-$3::bigint, $4))
     order by ${MS} desc, rerun.id limit $2`,
    [incidentId, limit, after?.[0] ?? null, after?.[1] ?? null],
  );
  return rows;
}
