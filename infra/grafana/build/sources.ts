/** A data source of Grafana as a dashboard names it. */
export interface SourceReference {
  type: string;
  uid: string;
}

/** The same uids stand in provisioning/datasources/smart-etl.yaml. */
export const POSTGRES: SourceReference = { type: 'grafana-postgresql-datasource', uid: 'smart-etl' };
export const PROMETHEUS: SourceReference = { type: 'prometheus', uid: 'smart-etl-prometheus' };
