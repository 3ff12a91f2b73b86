import type { QuarantineLimit, RefusedShare } from '../../models/clean/quarantine-limit.ts';
import type { Queryable } from '../pool.ts';

/** Whether a source is being loaded, and how much of it may be refused. */
export interface Intake {
  /** What was configured; the rest are defaults. */
  limit: Partial<QuarantineLimit>;
  pausedAt: Date | null;
}

/** The intake of a source. */
export async function findIntake(client: Queryable, source: string): Promise<Intake> {
  const { rows } = await client.query<Intake>(
    `select coalesce(quarantine_limit, '{}') as "limit", paused_at as "pausedAt" from source where name = $1`,
    [source],
  );
  return rows[0] ?? { limit: {}, pausedAt: null };
}

/** Writes the configured limit of a source; null: the defaults. */
export async function saveQuarantineLimit(
  client: Queryable,
  source: string,
  limit: Partial<QuarantineLimit> | null,
): Promise<void> {
  await client.query('update source set quarantine_limit = $2 where name = $1', [
    source,
    limit === null ? null : JSON.stringify(limit),
  ]);
}

/** Stops the intake of a source; a pause that lasts already keeps its beginning. */
export async function pauseSource(client: Queryable, source: string, at: Date): Promise<void> {
  await client.query('update source set paused_at = coalesce(paused_at, $2) where name = $1', [source, at]);
}

/** Lets the intake of a source go on; false when it was not paused. */
export async function resumeSource(client: Queryable, source: string): Promise<boolean> {
  const { rowCount } = await client.query(
    'update source set paused_at = null where name = $1 and paused_at is not null',
    [source],
  );
  return rowCount === 1;
}

/**
 * What the files of a source received on one UTC day became so far. Rows that had expired are not refused, and files
 * a person let through do not count: else the next bad row would stop the source again.
 */
export async function sumOfDay(client: Queryable, source: string, day: Date): Promise<RefusedShare> {
  const { rows } = await client.query<RefusedShare>(
    `select coalesce(sum(rows_in), 0)::bigint as "rowsIn",
       coalesce(sum(rows_quarantined - rows_expired), 0)::bigint as refused
     from file where source = $1 and state = 'loaded' and not limit_waived
       and received_at >= date_trunc('day', $2::timestamptz, 'UTC')
       and received_at < date_trunc('day', $2::timestamptz, 'UTC') + interval '24 hours'`,
    [source, day],
  );
  return rows[0]!;
}

/** Lets the files of a source that are held by a limit be loaded; returns their hashes in the order of arrival. */
export async function releaseHeld(client: Queryable, source: string, code: string): Promise<string[]> {
  const { rows } = await client.query<{ sha256: string }>(
    `with released as (
       update file set state = 'stored', limit_waived = true, refusal_code = null, refusal_detail = null,
         loaded_at = null
       where source = $1 and state = 'held' and refusal_code = $2 returning id, sha256)
     select sha256 from released order by id`,
    [source, code],
  );
  return rows.map(({ sha256 }) => sha256);
}
