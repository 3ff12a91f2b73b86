import type { PoolClient } from 'pg';
import { readJobPlaces, readSeenRuns } from '../../db/detect/grouping-context.ts';
import { readFollows } from '../../db/job-follows.ts';
import type { Finding } from '../../models/detect/finding.ts';
import type {
  GroupingContext,
  JobPlace,
  OpenIncident,
} from '../../models/detect/incidents/incident-changes.ts';
import { onsetOf } from '../../models/detect/incidents/onset.ts';

const HOUR_MS = 3_600_000;
/** Around the onset of what is found, others are asked whether they did well; further back nobody asks. */
const ASK_AROUND_MS = 26 * HOUR_MS;
const ASK_BACK_MS = 7 * 24 * HOUR_MS;

/**
 * What tells which findings share a cause. Runs of others are read only where something is news.
 *
 * @param known keys of the findings that are open
 * @param gaps usual time from start to start, by job
 */
export async function readContext(
  client: PoolClient,
  asOf: Date,
  found: readonly Finding[],
  open: readonly OpenIncident[],
  known: ReadonlySet<string>,
  gaps: ReadonlyMap<number, number | null>,
): Promise<GroupingContext> {
  const findings = [...found, ...open.flatMap((incident) => incident.findings)];
  const jobIds = findings.flatMap(({ subject }) => (subject.type === 'job' ? [subject.jobId] : []));
  if (jobIds.length === 0) return { jobs: new Map(), seen: [] };
  const follows = await readFollows(client);
  const places = await readJobPlaces(client, jobIds);
  const jobs = new Map<number, JobPlace>(
    [...places].map(([id, place]) => [
      id,
      { ...place, upstream: follows.get(id) ?? [], usualGapMs: gaps.get(id) ?? null },
    ]),
  );
  const news = found.filter(({ key }) => !known.has(key)).map(onsetOf);
  if (news.length === 0) return { jobs, seen: [] };
  const earliestMs = news.reduce((one, other) => Math.min(one, other));
  const fromMs = Math.max(earliestMs - ASK_AROUND_MS, asOf.getTime() - ASK_BACK_MS);
  return { jobs, seen: await readSeenRuns(client, new Date(fromMs), asOf) };
}
