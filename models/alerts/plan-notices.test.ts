import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aFinding, aSettings, aStory } from '../../tests/stories.ts';
import { SEVERITIES, type Severity } from '../detect/incidents/incident.ts';
import type { AlertSettings } from './alert-settings.ts';
import { INCIDENT_EVENTS, type IncidentEvent, type IncidentStory } from './incident-story.ts';
import { patienceOf } from './patience.ts';
import { type Notice, planNotices, type ToldNotice } from './plan-notices.ts';

const NOON = Date.parse('2026-03-04T11:00:00Z');
const MINUTE = 60_000;

const asTold = (notice: Notice, state: ToldNotice['state'] = 'sent'): ToldNotice => ({
  id: notice.key,
  channel: notice.channel,
  event: notice.event,
  severity: notice.severity,
  state,
  atMs: notice.sendAfterMs,
});
const plan = (
  event: IncidentEvent,
  told: ToldNotice[] = [],
  story: Partial<IncidentStory> = {},
  settings: Partial<AlertSettings> = {},
  asOfMs = NOON,
) => planNotices(aStory(story), event, aSettings(settings), asOfMs, told);
const toldOf = (...args: Parameters<typeof plan>): string[] =>
  plan(...args).notices.map(({ channel, event }) => `${channel} ${event}`);

