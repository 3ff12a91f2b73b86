import type { PoolClient } from 'pg';
import type { MetricSample } from '../models/records/run.ts';
import { instant, openCopy } from './copy.ts';

export interface SampleStaging {
  write(sample: MetricSample): Promise<void> | undefined;
  /** Moves what was staged into `metric_sample`; resolves to how many samples were new. */
  merge(): Promise<number>;
}

/** Opens a staging table of this transaction for the samples of one file. */
export async function openSampleStaging(client: PoolClient, fileSha256: string): Promise<SampleStaging> {
  await client.query(
    `create temp table sample_staging (host text, metric text, ts timestamptz, value double precision)
     on commit drop`,
  );
  const copy = openCopy(client, 'sample_staging');
  return {
    write: (sample) => copy.write([sample.host, sample.metric, instant(sample.ts), sample.value]),
    async merge() {
      await copy.end();
      const { rows } = await client.query<{ inserted: number }>(
        `with merged as (
           insert into metric_sample as known (host, metric, ts, value, file_sha256)
           select host, metric, ts, max(value), $1 from sample_staging group by host, metric, ts
           on conflict (host, metric, ts) do update set value = greatest(known.value, excluded.value)
           returning old.host is null as is_new)
         select count(*) filter (where is_new) as inserted from merged`,
        [fileSha256],
      );
      return rows[0]?.inserted ?? 0;
    },
  };
}
