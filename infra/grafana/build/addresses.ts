/** Where the links of the dashboards lead. */
export interface Addresses {
  /** Of the page of Smart ETL, without a slash at its end. */
  page: string;
  /** Of the list of workflows of the namespace in the Temporal UI. */
  temporal: string;
}

/** As docker-compose.yml publishes them. */
export const COMPOSE_ADDRESSES: Addresses = {
  page: 'http://127.0.0.1:8080',
  temporal: 'http://127.0.0.1:8233/namespaces/default/workflows',
};
