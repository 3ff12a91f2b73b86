import { isInstantInRange } from '../clean/instant-range.ts';
import type { RowRefusal } from '../clean/rules/rule.ts';
import { refuseUnreadableEvent } from '../clean/rules/unreadable-event.ts';
import { readOpenLineage } from './read-openlineage.ts';
import { isSlug, PING_WORDS, type Ping, readPing } from './read-ping.ts';
import type { EventWay, RunEvent, ToldEvent } from './run-event.ts';

/**
 * A message as it was received, before anything is understood of it. A line of JSON each, these are the originals
 * from which runs can be made again.
 */
export interface ReceivedEvent {
  /** 64 hexadecimal digits; the same message sent again has the same. */
  id: string;
  /** Epoch milliseconds. */
  receivedAt: number;
  via: EventWay;
  /** JSON: the sender's own for OpenLineage, a `Ping` for a ping. */
  message: string;
}

/** The line of an events file. */
export function eventLine({ id, receivedAt, via, message }: ReceivedEvent): string {
  return `${JSON.stringify({ id, receivedAt: new Date(receivedAt).toISOString(), via, message })}\n`;
}

/** What a line of an events file tells, or why it is no event. Pings get the namespace of the source. */
export function readEventLine(line: string, namespace: string): RunEvent | RowRefusal {
  const received = parseLine(line);
  if (received === null) return refuseUnreadableEvent('the line is not a received event');
  const { id, receivedAt, via, message } = received;
  const told = readMessage(via, message, namespace);
  if ('code' in told) return told;
  return { ...told, id, receivedAt, eventTime: told.eventTime ?? receivedAt };
}

/** What a message says, or why it is no event. */
export function readMessage(via: EventWay, message: string, namespace: string): ToldEvent | RowRefusal {
  const parsed = parseJson(message);
  if (parsed === undefined) return refuseUnreadableEvent('the message is not JSON');
  if (via === 'openlineage') return readOpenLineage(parsed);
  return isPing(parsed) ? readPing(parsed, namespace) : refuseUnreadableEvent('the message is no ping');
}

function parseLine(line: string): ReceivedEvent | null {
  const parsed = parseJson(line) as Partial<Record<keyof ReceivedEvent, unknown>> | null | undefined;
  if (typeof parsed !== 'object' || parsed === null) return null;
  const { id, receivedAt, via, message } = parsed;
  const instant = typeof receivedAt === 'string' ? Date.parse(receivedAt) : Number.NaN;
  const isRead =
    typeof id === 'string' &&
    /^[0-9a-f]{64}$/.test(id) &&
    isInstantInRange(instant) &&
    (via === 'ping' || via === 'openlineage') &&
    typeof message === 'string';
  return isRead ? { id, receivedAt: instant, via, message } : null;
}

/** undefined when the text is no JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isPing(value: unknown): value is Ping {
  if (typeof value !== 'object' || value === null) return false;
  const { slug, signal, rid, body } = value as Partial<Record<keyof Ping, unknown>>;
  const isSignal =
    typeof signal === 'number'
      ? Number.isInteger(signal) && signal >= 0 && signal <= 255
      : (PING_WORDS as readonly unknown[]).includes(signal);
  return (
    typeof slug === 'string' &&
    isSlug(slug) &&
    isSignal &&
    (rid === null || typeof rid === 'string') &&
    typeof body === 'string'
  );
}
