import { bareEvent, type EventKind, type ToldEvent } from './run-event.ts';
import { tailText } from './tail-text.ts';

/** A ping as it is kept: what its address and its body said. */
export interface Ping {
  /** The name of the job. */
  slug: string;
  /** The last part of the address: a word, or an exit status from 0 to 255. */
  signal: PingWord | number;
  /** The run's id, a UUID in lower case; null when the ping names none. */
  rid: string | null;
  /** What was posted, '' when nothing was. */
  body: string;
}

export const PING_WORDS = ['success', 'start', 'fail', 'log'] as const;
export type PingWord = (typeof PING_WORDS)[number];

const SLUG = /^[A-Za-z0-9_.-]{1,128}$/;

/** Whether a text can be the name of a job in a ping address. */
export const isSlug = (text: string): boolean => SLUG.test(text);

/** The signal that the last part of a ping address means, null when it means none. */
export function signalOf(text: string): Ping['signal'] | null {
  if (text === 'start' || text === 'fail' || text === 'log') return text;
  return /^\d{1,3}$/.test(text) && Number(text) <= 255 ? Number(text) : null;
}

/**
 * The event a ping means. Semantics of the pinging API of healthchecks.io (https://healthchecks.io/docs/http_api/):
 * exit status 0 is a success, any other a failure, `log` changes nothing.
 */
export function readPing(ping: Ping, namespace: string): ToldEvent {
  const { slug, signal, rid, body } = ping;
  const anomalies: string[] = [];
  const kind = kindOf(signal);
  const text = tailText(body, anomalies);
  return {
    ...bareEvent({ namespace, job: slug, runId: rid, kind, via: 'ping', anomalies }),
    exitStatus: typeof signal === 'number' ? signal : null,
    ...(kind === 'fail' ? { error: text ?? exitText(signal) } : { log: text }),
  };
}

function kindOf(signal: Ping['signal']): EventKind {
  if (typeof signal === 'number') return signal === 0 ? 'success' : 'fail';
  return signal;
}

const exitText = (signal: Ping['signal']): string | null =>
  typeof signal === 'number' ? `exit status ${signal}` : null;
