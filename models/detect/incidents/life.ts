import type { Patience } from '../../alerts/patience.ts';
import type { IncidentState, Severity } from './incident.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/**
 * How long people are given where no route says so, by the clock of the wall. A truck waits for a critical one; a
 * warning is for the next working day.
 */
export const PATIENCE: Readonly<Record<Severity, Patience>> = {
  critical: { escalateAfterMs: 15 * MINUTE_MS, remindEveryMs: 30 * MINUTE_MS },
  major: { escalateAfterMs: HOUR_MS, remindEveryMs: 2 * HOUR_MS },
  minor: { escalateAfterMs: null, remindEveryMs: 8 * HOUR_MS },
  warning: { escalateAfterMs: null, remindEveryMs: null },
};

/**
 * What is known of the life of an incident. Instants are epoch milliseconds by the clock of the wall: people are as
 * patient with an old estate as with a live one.
 */
export interface Life {
  state: IncidentState;
  severity: Severity;
  /** When a first message about it was accepted by its receiver; null while nobody was told. */
  notifiedMs: number | null;
  acknowledgedMs: number | null;
  escalatedMs: number | null;
  /** When people were told last, of whatever. */
  lastToldMs: number | null;
  silencedUntilMs: number | null;
}

export type LifeEvent =
  | { type: 'notified'; atMs: number }
  | { type: 'acknowledged'; atMs: number }
  | { type: 'escalated'; atMs: number }
  | { type: 'reminded'; atMs: number }
  | { type: 'silenced'; untilMs: number }
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
    case 'notified': {
      if (life.notifiedMs !== null) return life;
      const state = life.state === 'open' ? 'notified' : life.state;
      return { ...life, state, notifiedMs: event.atMs, lastToldMs: life.lastToldMs ?? event.atMs };
    }
    case 'acknowledged':
      if (life.acknowledgedMs !== null) return life;
      return { ...life, state: 'acknowledged', acknowledgedMs: event.atMs };
    case 'escalated':
      if (life.state !== 'notified') return life;
      return { ...life, state: 'escalated', escalatedMs: event.atMs, lastToldMs: event.atMs };
    case 'reminded':
      if (life.notifiedMs === null) return life;
      return { ...life, lastToldMs: event.atMs };
    case 'silenced':
      return { ...life, silencedUntilMs: event.untilMs };
    case 'resolved':
      return { ...life, state: 'resolved' };
  }
}

export interface NextStep {
  step: 'remind' | 'escalate';
  /** When it is due; may be past. */
  atMs: number;
}

/**
 * What is to be done next with nobody doing anything; null: nothing, ever.
 *
 * Nobody is reminded of what they were never told, of what somebody works on, or while it is silenced; what fell due
 * in the silence is due at its end. Of two that are due together the escalation goes first.
 */
export function nextStep(life: Life, patience: Patience): NextStep | null {
  const { state, notifiedMs, lastToldMs, silencedUntilMs } = life;
  if (notifiedMs === null || state === 'resolved' || state === 'acknowledged') return null;
  const heard = silencedUntilMs ?? Number.NEGATIVE_INFINITY;
  const steps: NextStep[] = [];
  if (state === 'notified' && patience.escalateAfterMs !== null) {
    steps.push({ step: 'escalate', atMs: Math.max(notifiedMs + patience.escalateAfterMs, heard) });
  }
  if (patience.remindEveryMs !== null) {
    steps.push({
      step: 'remind',
      atMs: Math.max((lastToldMs ?? notifiedMs) + patience.remindEveryMs, heard),
    });
  }
  steps.sort((a, b) => a.atMs - b.atMs);
  return steps[0] ?? null;
}
