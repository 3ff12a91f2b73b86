import type { Knex } from 'knex';

/**
 * What Grafana may read. Whoever may look at a dashboard may send any SQL through its data source, so its role sees
 * what dashboards show and nothing else: no bytes of refused rows, no texts of queries, no messages, no audit log.
 * Columns that later migrations add are not among them unless these grant them.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(/* sql */ `
do $$
begin
  if exists (select from pg_roles where rolname = 'smart_etl_grafana') then
    grant usage on schema public to smart_etl_grafana;
    grant select (job_id, run_key, digest, status, started_at, ended_at, known_at, duration_ms, rows_read, rows_written,
      expected_rows, host, error) on run to smart_etl_grafana;
    grant select (id, namespace, name, owner, host, criticality) on job to smart_etl_grafana;
    grant select (job_id, due, earliest, deadline, outcome) on expectation to smart_etl_grafana;
    grant select (name, kind, paused_at) on source to smart_etl_grafana;
    grant select (sha256, source, name, state, received_at, loaded_at, last_known_at, rows_in, rows_loaded,
      rows_duplicate, rows_quarantined, rows_expired, refusal_code, refusal_detail) on file to smart_etl_grafana;
    grant select (file_sha256, code) on quarantine to smart_etl_grafana;
    grant select (host, metric, through) on host_watch to smart_etl_grafana;
    grant select (part, beat_at, as_of) on heartbeat to smart_etl_grafana;
    grant select (kind, channel, state, attempts, last_error, created_at, sent_at, held_by) on notification
      to smart_etl_grafana;
    grant select (id, workflow_id, incident_id, who, asked_at, finished_at) on rerun to smart_etl_grafana;
    grant select (rerun_id, job_id, state, outcome) on rerun_victim to smart_etl_grafana;
    grant select (model, version, kind, cutoff, created_at, fit_ms, peak_memory_bytes) on model_version
      to smart_etl_grafana;
    grant select on metric_sample, incident, finding, quality_daily, forecast, forecast_cutoff, forecast_week,
      evaluation, gate_verdict, model_alias, model_alias_change to smart_etl_grafana;
  end if;
end
$$;
`);
}
