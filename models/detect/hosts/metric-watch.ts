/** Everything known of one metric of one host; plain JSON, so that it can be stored and continued. */
export interface MetricWatch {
  version: 1;
}