describe('planNotices', () => {
  it('tells the channels of the route at once, and nobody twice', () => {
    const { notices } = plan('opened');
    expect(notices).toEqual([
      {
        incidentId: 7,
        channel: 'team',
        event: 'opened',
        severity: 'major',
        key: 'incident 7/team/opened/0',
        sendAfterMs: NOON,
        heldBy: null,
      },
    ]);
    expect(plan('opened', [asTold(notices[0]!, 'waiting')])).toEqual({ notices: [], withdraws: [] });
  });

  it('takes the first route that matches each finding, and every owner concerned hears of it', () => {
    const routes = [
      { match: { owners: ['ann'] }, tell: ['ann'] },
      { match: { owners: ['bob*'] }, tell: ['bob', 'no such channel'] },
      { match: {}, tell: ['team'] },
    ].map((route) => ({ ...route, remindEveryMinutes: null, escalateAfterMinutes: null, escalateTo: [] }));
    const channels = ['team', 'ann', 'bob'].map((name) => ({ name, kind: 'mail', language: 'en' }) as const);
    const findings = [
      aFinding({ owner: 'ann' }),
      aFinding({ owner: 'BOB Marley' }),
      aFinding({ owner: 'eve', role: 'consequence' }),
    ];
    expect(toldOf('opened', [], { findings }, { routes, channels })).toEqual(['ann opened', 'bob opened']);
    expect(toldOf('opened', [], { findings: [findings[2]!] }, { routes, channels })).toEqual(['team opened']);
  });

  it('holds back in quiet hours what is not critical, and withdraws it when it ends before', () => {
    const quiet = { quietHours: [{ fromMinute: 22 * 60, toMinute: 7 * 60, days: [1, 2, 3, 4, 5, 6, 7] }] };
    const night = Date.parse('2026-03-04T02:00:00Z');
    const { notices } = plan('opened', [], {}, quiet, night);
    expect(notices[0]).toMatchObject({
      sendAfterMs: Date.parse('2026-03-04T06:00:00Z'),
      heldBy: 'quiet-hours',
    });
    expect(plan('opened', [], { severity: 'critical' }, quiet, night).notices[0]).toMatchObject({
      sendAfterMs: night,
      heldBy: null,
    });
    const waiting = asTold(notices[0]!, 'waiting');
    expect(plan('resolved', [waiting], { state: 'resolved' }, quiet, night)).toEqual({
      notices: [],
      withdraws: [waiting.id],
    });
    // It became critical: told now, at its true size, instead of in the morning.
    const worse = plan('worsened', [waiting], { severity: 'critical' }, quiet, night);
    expect(worse.withdraws).toEqual([waiting.id]);
    expect(worse.notices[0]).toMatchObject({
      event: 'opened',
      key: 'incident 7/team/opened/1',
      sendAfterMs: night,
    });
  });

  it('tells nothing of what is under maintenance until that is over, not even what is critical', () => {
    const window = { fromMs: NOON - 1, toMs: NOON + MINUTE };
    const maintenance = [{ jobs: ['ord*'], hosts: [], when: window, why: 'upgrade' }];
    const critical = { severity: 'critical' } as const;
    expect(plan('opened', [], critical, { maintenance }).notices[0]).toMatchObject({
      sendAfterMs: NOON + MINUTE,
      heldBy: 'maintenance',
    });
    const findings = [aFinding({}), aFinding({ name: 'stock' })];
    expect(plan('opened', [], { ...critical, findings }, { maintenance }).notices[0]!.heldBy).toBe(null);
  });

  it('reminds of what was received while nobody has taken it, where the route does not forbid it', () => {
    const route = aSettings({}).routes[0]!;
    const routes = [{ ...route, remindEveryMinutes: 60 }];
    const sent = asTold(plan('opened').notices[0]!);
    expect(toldOf('reminder', [sent], {}, { routes })).toEqual(['team reminder']);
    expect(toldOf('reminder', [sent], {}, { routes: [{ ...route, remindEveryMinutes: undefined }] })).toEqual(
      ['team reminder'],
    );
    expect(toldOf('reminder', [sent], {}, { routes: [{ ...route, remindEveryMinutes: null }] })).toEqual([]);
    expect(toldOf('reminder', [{ ...sent, state: 'trying' }], {}, { routes })).toEqual([]);
    expect(toldOf('reminder', [{ ...sent, state: 'dead' }], {}, { routes })).toEqual([]);
    expect(toldOf('reminder', [sent], { state: 'acknowledged' }, { routes })).toEqual([]);
    expect(toldOf('reminder', [], {}, { routes })).toEqual([]);
  });

  it('gives people the time that the routes say, the shortest of them, else that of the severity', () => {
    const route = { ...aSettings({}).routes[0]!, escalateTo: [] };
    const bySeverity = { escalateAfterMs: 7, remindEveryMs: 8 };
    const patience = (...said: (number | null | undefined)[]) => {
      const routes = said.map((minutes, index) => ({
        ...route,
        match: index + 1 < said.length ? { jobs: [`job-${index}`] } : {},
        remindEveryMinutes: minutes,
        escalateAfterMinutes: minutes,
      }));
      const findings = said.map((_, index) => aFinding({ name: `job-${index}` }));
      return patienceOf(aStory({ findings }), aSettings({ routes }), NOON, bySeverity);
    };
    expect(patience(undefined)).toEqual(bySeverity);
    expect(patience(null)).toEqual({ escalateAfterMs: null, remindEveryMs: null });
    expect(patience(30, null, 20)).toEqual({ escalateAfterMs: 20 * MINUTE, remindEveryMs: 20 * MINUTE });
    expect(patience(30, undefined)).toEqual(bySeverity);
  });

  it('escalates once, to those who are named for it, who then hear of the end', () => {
    const channels = ['team', 'boss'].map((name) => ({ name, kind: 'mail', language: 'en' }) as const);
    const routes = [{ ...aSettings({}).routes[0]!, escalateAfterMinutes: 30, escalateTo: ['boss'] }];
    const settings = { channels, routes };
    const sent = asTold(plan('opened').notices[0]!);
    const escalated = plan('escalated', [sent], {}, settings).notices;
    expect(escalated.map(({ channel, event }) => `${channel} ${event}`)).toEqual(['boss escalated']);
    const all = [sent, asTold(escalated[0]!)];
    expect(toldOf('escalated', all, {}, settings)).toEqual([]);
    // Where nobody is named, those who know hear that nobody has taken it.
    const unnamed = [{ ...routes[0]!, escalateTo: [] }];
    expect(toldOf('escalated', [sent], {}, { channels, routes: unnamed })).toEqual(['team escalated']);
    const never = [{ ...unnamed[0]!, escalateAfterMinutes: null }];
    expect(toldOf('escalated', [sent], {}, { channels, routes: never })).toEqual([]);
    expect(toldOf('resolved', all, {}, settings)).toEqual(['team resolved', 'boss resolved']);
  });

  it('tells a severity once, and only a worse one again', () => {
    const sent = asTold(plan('opened').notices[0]!);
    expect(toldOf('worsened', [sent])).toEqual([]);
    const worse = plan('worsened', [sent], { severity: 'critical' }).notices;
    expect(worse.map(({ event }) => event)).toEqual(['worsened']);
    expect(toldOf('worsened', [sent, asTold(worse[0]!, 'trying')], { severity: 'critical' })).toEqual([]);
  });

  it('tells the end to a receiver that may have heard of it, given up or not', () => {
    for (const state of ['trying', 'sent', 'dead'] as const) {
      const told = { ...asTold(plan('opened').notices[0]!), state };
      expect(toldOf('resolved', [told])).toEqual(['team resolved']);
    }
    expect(toldOf('resolved')).toEqual([]);
  });
});

