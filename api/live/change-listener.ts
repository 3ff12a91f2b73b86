import type { Logger } from 'pino';
import { type Listener, listen } from '../../db/listener.ts';
import { CHANGE_TOPICS, type ChangeTopic } from '../contract/system.ts';

interface ChangeListenerOptions {
  databaseUrl: string;
  log: Logger;
  onChange: (topic: ChangeTopic) => void;
  /** Called when the database comes or goes. */
  onReachable: (reachable: boolean) => void;
}

const isTopic = (text: string): text is ChangeTopic => (CHANGE_TOPICS as readonly string[]).includes(text);

/**
 * Tells of changes for as long as the process lives. What was announced while the database was away is lost (NOTIFY
 * keeps nothing), so after coming back every topic counts as changed.
 */
export function listenForChanges({
  databaseUrl,
  log,
  onChange,
  onReachable,
}: ChangeListenerOptions): Listener {
  let reachable: boolean | null = null;
  const tell = (now: boolean) => {
    if (reachable === now) return;
    reachable = now;
    onReachable(now);
    if (now) for (const topic of CHANGE_TOPICS) onChange(topic);
  };
  return listen({
    databaseUrl,
    channel: 'changes',
    applicationName: 'smart-etl api listener',
    onNotification(payload) {
      if (isTopic(payload)) onChange(payload);
      else log.warn({ payload }, 'a change was announced on an unknown topic');
    },
    onListening: () => tell(true),
    onLost(reason) {
      if (reachable !== false) log.warn({ reason }, 'the listening connection was lost');
      tell(false);
    },
  });
}
