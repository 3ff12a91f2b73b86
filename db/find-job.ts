import type { Queryable } from './pool.ts';

export interface NamedJob {
  jobId: number;
  namespace: string;
  job: string;
}

/** More jobs of one name, in as many namespaces, are not told. */
const MOST = 20;

/** Jobs of a name, or of `namespace/name`, by namespace. */
export async function findJobsCalled(client: Queryable, asked: string): Promise<NamedJob[]> {
  const { rows } = await client.query<NamedJob>(
    `select id as "jobId", namespace, name as job from job
     where name = $1 or namespace || '/' || name = $1 order by namespace, name limit ${MOST}`,
    [asked],
  );
  return rows;
}

/** The job of an identifier, or null. */
export async function findNamedJob(client: Queryable, jobId: number): Promise<NamedJob | null> {
  const { rows } = await client.query<NamedJob>(
    'select id as "jobId", namespace, name as job from job where id = $1',
    [jobId],
  );
  return rows[0] ?? null;
}
