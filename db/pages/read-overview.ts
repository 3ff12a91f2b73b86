import { earlier } from '../earlier.ts';
import type { Queryable } from '../pool.ts';
import { isLatestState } from './read-runs.ts';

const LAST_24H = earlier('$2', '24 hours');

export interface OverviewRow {
  jobs: number;
  runsLoaded: number;
  failedLast24h: number;
  openIncidents: number;
  quarantinedRows: number;
  files: number;
  refusedFilesLast24h: number;
  deadNotificationsLast24h: number;
  championVersion: number | null;
  lastForecastCutoff: Date | null;
}

/**
 * The counts at the top of the page, as of an instant.
 *
 * Rows are counted by the ledger of files, which accounts for each: counting ten million runs takes seconds.
 */
export async function readOverview(client: Queryable, model: string, asOf: Date): Promise<OverviewRow> {
  const { rows } = await client.query<OverviewRow>(
    `select (select count(*)::int from job) as jobs, ledger.*,
       (select count(*)::int from run where run.status = 'failed' and run.started_at <= $2
          and run.started_at > ${LAST_24H}
          and ${isLatestState(LAST_24H)}) as "failedLast24h",
       (select count(*)::int from incident where state <> 'resolved') as "openIncidents",
       (select count(*)::int from notification where state = 'dead'
          and created_at > now() - interval '24 hours') as "deadNotificationsLast24h",
       (select version from model_alias where model = $1 and alias = 'champion') as "championVersion",
       (select max(cutoff) from forecast_cutoff) as "lastForecastCutoff"
     from (
       select coalesce(sum(rows_loaded) filter (where source.kind = 'runs'), 0)::bigint as "runsLoaded",
         coalesce(sum(rows_quarantined), 0)::bigint as "quarantinedRows", count(*)::int as files,
         count(*) filter (where state = 'refused' and loaded_at > now() - interval '24 hours')::int
           as "refusedFilesLast24h"
       from file join source on source.name = file.source) as ledger`,
    [model, asOf],
  );
  return rows[0]!;
}
