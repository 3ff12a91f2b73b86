/** Metrics of the API's `/metrics` that dashboards and rules read; a test holds that these are all, and no other one. */
export const METRICS = {
  /** Counter with the label `status`: `2xx`, `4xx`, `5xx`. */
  requests: 'smart_etl_http_requests_total',
  /** Histogram. */
  latency: 'smart_etl_http_request_duration_seconds',
  /** Gauge: pages that listen for changes. */
  streams: 'smart_etl_event_streams',
  /** Gauge with the label `state`: `idle`, `used`, `waiting`. */
  databaseConnections: 'smart_etl_database_connections',
} as const;
