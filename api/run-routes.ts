import { z } from 'zod';
import { readRuns } from '../db/read-runs.ts';
import type { runsQuerySchema } from './contract.ts';
import { keysOf, microseconds, pageOf } from './cursor.ts';
import { momentOf, type RouteContext } from './route.ts';

const DAY_MS = 86_400_000;
/** What no index finds is looked for in so many days, unless others are asked for. */
const SEARCHED_DAYS = 7;

/** A page of runs, newest first. */
export async function readRunsPage(
  context: RouteContext,
  { limit, after, ...asked }: z.infer<typeof runsQuerySchema>,
) {
  const place = keysOf(z.tuple([microseconds, z.int(), z.string()]), after);
  const { host, q, from, to, job, jobId } = asked;
  const isSearch = (host ?? q) !== undefined && from === undefined && (job ?? jobId) === undefined;
  const end = isSearch ? (to ?? (await momentOf(context))) : to;
  const searchedFrom = isSearch ? new Date(end!.getTime() - SEARCHED_DAYS * DAY_MS) : from;
  const rows = await readRuns(context.pool, {
    ...asked,
    from: searchedFrom,
    limit: limit + 1,
    after: place,
  });
  return pageOf(
    rows,
    limit,
    ({ startedUs, jobId, runKey }) => [startedUs, jobId, runKey],
    ({ startedUs: _, ...run }) => run,
  );
}
