import type { Queryable } from '../pool.ts';

export interface DemoSummary {
  files: {
    rowsIn: number;
    rowsLoaded: number;
    rowsDuplicate: number;
    rowsQuarantined: number;
    /** Files refused as a whole. */
    refused: number;
  };
  champion: { version: number; kind: string; cutoff: Date } | null;
  messages: { sent: number; waiting: number };
}

/** What the demo tells at its end. */
export async function readDemoSummary(client: Queryable, model: string): Promise<DemoSummary> {
  const files = await client.query<DemoSummary['files']>(
    `select coalesce(sum(rows_in), 0)::bigint as "rowsIn", coalesce(sum(rows_loaded), 0)::bigint as "rowsLoaded",
       coalesce(sum(rows_duplicate), 0)::bigint as "rowsDuplicate",
       coalesce(sum(rows_quarantined), 0)::bigint as "rowsQuarantined",
       count(*) filter (where state = 'refused') as refused
     from file`,
  );
  const champion = await client.query<{ version: number; kind: string; cutoff: Date }>(
    `select version, kind, cutoff from model_version join model_alias using (model, version)
     where model = $1 and alias = 'champion'`,
    [model],
  );
  const messages = await client.query<DemoSummary['messages']>(
    `select count(*) filter (where state = 'sent') as sent, count(*) filter (where state = 'pending') as waiting
     from notification`,
  );
  return { files: files.rows[0]!, champion: champion.rows[0] ?? null, messages: messages.rows[0]! };
}
