import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Patience } from '../../alerts/patience.ts';
import { type Life, type LifeEvent, nextStep, transition } from './life.ts';

const MINUTE = 60_000;
const PATIENCE: Patience = { escalateAfterMs: 15 * MINUTE, remindEveryMs: 30 * MINUTE };
const OPEN: Life = {
  state: 'open',
  severity: 'critical',
  notifiedMs: null,
  acknowledgedMs: null,
  escalatedMs: null,
  lastToldMs: null,
  silencedUntilMs: null,
};
const lived = (...events: LifeEvent[]): Life => events.reduce(transition, OPEN);
const notified: LifeEvent = { type: 'notified', atMs: 0 };

describe('transition', () => {
  it('goes from open through notified and escalated to acknowledged and resolved', () => {
    const events: LifeEvent[] = [
      notified,
      { type: 'escalated', atMs: 15 * MINUTE },
      { type: 'acknowledged', atMs: 16 * MINUTE },
      { type: 'resolved' },
    ];
    const states = events.map((_, count) => lived(...events.slice(0, count + 1)).state);
    expect(states).toEqual(['notified', 'escalated', 'acknowledged', 'resolved']);
  });

  it('keeps an acknowledgement that was faster than the message', () => {
    const life = lived({ type: 'acknowledged', atMs: 5 }, { type: 'notified', atMs: 9 });
    expect(life).toMatchObject({ state: 'acknowledged', notifiedMs: 9, acknowledgedMs: 5 });
  });

  it('keeps the first acknowledgement and the first message', () => {
    const life = lived(
      notified,
      { type: 'notified', atMs: 7 },
      { type: 'acknowledged', atMs: 8 },
      {
        type: 'acknowledged',
        atMs: 9,
      },
    );
    expect(life).toMatchObject({ notifiedMs: 0, acknowledgedMs: 8 });
  });

  it('escalates neither what nobody was told of nor what somebody took on', () => {
    expect(lived({ type: 'escalated', atMs: 1 })).toEqual(OPEN);
    expect(
      lived(notified, { type: 'acknowledged', atMs: 1 }, { type: 'escalated', atMs: 2 }).escalatedMs,
    ).toBe(null);
  });
});

describe('nextStep', () => {
  it('escalates first, then reminds from when people were told last', () => {
    expect(nextStep(lived(notified), PATIENCE)).toEqual({ step: 'escalate', atMs: 15 * MINUTE });
    const escalated = lived(notified, { type: 'escalated', atMs: 15 * MINUTE });
    expect(nextStep(escalated, PATIENCE)).toEqual({ step: 'remind', atMs: 45 * MINUTE });
    const reminded = transition(escalated, { type: 'reminded', atMs: 46 * MINUTE });
    expect(nextStep(reminded, PATIENCE)).toEqual({ step: 'remind', atMs: 76 * MINUTE });
  });

  it('escalates rather than reminds when both are due at once', () => {
    expect(nextStep(lived(notified), { escalateAfterMs: MINUTE, remindEveryMs: MINUTE })).toMatchObject({
      step: 'escalate',
    });
  });

  it('lets nobody hear of it before a silence ends', () => {
    const silenced = lived(notified, { type: 'silenced', untilMs: 60 * MINUTE });
    expect(nextStep(silenced, PATIENCE)).toEqual({ step: 'escalate', atMs: 60 * MINUTE });
  });

  it('has nothing to do before anybody was told, after somebody took it on, at the end, or where nothing is set', () => {
    expect(nextStep(OPEN, PATIENCE)).toBe(null);
    expect(nextStep(lived(notified, { type: 'acknowledged', atMs: 1 }), PATIENCE)).toBe(null);
    expect(nextStep(lived(notified, { type: 'resolved' }), PATIENCE)).toBe(null);
    expect(nextStep(lived(notified), { escalateAfterMs: null, remindEveryMs: null })).toBe(null);
  });
});

it('whatever happens in whatever order: the end is the end, and only the told are told again', () => {
  const at = fc.integer({ min: 0, max: 100 * MINUTE });
  const events: fc.Arbitrary<LifeEvent> = fc.oneof(
    fc.record({ type: fc.constantFrom('notified', 'acknowledged', 'escalated', 'reminded'), atMs: at }),
    fc.record({ type: fc.constant('silenced' as const), untilMs: at }),
    fc.constant({ type: 'resolved' as const }),
  ) as fc.Arbitrary<LifeEvent>;
  fc.assert(
    fc.property(fc.array(events, { maxLength: 12 }), (history) => {
      let life = OPEN;
      for (const event of history) {
        const before = life;
        life = transition(life, event);
        if (before.state === 'resolved') expect(life).toBe(before);
        const step = nextStep(life, PATIENCE);
        if (step === null) continue;
        expect(life.notifiedMs).not.toBe(null);
        expect(['notified', 'escalated']).toContain(life.state);
        expect(step.atMs).toBeGreaterThanOrEqual(life.silencedUntilMs ?? step.atMs);
        if (step.step === 'remind') expect(step.atMs).toBeGreaterThan(life.lastToldMs!);
      }
      expect(life.state === 'resolved').toBe(history.some(({ type }) => type === 'resolved'));
    }),
  );
});
