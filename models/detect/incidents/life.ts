import type { IncidentState } from './incident.ts';

/**
 * What is known of the life of an incident. Instants are epoch milliseconds by the clock of the wall: people are as
 * patient with an old estate as with a live one.
 */
export interface Life {
  state: IncidentState;
  /** When a first message about it was accepted by its receiver; null while nobody was told. */
  notifiedMs: number | null;
  acknowledgedMs: number | null;
  escalatedMs: number | null;
}

export type LifeEvent =
  | { type: 'notified'; atMs: number }
  | { type: 'acknowledged'; atMs: number }
  | { type: 'escalated'; atMs: number }
  | { type: 'resolved' };

/**
 * The life after an event. What cannot happen in a state changes nothing: events of people, of the outbox and of the
 * detection come in any order.
 *
 * - `notified`: open → notified; whoever acknowledged before the message left keeps it
 * - `acknowledged`: from every state but resolved, once
 * - `escalated`: from notified alone: nobody escalates what is taken on, or what nobody was told of
 * - `resolved`: the end, from everywhere
 */
export function transition(life: Life, event: LifeEvent): Life {
  if (life.state === 'resolved') return life;
  switch (event.type) {
    case 'notified':
      if (life.notifiedMs !== null) return life;
      return { ...life, state: life.state === 'open' ? 'notified' : life.state, notifiedMs: event.atMs };
    case 'acknowledged':
      if (life.acknowledgedMs !== null) return life;
      return { ...life, state: 'acknowledged', acknowledgedMs: event.atMs };
    case 'escalated':
      if (life.state !== 'notified') return life;
      return { ...life, state: 'escalated', escalatedMs: event.atMs };
    case 'resolved':
      return { ...life, state: 'resolved' };
  }
}
