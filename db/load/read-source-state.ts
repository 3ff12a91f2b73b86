import type { Queryable } from '../pool.ts';

/** A source with its contract, and what of it waits for a decision. */
export interface SourceState {
  source: string;
  kind: 'runs' | 'metrics' | 'events';
  namespace: string;
  /** Since when it is stopped by its limit of refused rows. */
  pausedAt: Date | null;
  /** The version that counts; null: none was accepted. */
  contract: { version: number; acceptedAt: string; acceptedBy: string; sha256: string } | null;
  waiting: number;
  held: number;
  refused: number;
  quarantinedRows: number;
  lastReceivedAt: Date | null;
}

/** Every source, by name. */
export async function readSourceStates(client: Queryable): Promise<SourceState[]> {
  const { rows } = await client.query<SourceState>(
    `select source.name as source, source.kind, source.namespace, source.paused_at as "pausedAt",
       (select json_build_object('version', version,
           'acceptedAt', to_char(accepted_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
           'acceptedBy', accepted_by, 'sha256', sha256)
         from contract where contract.source = source.name order by version desc limit 1) as contract,
       counted.waiting, counted.held, counted.refused, counted.quarantined::bigint as "quarantinedRows",
       counted.last as "lastReceivedAt"
     from source cross join lateral (
       select count(*) filter (where state = 'stored')::int as waiting,
         count(*) filter (where state = 'held')::int as held,
         count(*) filter (where state = 'refused')::int as refused,
         coalesce(sum(rows_quarantined - rows_expired) filter (where state = 'loaded'), 0) as quarantined,
         max(received_at) as last
       from file where file.source = source.name) as counted
     order by source.name`,
  );
  return rows;
}
