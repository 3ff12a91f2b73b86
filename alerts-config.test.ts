import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadConfig } from './config.ts';

const home = mkdtempSync(path.join(tmpdir(), 'smart-etl-config-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));
const alertsOf = (alerts?: object, others: object = {}) => {
  writeFileSync(path.join(home, 'smart-etl.json'), JSON.stringify({ ...others, ...(alerts && { alerts }) }));
  return loadConfig({ SMART_ETL_HOME: home }).alerts;
};
const SLACK = { name: 'team', kind: 'slack', settings: { url: 'https://hooks.example/a/b' } };

describe('alerts', () => {
  it('are one mail channel that is told everything, where nothing is said', () => {
    const { channels, routes } = alertsOf(undefined, { mailTo: ['a@b.c'], language: 'fr' });
    expect(channels).toEqual([
      {
        name: 'mail',
        kind: 'mail',
        language: 'fr',
        target: {
          kind: 'mail',
          smtpUrl: 'smtp://127.0.0.1:1025',
          mailFrom: 'Smart ETL <smart-etl@localhost>',
          mailTo: ['a@b.c'],
          requireTls: false,
        },
      },
    ]);
    expect(routes).toMatchObject([{ match: {}, tell: ['mail'] }]);
  });

  it('take secrets from files', () => {
    writeFileSync(path.join(home, 'hook.txt'), 'https://hooks.example/secret\n');
    const channels = [
      { name: 'team', kind: 'teams', language: 'fr', settings: { url: { file: 'hook.txt' } } },
    ];
    expect(alertsOf({ channels }).channels[0]).toEqual({
      name: 'team',
      kind: 'teams',
      language: 'fr',
      target: { kind: 'teams', url: 'https://hooks.example/secret' },
    });
  });

  it('read hours, days, windows and run-books', () => {
    const { quietHours, maintenance, routes, runBooks } = alertsOf({
      channels: [SLACK],
      routes: [
        {
          match: { severities: ['critical'], hours: { from: '08:00', to: '18:30', days: ['mon', 'fri'] } },
          tell: ['team'],
        },
        { tell: [] },
      ],
      quietHours: [{ from: '22:00', to: '07:00' }],
      maintenance: [
        {
          jobs: ['load_*'],
          from: '2026-03-01T00:00:00+01:00',
          to: '2026-03-01T04:00:00+01:00',
          why: 'upgrade',
        },
        { hosts: ['srv-1'], weekly: { from: '02:00', to: '03:00', days: ['sun'] }, why: 'reboot' },
      ],
      runBooks: [{ kinds: ['crash'], url: 'https://wiki.example/crash' }],
    });
    expect(routes[0]!.match.hours).toEqual({ fromMinute: 480, toMinute: 1110, days: [1, 5] });
    expect(quietHours).toEqual([{ fromMinute: 1320, toMinute: 420, days: [1, 2, 3, 4, 5, 6, 7] }]);
    expect(maintenance).toEqual([
      {
        jobs: ['load_*'],
        hosts: [],
        when: { fromMs: Date.parse('2026-02-28T23:00:00Z'), toMs: Date.parse('2026-03-01T03:00:00Z') },
        why: 'upgrade',
      },
      { jobs: [], hosts: ['srv-1'], when: { fromMinute: 120, toMinute: 180, days: [7] }, why: 'reboot' },
    ]);
    expect(runBooks).toHaveLength(1);
  });

  const hook = (settings: object) => ({ channels: [{ name: 'hook', kind: 'webhook', settings }] });
  it.each([
    [{ channels: [{ ...SLACK, kind: 'pigeon' }] }, 'alerts.channels.0.kind'],
    [{ channels: [SLACK, SLACK] }, 'two are named "team"'],
    [{ channels: [{ ...SLACK, name: 'Team A' }] }, 'alerts.channels.0.name'],
    [
      { channels: [{ ...SLACK, settings: { url: 'ftp://hush' } }] },
      'alerts.channels.0.settings.url: expected an http(s) URL',
    ],
    [
      { channels: [{ ...SLACK, settings: { url: { file: 'none.txt' } } }] },
      'alerts.channels.0.settings.url: cannot read',
    ],
    [hook({ url: 'https://a.b', secret: 'whsec_short' }), 'alerts.channels.0.settings.secret'],
    [
      { channels: [SLACK], routes: [{ tell: ['boss'] }] },
      'alerts.routes.0: no channel named "boss"; known are team',
    ],
    [
      { channels: [SLACK], routes: [{ match: { owners: ['ann'] }, tell: ['team'] }] },
      'the last one must have no match',
    ],
    [
      { channels: [SLACK], routes: [{ tell: ['team'], escalateAfterMinutes: null, escalateTo: ['team'] }] },
      'has nobody to tell',
    ],
    [{ quietHours: [{ from: '25:00', to: '07:00' }] }, 'alerts.quietHours.0.from'],
    [{ maintenance: [{ jobs: ['*'], why: 'x' }] }, 'either from and a later to, or weekly'],
    [
      { maintenance: [{ from: '2026-03-01T00:00:00Z', to: '2026-03-02T00:00:00Z', why: 'x' }] },
      'jobs, hosts or both',
    ],
    [{ pidgin: 1 }, 'alerts: unknown key "pidgin"'],
  ])('%j do not start, and the error names what is wrong', (alerts, message) => {
    expect(() => alertsOf(alerts)).toThrow(message);
  });

  it('that are wrong do not show the secret', () => {
    expect(() => alertsOf({ channels: [{ ...SLACK, settings: { url: 'ftp://hush-hush' } }] })).not.toThrow(
      /hush/,
    );
  });
});
