import type { Knex } from 'knex';
import * as filesJobsRuns from './0001-files-jobs-runs.ts';
import * as incidentsNotificationsAudit from './0002-incidents-notifications-audit.ts';
import * as modelsForecasts from './0003-models-forecasts.ts';
import * as roles from './0004-roles.ts';
import * as rareStatuses from './0005-rare-statuses.ts';
import * as months from './0006-months.ts';
import * as sourceIncidents from './0007-source-incidents.ts';
import * as contracts from './0008-contracts.ts';
import * as events from './0009-events.ts';
import * as intake from './0010-intake.ts';
import * as quarantine from './0011-quarantine.ts';
import * as rebuildRetention from './0012-rebuild-retention.ts';
import * as valuesOfFiles from './0013-values-of-files.ts';
import * as whenAccounted from './0014-when-accounted.ts';
import * as whatAForecastTells from './0015-what-a-forecast-tells.ts';
import * as expectations from './0016-expectations.ts';
import * as incidents from './0017-incidents.ts';
import * as incidentLife from './0018-incident-life.ts';
import * as notifications from './0019-notifications.ts';
import * as hostWatch from './0020-host-watch.ts';
import * as jobOverrides from './0021-job-overrides.ts';
import * as access from './0022-access.ts';
import * as api from './0023-api.ts';
import * as calibration from './0024-calibration.ts';
import * as grafana from './0025-grafana.ts';
import * as report from './0026-report.ts';
import * as registry from './0027-registry.ts';
import * as monitoring from './0028-monitoring.ts';
import * as promotion from './0029-promotion.ts';
import * as approvals from './0030-approvals-and-limits.ts';

interface NamedMigration {
  name: string;
  up: (knex: Knex) => Promise<void>;
}

/** In the order they run. Forward only: a mistake is mended by the next migration. */
const migrations: NamedMigration[] = [
  { name: '0001-files-jobs-runs', ...filesJobsRuns },
  { name: '0002-incidents-notifications-audit', ...incidentsNotificationsAudit },
  { name: '0003-models-forecasts', ...modelsForecasts },
  { name: '0004-roles', ...roles },
  { name: '0005-rare-statuses', ...rareStatuses },
  { name: '0006-months', ...months },
  { name: '0007-source-incidents', ...sourceIncidents },
  { name: '0008-contracts', ...contracts },
  { name: '0009-events', ...events },
  { name: '0010-intake', ...intake },
  { name: '0011-quarantine', ...quarantine },
  { name: '0012-rebuild-retention', ...rebuildRetention },
  { name: '0013-values-of-files', ...valuesOfFiles },
  { name: '0014-when-accounted', ...whenAccounted },
  { name: '0015-what-a-forecast-tells', ...whatAForecastTells },
  { name: '0016-expectations', ...expectations },
  { name: '0017-incidents', ...incidents },
  { name: '0018-incident-life', ...incidentLife },
  { name: '0019-notifications', ...notifications },
  { name: '0020-host-watch', ...hostWatch },
  { name: '0021-job-overrides', ...jobOverrides },
  { name: '0022-access', ...access },
  { name: '0023-api', ...api },
  { name: '0024-calibration', ...calibration },
  { name: '0025-grafana', ...grafana },
  { name: '0026-report', ...report },
  { name: '0027-registry', ...registry },
  { name: '0028-monitoring', ...monitoring },
  { name: '0029-promotion', ...promotion },
  { name: '0030-approvals-and-limits', ...approvals },
];

export const migrationSource: Knex.MigrationSource<NamedMigration> = {
  getMigrations: async () => migrations,
  getMigrationName: (migration) => migration.name,
  getMigration: async ({ up }) => ({
    up,
    down: async () => {
      throw new Error('migrations only go forward');
    },
  }),
};

/** Names of all migrations, in the order they run. */
export const migrationNames: readonly string[] = migrations.map(({ name }) => name);

/** The migrations up to this one, as a version had them in which it was the newest. @throws RangeError when there is none such */
export function migrationsThrough(name: string): Knex.MigrationSource<NamedMigration> {
  const place = migrationNames.indexOf(name);
  if (place < 0) throw new RangeError(`there is no migration ${name}`);
  return { ...migrationSource, getMigrations: async () => migrations.slice(0, place + 1) };
}
