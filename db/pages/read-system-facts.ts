import type { Queryable } from '../pool.ts';

/** What tells whether the system itself works; instants in seconds since 1970, null: never. */
export interface SystemFacts {
  lastLoadS: number | null;
  lastArrivalS: number | null;
  forecastMadeS: number | null;
  forecastCutoffS: number | null;
  championCreatedS: number | null;
  championVersion: number | null;
  filesWaiting: number;
  filesHeld: number;
  quarantinedRows: number;
  outboxPending: number;
  /** When the message that has waited longest was made. */
  outboxOldestS: number | null;
  outboxDead: number;
  openIncidents: Record<string, number>;
  /** When each part was last alive. */
  parts: Record<string, number>;
}

const seconds = (instant: string): string => `extract(epoch from ${instant})::float8`;

export async function readSystemFacts(client: Queryable, model: string): Promise<SystemFacts> {
  const { rows } = await client.query<SystemFacts>(
    `select ledger.*, outbox.*, champion.*, forecast.*,
       (select jsonb_object_agg(severity, n) from (
          select asked.severity, count(incident.id) as n
          from unnest(array['critical', 'major', 'minor', 'warning']) as asked (severity)
            left join incident on incident.severity = asked.severity and state <> 'resolved' group by 1) as open)
         as "openIncidents",
       (select coalesce(jsonb_object_agg(part, ${seconds('beat_at')}), '{}') from (
          select * from heartbeat order by beat_at desc limit 50) as alive) as parts
     from
       (select ${seconds('max(loaded_at)')} as "lastLoadS", ${seconds('max(last_known_at)')} as "lastArrivalS",
          count(*) filter (where state = 'stored') as "filesWaiting", count(*) filter (where state = 'held') as "filesHeld",
          coalesce(sum(rows_quarantined), 0)::float8 as "quarantinedRows" from file) as ledger
     cross join
       (select count(*) filter (where state = 'pending') as "outboxPending",
          ${seconds("min(created_at) filter (where state = 'pending')")} as "outboxOldestS",
          count(*) filter (where state = 'dead') as "outboxDead" from notification) as outbox
     cross join
       (select ${seconds('max(created_at)')} as "championCreatedS", max(version) as "championVersion"
        from model_version join model_alias using (model, version) where model = $1 and alias = 'champion') as champion
     cross join
       (select ${seconds('max(made_at)')} as "forecastMadeS", ${seconds('max(cutoff)')} as "forecastCutoffS"
        from forecast_cutoff) as forecast`,
    [model],
  );
  return rows[0]!;
}
