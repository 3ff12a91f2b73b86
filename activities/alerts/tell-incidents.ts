import type { PoolClient } from 'pg';
import { markTold } from '../../db/detect/incidents.ts';
import { readIncidentStories } from '../../db/pages/read-incident-stories.ts';
import type { IncidentEvent } from '../../models/alerts/incident-story.ts';
import { type Teller, tellNews } from './tell-news.ts';

/** Numbers of incidents by what happened to them. */
export interface IncidentEvents {
  opened: readonly number[];
  /** They are worse than people were told. */
  worsened: readonly number[];
  resolved: readonly number[];
}

/**
 * Puts messages about incidents in the outbox, in the transaction that changes them. Of an end hears who heard of the
 * beginning, and nobody else.
 */
export async function tellIncidents(
  client: PoolClient,
  teller: Teller,
  asOf: Date,
  { opened, worsened, resolved }: IncidentEvents,
): Promise<void> {
  const eventOf = new Map<number, IncidentEvent>();
  for (const id of worsened) eventOf.set(id, 'worsened');
  for (const id of opened) eventOf.set(id, 'opened');
  for (const id of resolved) eventOf.set(id, 'resolved');
  if (eventOf.size === 0) return;
  const stories = await readIncidentStories(client, [...eventOf.keys()]);
  const news = stories.map((story) => ({ story, event: eventOf.get(story.id)! }));
  const { incidentIds } = await tellNews(client, teller, news, asOf);
  const worse = worsened.filter((id) => incidentIds.includes(id));
  await markTold(client, incidentIds, asOf, worse);
}
