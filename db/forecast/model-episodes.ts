import type { Queryable } from '../pool.ts';

/** A time in which the champion was no longer what it was. */
export interface ModelEpisode {
  id: number;
  version: number;
  openedAt: Date;
  resolvedAt: Date | null;
  incidentId: number;
  retrainWorkflowId: string | null;
}

const COLUMNS = `id, version, opened_at as "openedAt", resolved_at as "resolvedAt", incident_id as "incidentId",
  retrain_workflow_id as "retrainWorkflowId"`;

/** The newest episode of a model, or null; until the transaction ends nobody else begins or ends one. */
export async function lockLastEpisode(client: Queryable, model: string): Promise<ModelEpisode | null> {
  await client.query(`select pg_advisory_xact_lock(hashtextextended('episode:' || $1, 0))`, [model]);
  return lastEpisode(client, model);
}

/** The newest episode of a model, or null. */
export async function lastEpisode(client: Queryable, model: string): Promise<ModelEpisode | null> {
  const { rows } = await client.query<ModelEpisode>(
    `select ${COLUMNS} from model_episode where model = $1 order by id desc limit 1`,
    [model],
  );
  return rows[0] ?? null;
}

/** Begins an episode. Belongs in a transaction with the lock and with the beginning of its incident. */
export async function openEpisode(
  client: Queryable,
  of: { model: string; version: number; incidentId: number; at: Date },
): Promise<ModelEpisode> {
  const { model, version, incidentId, at } = of;
  const { rows } = await client.query<ModelEpisode>(
    `insert into model_episode (model, version, opened_at, incident_id) values ($1, $2, $3, $4) returning ${COLUMNS}`,
    [model, version, at, incidentId],
  );
  return rows[0]!;
}

/** Ends an episode. Belongs in a transaction with the lock and with the end of its incident. */
export async function endEpisode(client: Queryable, id: number, at: Date): Promise<void> {
  await client.query(`update model_episode set resolved_at = greatest($2, opened_at) where id = $1`, [
    id,
    at,
  ]);
}

/** Names the retraining of an episode; the first one stands. Returns the one that counts. */
export async function claimRetraining(
  client: Queryable,
  episodeId: number,
  workflowId: string,
): Promise<{ workflowId: string; isFirst: boolean }> {
  const { rowCount } = await client.query(
    `update model_episode set retrain_workflow_id = $2 where id = $1 and retrain_workflow_id is null`,
    [episodeId, workflowId],
  );
  if (rowCount === 1) return { workflowId, isFirst: true };
  const { rows } = await client.query<{ workflowId: string }>(
    `select retrain_workflow_id as "workflowId" from model_episode where id = $1`,
    [episodeId],
  );
  return { workflowId: rows[0]!.workflowId, isFirst: false };
}
