/** Metrics of the API's `/metrics` that dashboards and rules read; a test holds that they read no other one. */
export const METRICS = {
  requests: 'smart_etl_http_requests_total',
  latency: 'smart_etl_http_request_duration_seconds',
  streams: 'smart_etl_event_streams',
  databaseConnections: 'smart_etl_database_connections',
  lastLoad: 'smart_etl_last_load_timestamp_seconds',
  lastDetection: 'smart_etl_last_detection_timestamp_seconds',
  pendingMessages: 'smart_etl_notifications_pending',
  deadMessages: 'smart_etl_notifications_dead',
  openIncidents: 'smart_etl_incidents_open',
  quarantinedRows: 'smart_etl_quarantined_rows',
  championTrained: 'smart_etl_champion_cutoff_timestamp_seconds',
} as const;