/** Something that happens: to the incident, or to a message of a channel. */
const happening = fc.oneof(
  { weight: 3, arbitrary: fc.record({ event: fc.constantFrom(...INCIDENT_EVENTS) }) },
  {
    weight: 2,
    arbitrary: fc.record({ deliver: fc.nat(3), outcome: fc.constantFrom('sent', 'lost', 'dead') }),
  },
  { weight: 1, arbitrary: fc.record({ severity: fc.constantFrom(...SEVERITIES) }) },
  { weight: 1, arbitrary: fc.record({ state: fc.constantFrom('acknowledged', 'notified') }) },
  { weight: 3, arbitrary: fc.record({ minutes: fc.nat(600) }) },
);

describe('whatever happens in whatever order', () => {
  const channels = (['team', 'boss', 'pager'] as const).map(
    (name) => ({ name, kind: 'mail', language: 'en' }) as const,
  );
  const settings = aSettings({
    channels,
    routes: [
      {
        match: { severities: ['critical'] },
        tell: ['pager'],
        remindEveryMinutes: 20,
        escalateAfterMinutes: 5,
        escalateTo: ['boss'],
      },
      {
        match: {},
        tell: ['team'],
        remindEveryMinutes: 60,
        escalateAfterMinutes: 30,
        escalateTo: ['boss', 'pager'],
      },
    ],
    quietHours: [{ fromMinute: 22 * 60, toMinute: 7 * 60, days: [1, 2, 3, 4, 5] }],
    maintenance: [
      {
        jobs: ['orders'],
        hosts: [],
        when: { fromMinute: 12 * 60, toMinute: 13 * 60, days: [3] },
        why: 'every Wednesday',
      },
    ],
  });

  interface Row extends ToldNotice {
    received: boolean;
  }

  it('who may have heard of it hears of its end once, last; nobody hears a thing twice', () => {
    fc.assert(
      fc.property(
        fc.array(happening, { maxLength: 60, size: 'max' }),
        fc.nat(1440 * 7),
        (happenings, startMinute) => {
          const rows: Row[] = [];
          const received: Row[] = [];
          let asOfMs = NOON + startMinute * MINUTE;
          let severity: Severity = 'major';
          let state: IncidentStory['state'] = 'open';
          const tell = (event: IncidentEvent) => {
            if (event === 'resolved') state = 'resolved';
            const { notices, withdraws } = planNotices(
              aStory({ severity, state }),
              event,
              settings,
              asOfMs,
              rows,
            );
            for (const id of withdraws) {
              const row = rows.find((one) => one.id === id)!;
              expect(row.state).toBe('waiting');
              row.state = 'withdrawn';
            }
            for (const notice of notices) {
              expect(rows.map(({ id }) => id)).not.toContain(notice.key);
              rows.push({ ...asTold(notice, 'waiting'), received: false });
            }
          };
          /** Sends the oldest message of a channel that is due: it arrives, or its answer is lost, or it is refused. */
          const deliver = (channel: string, outcome: string) => {
            const row = rows.find(
              (one) => one.channel === channel && ['waiting', 'trying'].includes(one.state),
            );
            if (row === undefined || row.atMs > asOfMs) return;
            if (outcome !== 'dead' && !row.received) received.push(row);
            row.received ||= outcome !== 'dead';
            row.state = outcome === 'lost' ? 'trying' : (outcome as 'sent' | 'dead');
          };
          for (const one of happenings) {
            if ('event' in one) tell(one.event);
            else if ('deliver' in one) {
              // The last number means every channel.
              for (const { name } of one.deliver === 3 ? channels : [channels[one.deliver]!])
                deliver(name, one.outcome);
            } else if ('severity' in one) severity = one.severity;
            else if ('state' in one)
              state = state === 'resolved' ? state : (one.state as IncidentStory['state']);
            else asOfMs += one.minutes * MINUTE;
          }
          tell('resolved');
          asOfMs += 7 * 1440 * MINUTE;
          for (let left = rows.length; left > 0; left -= 1)
            for (const { name } of channels) deliver(name, 'sent');
          tell('resolved');

          for (const { name } of channels) {
            const tried = rows.filter(({ channel, state }) => channel === name && state !== 'withdrawn');
            const got = received.filter(({ channel }) => channel === name);
            const ends = tried.filter(({ event }) => event === 'resolved');
            expect(ends.length).toBe(tried.length > ends.length ? 1 : 0);
            if (got.some(({ event }) => event !== 'resolved') && ends[0]!.state === 'sent') {
              expect(got.at(-1)!.event).toBe('resolved');
            }
            const things = got
              .filter(({ event }) => event !== 'reminder')
              .map(({ event, severity: told }) => (event === 'worsened' ? `${event} ${told}` : event));
            expect(things).toEqual([...new Set(things)]);
          }
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
