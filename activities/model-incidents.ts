import type { PoolClient } from 'pg';
import { announceChange } from '../db/pool.ts';
import { openIncidentOf, resolveSourceIncident } from '../db/source-incidents.ts';
import { type Finding, findingKey } from '../models/detect/finding.ts';
import { tellIncidents } from './tell-incidents.ts';
import type { Teller } from './tell-news.ts';

/** What can be wrong with a model that people are told of. */
export type ModelVariant = 'model-unusable';

export interface ModelIncident {
  variant: ModelVariant;
  model: string;
  /** What was found, one or more lines. */
  detail: string;
  at: Date;
}

const keyOf = (variant: ModelVariant, model: string): string =>
  findingKey('quality', { type: 'model', model }, variant);

/**
 * Opens an incident of a model and puts one message about it in the outbox, in the caller's transaction. While one of
 * that kind is open nothing is opened and nothing told: false.
 */
export async function raiseModelIncident(
  client: PoolClient,
  teller: Teller,
  { variant, model, detail, at }: ModelIncident,
): Promise<boolean> {
  const finding: Finding = {
    key: keyOf(variant, model),
    kind: 'quality',
    variant,
    subject: { type: 'model', model },
    sinceMs: at.getTime(),
    runKey: null,
    dueMs: null,
    evidence: { observed: null, expected: null, limit: null, unit: null, text: detail },
    family: null,
    course: 'new',
  };
  const id = await openIncidentOf(client, { kind: 'itself', name: model, weight: 1 }, finding, at);
  if (id === null) return false;
  await tellIncidents(client, teller, at, { opened: [id], worsened: [], resolved: [] });
  await announceChange(client, 'incidents');
  return true;
}

/** Ends what is open of that kind, and tells those who were told. False when nothing is open. */
export async function endModelIncident(
  client: PoolClient,
  teller: Teller,
  { variant, model, at }: Omit<ModelIncident, 'detail'>,
): Promise<boolean> {
  const ended = await resolveSourceIncident(client, keyOf(variant, model), at);
  if (ended === null) return false;
  const resolved = ended.isOver ? [ended.id] : [];
  await tellIncidents(client, teller, at, { opened: [], worsened: [], resolved });
  await announceChange(client, 'incidents');
  return true;
}
