import type { ConfiguredIntake } from '../../models/intake/intake-options.ts';
import type { Queryable } from '../pool.ts';

export interface Source {
  name: string;
  kind: 'runs' | 'metrics' | 'events';
  folder: string;
  namespace: string;
  /** IANA zone of times in its files that tell none; UTC, when not told. */
  timeZone?: string | null | undefined;
  /** How its files come in, as configured; `intakeOf` adds the defaults. */
  intake?: ConfiguredIntake | undefined;
}

/** The source of what jobs tell over HTTP. It has no folder: its files are made from received messages. */
export const EVENTS_SOURCE: Source = { name: 'events', kind: 'events', folder: '', namespace: 'default' };

/** Writes a configured source; told again it is brought up to date. */
export async function saveSource(client: Queryable, source: Source): Promise<void> {
  await client.query(
    `insert into source (name, kind, folder, namespace, time_zone, intake)
     values ($1, $2, $3, $4, $5, $6)
     on conflict (name) do update set kind = excluded.kind, folder = excluded.folder,
       namespace = excluded.namespace, time_zone = excluded.time_zone, intake = excluded.intake`,
    [
      source.name,
      source.kind,
      source.folder,
      source.namespace,
      source.timeZone ?? null,
      JSON.stringify(source.intake ?? {}),
    ],
  );
}

const COLUMNS = `name, kind, folder, namespace, time_zone as "timeZone", intake`;

/** All sources, by name. */
export async function listSources(client: Queryable): Promise<Source[]> {
  return (await client.query<Source>(`select ${COLUMNS} from source order by name`)).rows;
}

/** The source of that name, or null. */
export async function findSource(client: Queryable, name: string): Promise<Source | null> {
  const { rows } = await client.query<Source>(`select ${COLUMNS} from source where name = $1`, [name]);
  return rows[0] ?? null;
}
