import { API_ERROR_SHARE, API_P95_S } from '../grafana/alerting/limits.ts';
import { METRICS } from '../grafana/build/metric-names.ts';

/** Of the scrape in prometheus.yml. */
const JOB = 'smart-etl-api';
const labels = { system: 'smart-etl' };

/**
 * What Prometheus computes and watches. Only what the database cannot tell: whether the API answers, how fast, how
 * often in vain. Everything else is asked of the database by the rules of Grafana.
 */
export const prometheusRules = () => ({
  groups: [
    {
      name: 'smart-etl-api-recorded',
      interval: '30s',
      rules: [
        {
          record: 'smart_etl:http_requests:rate5m',
          expr: `sum by (status_class) (rate(${METRICS.requests}[5m]))`,
        },
        {
          record: 'smart_etl:http_errors:share5m',
          expr: `(sum(smart_etl:http_requests:rate5m{status_class="5xx"}) or vector(0)) / (sum(smart_etl:http_requests:rate5m) > 0)`,
        },
        {
          record: 'smart_etl:http_request_duration_seconds:p95_5m',
          expr: `histogram_quantile(0.95, sum by (le) (rate(${METRICS.latency}_bucket[5m])))`,
        },
      ],
    },
    {
      name: 'smart-etl-api',
      rules: [
        {
          alert: 'SmartEtlApiDown',
          expr: `up{job="${JOB}"} == 0 or absent(up{job="${JOB}"})`,
          for: '2m',
          labels,
          annotations: {
            summary:
              'The API of Smart ETL does not answer: the page is away, and jobs cannot tell of their runs.',
          },
        },
        {
          alert: 'SmartEtlDatabaseAway',
          expr: `${METRICS.databaseUp} == 0`,
          for: '2m',
          labels,
          annotations: { summary: 'The API runs, and PostgreSQL does not answer it.' },
        },
        {
          alert: 'SmartEtlApiErrors',
          expr: `smart_etl:http_errors:share5m > ${API_ERROR_SHARE}`,
          for: '5m',
          labels,
          annotations: { summary: 'More than one answer of a hundred of the API is an error of the server.' },
        },
        {
          alert: 'SmartEtlApiSlow',
          expr: `smart_etl:http_request_duration_seconds:p95_5m > ${API_P95_S}`,
          for: '10m',
          labels,
          annotations: {
            summary: 'Of a hundred answers of the API more than five take longer than is promised.',
          },
        },
      ],
    },
  ],
});
