import { subjectsOf } from '../db/incident-life.ts';
import { queueNotification } from '../db/notifications.ts';
import type { Queryable } from '../db/pool.ts';
import { lifeMessage } from '../models/alerts/life-message.ts';
import type { Cause, Severity } from '../models/detect/incidents/incident.ts';
import type { Dependencies } from './dependencies.ts';
import { mailNotification } from './mail-notification.ts';

/**
 * Puts a reminder or an escalation in the outbox, in the caller's transaction.
 *
 * @param number how often that was done before: the same one is never told twice
 */
export async function tellLife(
  client: Queryable,
  { language, pageUrl }: Pick<Dependencies, 'language' | 'pageUrl'>,
  event: 'reminder' | 'escalated',
  incident: { id: number; severity: Severity; causes: readonly Cause[]; openedAt: Date },
  number: number,
): Promise<void> {
  const { id, severity, causes, openedAt } = incident;
  const about = (await subjectsOf(client, id)).map(({ name }) => name);
  const cause = causes[0]?.name ?? about[0] ?? '';
  const message = lifeMessage(
    event,
    { id, severity, cause, openedMs: openedAt.getTime(), about },
    language,
    pageUrl,
  );
  await queueNotification(client, mailNotification(`incident-${event}`, `${id}/${number}`, message), [id]);
}
