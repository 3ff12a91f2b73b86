import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { foldEvents } from './fold-events.ts';
import { bareEvent, type EventKind, type RunEvent } from './run-event.ts';

const T0 = Date.UTC(2026, 2, 1, 6);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let count = 0;
/** An event at a minute after T0, received at once unless said otherwise. */
function event(kind: EventKind, minute: number, more: Partial<RunEvent> = {}): RunEvent {
  const eventTime = T0 + minute * MINUTE;
  return {
    ...bareEvent({ namespace: 'n', job: 'j', runId: 'r', kind, via: 'openlineage', anomalies: [] }),
    id: (++count).toString(16).padStart(64, '0'),
    eventTime,
    receivedAt: eventTime,
    ...more,
  };
}
const ping = (kind: EventKind, minute: number, more: Partial<RunEvent> = {}) =>
  event(kind, minute, { runId: null, via: 'ping', ...more });

const records = (events: RunEvent[]) => foldEvents(events).map(({ record }) => record);
const shown = (events: RunEvent[]) =>
  records(events).map(({ status, startedAt, endedAt, durationMs, knownAt }) => ({
    status,
    start: (startedAt - T0) / MINUTE,
    end: endedAt === null ? null : (endedAt - T0) / MINUTE,
    ms: durationMs,
    known: (knownAt - T0) / MINUTE,
  }));

describe('the events of a run', () => {
  test('none is no run, and texts alone are none', () => {
    expect(foldEvents([])).toEqual([]);
    expect(foldEvents([event('log', 0, { log: 'hello' })])).toEqual([]);
  });

  test('a start and an end are two states', () => {
    expect(shown([event('start', 0), event('success', 5)])).toEqual([
      { status: 'running', start: 0, end: null, ms: null, known: 0 },
      { status: 'succeeded', start: 0, end: 5, ms: 5 * MINUTE, known: 5 },
    ]);
  });

  test('the end arrives first: the start mends it', () => {
    const events = [event('fail', 5, { error: 'no' }), event('start', 0, { receivedAt: T0 + 9 * MINUTE })];
    expect(shown(events)).toEqual([
      { status: 'failed', start: 5, end: 5, ms: null, known: 5 },
      { status: 'failed', start: 0, end: 5, ms: 5 * MINUTE, known: 9 },
    ]);
    const [lone, whole] = records(events);
    expect(lone!.anomalies).toEqual(['missing-start']);
    expect(whole!.anomalies).toEqual([]);
    expect(whole!.error).toBe('no');
  });

  test('a lone end with its run time tells the start', () => {
    expect(shown([event('success', 5, { durationMs: 2 * MINUTE })])).toEqual([
      { status: 'succeeded', start: 3, end: 5, ms: 2 * MINUTE, known: 5 },
    ]);
  });

  test('a late RUNNING does not reopen what ended', () => {
    const events = [
      event('start', 0),
      event('success', 5),
      event('running', 3, { receivedAt: T0 + 9 * MINUTE }),
    ];
    expect(records(events).at(-1)!.status).toBe('succeeded');
    expect(foldEvents(events)).toHaveLength(2);
    expect(records([...events, event('running', 8)]).at(-1)!.status).toBe('succeeded');
  });

  test('a correction is a new state: the end told last in event time counts', () => {
    const events = [event('start', 0), event('success', 5), event('fail', 6, { error: 'rolled back' })];
    expect(shown(events).map(({ status, end }) => [status, end])).toEqual([
      ['running', null],
      ['succeeded', 5],
      ['failed', 6],
    ]);
    const stale = event('success', 4, { receivedAt: T0 + 9 * MINUTE });
    expect(foldEvents([...events, stale])).toHaveLength(3);
  });

  test('an abort is cancelled; of two ends at one instant the worse one counts', () => {
    expect(records([event('abort', 1)]).at(-1)!.status).toBe('cancelled');
    expect(records([event('success', 1), event('fail', 1), event('abort', 1)]).at(-1)!.status).toBe('failed');
  });

  test('rows, query and owner are those told last; a run that went well has no error', () => {
    const [record] = records([
      event('running', 1, { rowsRead: 10, error: 'warning', query: 'select 1', receivedAt: T0 }),
      event('success', 2, { rowsWritten: 7, owner: 'ana', receivedAt: T0 }),
      event('running', 0, { rowsRead: 3, receivedAt: T0 }),
    ]);
    expect(record).toMatchObject({
      rowsRead: 10,
      rowsWritten: 7,
      owner: 'ana',
      query: 'select 1',
      error: null,
    });
  });

  test('what it says is kept when it ends, in order of time', () => {
    const events = [
      event('start', 0),
      event('log', 2, { log: 'two' }),
      event('log', 1, { log: 'one', receivedAt: T0 + 3 * MINUTE }),
      event('success', 4, { log: 'three', exitStatus: 0 }),
      event('log', 5, { log: 'four' }),
    ];
    expect(records(events).map(({ extra }) => extra)).toEqual([
      {},
      { exit_status: '0', log: 'one\ntwo\nthree' },
      { exit_status: '0', log: 'one\ntwo\nthree\nfour' },
    ]);
  });

  test('an end before the start is dropped, a clock ahead of ours does not make the future known', () => {
    const swapped = records([event('start', 5), event('success', 3, { receivedAt: T0 + 6 * MINUTE })]).at(
      -1,
    )!;
    expect(swapped).toMatchObject({ endedAt: null, durationMs: null, anomalies: ['end-before-start'] });
    const ahead = [
      event('success', 30, { durationMs: 0, receivedAt: T0 }),
      event('log', 31, { log: 'x', receivedAt: T0 + MINUTE }),
    ];
    expect(records(ahead).map(({ knownAt }) => knownAt - T0)).toEqual([30 * MINUTE, 30 * MINUTE + 1]);
    expect(records(ahead).map(({ anomalies }) => anomalies)).toEqual([
      ['known-before-end'],
      ['known-before-end'],
    ]);
  });
});

