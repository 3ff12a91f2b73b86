/** Metrics of the API's `/metrics` that dashboards and rules read; a test holds that these are all, and no other one. */
export const METRICS = {
  /** Counter with the label `status_class`: `2xx`, `4xx`, `5xx`. */
  requests: 'smart_etl_http_requests_total',
  /** Histogram. */
  latency: 'smart_etl_http_request_duration_seconds',
  /** Gauge: pages that listen for changes. */
  streams: 'smart_etl_event_stream_clients',
  /** Gauge with the label `state`: `idle`, `busy`. */
  databaseConnections: 'smart_etl_database_connections',
  /** Gauge: 1 when the database answered. */
  databaseUp: 'smart_etl_database_up',
} as const;
