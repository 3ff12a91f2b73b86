import { dashboardUrl } from '../build/dashboard.ts';
import { POSTGRES, PROMETHEUS, type SourceReference } from '../build/sources.ts';
import { ALERT_RULES, type AlertRule } from './rules.ts';

/** The folder of Grafana in which rules and English dashboards lie. */
export const FOLDER = 'Smart ETL';
const EXPRESSION: SourceReference = { type: '__expr__', uid: '__expr__' };

/** What Grafana reads from provisioning/alerting: every rule, in groups that are looked at each minute. */
export const ruleFile = () => ({
  apiVersion: 1,
  groups: [
    ...(['system', 'model'] as const).map((group) => ({
      orgId: 1,
      name: `smart-etl-${group}`,
      folder: FOLDER,
      interval: group === 'system' ? '1m' : '10m',
      rules: ALERT_RULES.filter((rule) => rule.group === group).map(ruleOfSql),
    })),
    { orgId: 1, name: 'smart-etl-prometheus', folder: FOLDER, interval: '1m', rules: [RULE_OF_PROMETHEUS] },
  ],
});

const ruleOfSql = (rule: AlertRule) => ({
  uid: rule.uid,
  title: rule.title,
  condition: 'C',
  data: [
    question(POSTGRES, {
      editorMode: 'code',
      format: 'table',
      rawQuery: true,
      rawSql: rule.sql,
    }),
    threshold(rule.above),
  ],
  noDataState: rule.noData,
  // The database does not answer: that is what it says then, by its name.
  execErrState: 'Error',
  for: rule.pending,
  annotations: {
    summary: `${rule.en} / ${rule.fr}`,
    dashboard: dashboardUrl(rule.dashboard, 'en'),
  },
  labels: { system: 'smart-etl', about: rule.group },
});

/** The rules of Prometheus watch the API; Grafana tells of those that fire, so that there is one way to people. */
const RULE_OF_PROMETHEUS = {
  uid: 'smart-etl-prometheus-fires',
  title: 'Prometheus sees something wrong with the API',
  condition: 'C',
  data: [
    question(PROMETHEUS, {
      expr: 'max by (alertname) (ALERTS{alertstate="firing", system="smart-etl"})',
      instant: true,
      range: false,
    }),
    threshold(0),
  ],
  noDataState: 'OK',
  execErrState: 'Error',
  for: '0s',
  annotations: {
    summary:
      '{{ .Labels.alertname }}: the rules of Prometheus say why. / les règles de Prometheus disent pourquoi.',
    dashboard: dashboardUrl('system', 'en'),
  },
  labels: { system: 'smart-etl', about: 'system' },
};

function question(datasource: SourceReference, asked: object) {
  return {
    refId: 'A',
    relativeTimeRange: { from: 600, to: 0 },
    datasourceUid: datasource.uid,
    model: { refId: 'A', datasource, ...asked },
  };
}

function threshold(above: number) {
  return {
    refId: 'C',
    relativeTimeRange: { from: 0, to: 0 },
    datasourceUid: EXPRESSION.uid,
    model: {
      refId: 'C',
      datasource: EXPRESSION,
      type: 'threshold',
      expression: 'A',
      conditions: [{ type: 'query', evaluator: { type: 'gt', params: [above] } }],
    },
  };
}