describe('pings that name no run', () => {
  const pairs = (events: RunEvent[]) => {
    const last = new Map(records(events).map((record) => [record.runKey, record]));
    return [...last.values()].map(({ status, startedAt, durationMs }) => [
      status,
      (startedAt - T0) / MINUTE,
      durationMs === null ? null : durationMs / MINUTE,
    ]);
  };

  test('an end belongs to the start before it', () => {
    expect(pairs([ping('start', 0), ping('success', 5), ping('start', 10), ping('fail', 11)])).toEqual([
      ['succeeded', 0, 5],
      ['failed', 10, 1],
    ]);
  });
  test('of two starts to the later one; what became of the earlier is not known', () => {
    expect(pairs([ping('start', 0), ping('start', 5), ping('success', 6), ping('success', 7)])).toEqual([
      ['running', 0, null],
      ['succeeded', 5, 1],
      ['succeeded', 7, null],
    ]);
  });
  test('72 hours later they are unrelated', () => {
    expect(pairs([ping('start', 0), ping('success', 72 * 60)])).toEqual([['succeeded', 0, 72 * 60]]);
    expect(pairs([ping('start', 0), ping('success', 72 * 60 + 1)])).toEqual([
      ['running', 0, null],
      ['succeeded', 72 * 60 + 1, null],
    ]);
  });
  test('a log belongs to the run that goes on, else to the one that ended last, else to none', () => {
    const events = [
      ping('log', 0, { log: 'before' }),
      ping('start', 1),
      ping('log', 2, { log: 'during' }),
      ping('success', 3),
      ping('log', 4, { log: 'after' }),
    ];
    expect(records(events).at(-1)!.extra).toEqual({ log: 'during\nafter' });
  });
  test('jobs do not mix', () => {
    expect(pairs([ping('start', 0), ping('success', 5, { job: 'other' })])).toEqual([
      ['running', 0, null],
      ['succeeded', 5, null],
    ]);
  });
});

/** A few runs told in any way: named or not, out of order, repeated instants, clocks that are wrong. */
const anyEvents = fc
  .array(
    fc.record({
      kind: fc.constantFrom<EventKind>('start', 'running', 'success', 'fail', 'abort', 'log'),
      runId: fc.constantFrom('r1', 'r2', null),
      at: fc.integer({ min: 0, max: 12 }),
      delay: fc.integer({ min: -3, max: 8 }),
      log: fc.constantFrom(null, 'a', 'b'),
      durationMs: fc.constantFrom(null, MINUTE),
      rowsWritten: fc.constantFrom(null, 1, 2),
    }),
    { maxLength: 14 },
  )
  .map((drawn) =>
    drawn.map(({ kind, runId, at, delay, ...told }): RunEvent => {
      const receivedAt = T0 + (at + delay) * 10 * HOUR;
      const made = runId === null ? ping(kind, 0) : event(kind, 0, { runId });
      return { ...made, ...told, receivedAt, eventTime: runId === null ? receivedAt : T0 + at * 10 * HOUR };
    }),
  );

describe('laws', () => {
  test('order and repetition do not count', () => {
    fc.assert(
      fc.property(
        anyEvents.chain((events) =>
          fc.tuple(
            fc.constant(events),
            fc.shuffledSubarray(events, { minLength: events.length }),
            fc.subarray(events),
            fc.integer({ min: 0, max: 5 }),
          ),
        ),
        ([events, shuffled, again, later]) => {
          const repeated = again.map((one) => ({ ...one, receivedAt: one.receivedAt + later * HOUR }));
          // A ping happens when it is received: told again later it is another one.
          const sameEvents = repeated.filter(({ runId }) => runId !== null);
          expect(foldEvents([...sameEvents, ...shuffled])).toEqual(foldEvents(events));
        },
      ),
      { numRuns: 500 },
    );
  });

  test('what arrives later only adds states: loading in any portions gives the same', () => {
    fc.assert(
      fc.property(anyEvents, fc.integer({ min: -3, max: 20 }), (events, cut) => {
        const until = T0 + cut * 10 * HOUR;
        const known = foldEvents(events.filter(({ receivedAt }) => receivedAt <= until));
        const all = foldEvents(events);
        expect(all.slice(0, known.length)).toEqual(known);
        for (const { event } of all.slice(known.length)) expect(event.receivedAt).toBeGreaterThan(until);
      }),
      { numRuns: 500 },
    );
  });

  test('a run never ends before it starts, nor is known before it ended', () => {
    fc.assert(
      fc.property(anyEvents, (events) => {
        for (const { startedAt, endedAt, knownAt, durationMs } of records(events)) {
          expect(knownAt).toBeGreaterThanOrEqual(endedAt ?? startedAt);
          if (endedAt !== null) expect(endedAt).toBeGreaterThanOrEqual(startedAt);
          if (durationMs !== null) expect(durationMs).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });
});
