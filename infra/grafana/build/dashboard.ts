import type { Addresses } from './addresses.ts';
import { type Annotation, annotationsIn } from './annotations.ts';
import { type PlacedPanel, placed, type Row } from './grid.ts';
import { type Language, type Say, sayIn } from './language.ts';
import { constant, type Variable } from './variable.ts';

/** The dashboards by their short names; a uid is this name and the language. */
export const DASHBOARD_NAMES = ['estate', 'job', 'hosts', 'quality', 'forecast', 'system'] as const;
export type DashboardName = (typeof DASHBOARD_NAMES)[number];

/** What a dashboard consists of, in one language. */
export interface DashboardContent {
  title: string;
  description: string;
  /** The time shown at first: short enough for every query to be quick on millions of runs. */
  from: string;
  /** How often it is read again, such as `1m`. */
  refresh: string;
  variables?: Variable[];
  rows: Row[];
}

export type MakeDashboard = (say: Say, language: Language) => DashboardContent;

/** A dashboard as Grafana writes it down (schema version 41). */
export interface Dashboard {
  uid: string;
  title: string;
  description: string;
  tags: string[];
  timezone: 'browser';
  editable: false;
  graphTooltip: 1;
  schemaVersion: 41;
  version: 1;
  refresh: string;
  time: { from: string; to: 'now' };
  timepicker: { refresh_intervals: string[] };
  templating: { list: Variable[] };
  annotations: { list: Annotation[] };
  links: DashboardLink[];
  panels: PlacedPanel[];
}

interface DashboardLink {
  title: string;
  type: 'link' | 'dashboards';
  url: string;
  icon: string;
  tooltip: string;
  tags: string[];
  asDropdown: boolean;
  targetBlank: boolean;
  includeVars: boolean;
  keepTime: boolean;
}

export const uidOf = (name: DashboardName, language: Language): string => `smart-etl-${name}-${language}`;

/** Address of another dashboard, inside Grafana. */
export const dashboardUrl = (name: DashboardName, language: Language): string =>
  `/d/${uidOf(name, language)}`;

/** The whole dashboard: what its content says, and what all of them have. */
export function dashboard(
  name: DashboardName,
  make: MakeDashboard,
  language: Language,
  addresses: Addresses,
): Dashboard {
  const say = sayIn(language);
  const content = make(say, language);
  return {
    uid: uidOf(name, language),
    title: content.title,
    description: content.description,
    tags: ['smart-etl', language],
    timezone: 'browser',
    editable: false,
    graphTooltip: 1,
    schemaVersion: 41,
    version: 1,
    refresh: content.refresh,
    time: { from: content.from, to: 'now' },
    timepicker: { refresh_intervals: ['30s', '1m', '5m', '15m', '1h'] },
    templating: {
      list: [
        ...(content.variables ?? []),
        constant('page', say('Address of the page', 'Adresse de la page'), addresses.page),
        constant(
          'temporal',
          say('Address of the Temporal UI', 'Adresse de l’interface Temporal'),
          addresses.temporal,
        ),
      ],
    },
    annotations: { list: annotationsIn(say) },
    links: linksIn(say, language),
    panels: placed(content.rows),
  };
}

const linksIn = (say: Say, language: Language): DashboardLink[] => [
  {
    ...{ title: say('Dashboards', 'Tableaux'), type: 'dashboards', url: '', icon: 'external link' },
    ...{ tooltip: '', tags: ['smart-etl', language], asDropdown: true, targetBlank: false },
    ...{ includeVars: false, keepTime: true },
  },
  outside(
    'Smart ETL',
    `\${page}/`,
    say('The live page: acts on incidents', 'La page en direct : agit sur les incidents'),
  ),
  outside(
    'Temporal',
    `\${temporal}`,
    say('Every workflow, step by step', 'Chaque workflow, étape par étape'),
  ),
];

const outside = (title: string, url: string, tooltip: string): DashboardLink => ({
  ...{ title, type: 'link', url, icon: 'external link', tooltip, tags: [], asDropdown: false },
  ...{ targetBlank: true, includeVars: false, keepTime: false },
});
