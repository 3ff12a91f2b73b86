import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Life, type LifeEvent, transition } from './life.ts';

const MINUTE = 60_000;
const OPEN: Life = {
  state: 'open',
  notifiedMs: null,
  acknowledgedMs: null,
  escalatedMs: null,
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

it('whatever happens in whatever order: the end is the end, and only what was told is escalated', () => {
  const at = fc.integer({ min: 0, max: 100 * MINUTE });
  const events: fc.Arbitrary<LifeEvent> = fc.oneof(
    fc.record({ type: fc.constantFrom('notified', 'acknowledged', 'escalated'), atMs: at }),
    fc.constant({ type: 'resolved' as const }),
  ) as fc.Arbitrary<LifeEvent>;
  fc.assert(
    fc.property(fc.array(events, { maxLength: 12 }), (history) => {
      let life = OPEN;
      for (const event of history) {
        const earlier = life;
        life = transition(life, event);
        if (earlier.state === 'resolved') expect(life).toBe(earlier);
        if (life.escalatedMs !== null) expect(life.notifiedMs).not.toBe(null);
        if (life.state === 'escalated') expect(life.acknowledgedMs).toBe(null);
      }
      expect(life.state === 'resolved').toBe(history.some(({ type }) => type === 'resolved'));
    }),
  );
});
