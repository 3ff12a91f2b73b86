import type { Addresses } from './build/addresses.ts';
import {
  DASHBOARD_NAMES,
  type Dashboard,
  type DashboardName,
  dashboard,
  type MakeDashboard,
} from './build/dashboard.ts';
import { LANGUAGES, type Language } from './build/language.ts';
import { estate } from './dashboards/estate.ts';
import { forecast } from './dashboards/forecast.ts';
import { hosts } from './dashboards/hosts.ts';
import { job } from './dashboards/job.ts';
import { quality } from './dashboards/quality.ts';
import { system } from './dashboards/system.ts';

const MAKERS: Record<DashboardName, MakeDashboard> = { estate, job, hosts, quality, forecast, system };

/** Every dashboard in every language, with the folder of its file. */
export function allDashboards(
  addresses: Addresses,
): { name: DashboardName; language: Language; dashboard: Dashboard }[] {
  return LANGUAGES.flatMap((language) =>
    DASHBOARD_NAMES.map((name) => ({
      name,
      language,
      dashboard: dashboard(name, MAKERS[name], language, addresses),
    })),
  );
}
