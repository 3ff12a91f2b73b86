import { findJobsCalled, type NamedJob } from '../../db/find-job.ts';
import type { Queryable } from '../../db/pool.ts';
import { UsageError } from '../options/usage-error.ts';

/** The one job that is meant by a name or NAMESPACE/NAME. @throws UsageError when there is none, or are several */
export async function expectedJob(client: Queryable, asked: string): Promise<NamedJob> {
  const found = await findJobsCalled(client, asked);
  if (found.length === 1) return found[0]!;
  if (found.length === 0) throw new UsageError(`no job named "${asked}"`);
  const names = found.map(({ namespace, job }) => `${namespace}/${job}`);
  throw new UsageError(`"${asked}" are ${found.length} jobs; say which: ${names.join(', ')}`);
}
