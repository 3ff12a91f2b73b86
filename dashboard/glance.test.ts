import { describe, expect, test } from 'vitest';
import type { Overview } from '../api/contract/system.ts';
import { describeState } from './glance.ts';
import { createView } from './view.ts';

const quiet: Overview = {
  asOf: '2026-03-02T06:00:00.000Z',
  time: 'wall',
  lastArrival: '2026-03-02T05:59:00.000Z',
  jobs: 26,
  runsLoaded: 37_218,
  failedLast24h: 0,
  openIncidents: 0,
  quarantinedRows: 36,
  files: 6,
  refusedFilesLast24h: 0,
  deadNotificationsLast24h: 0,
  championVersion: 2,
  lastForecastCutoff: null,
  temporal: { uiUrl: 'http://127.0.0.1:8233', namespace: 'default' },
  dropFolders: ['drop/runs'],
};
const view = createView('en');
const stateOf = (overview: Partial<Overview> | null) =>
  describeState(view, 'live', overview && { ...quiet, ...overview }, null);

describe('the state in words', () => {
  test('is quiet only when runs are known and nothing is wrong', () => {
    expect(stateOf({}).mood).toBe('quiet');
    expect(stateOf({ runsLoaded: 0, lastArrival: null })).toMatchObject({
      mood: 'unknown',
      title: 'Nothing has been loaded yet',
    });
    expect(stateOf(null).mood).toBe('unknown');
  });

  test('names the worst first', () => {
    const state = stateOf({ openIncidents: 2, refusedFilesLast24h: 1 });
    expect(state).toMatchObject({ mood: 'failing', title: '2 incidents are open' });
    expect(state.detail).toContain('1 file was refused.');
    expect(stateOf({ refusedFilesLast24h: 1, deadNotificationsLast24h: 3 })).toEqual({
      mood: 'attention',
      title: '1 file was refused',
      detail: '3 messages were not delivered.',
    });
  });

  test('calls a silence of days by its name, except in time of the data', () => {
    const lastArrival = '2026-02-28T05:00:00.000Z';
    expect(stateOf({ lastArrival })).toMatchObject({
      mood: 'attention',
      title: 'Nothing has arrived for 2 d 1 h',
    });
    expect(stateOf({ lastArrival, time: 'data' }).mood).toBe('quiet');
  });

  test('does not pretend to know when nobody answers', () => {
    for (const connection of ['database-away', 'reconnecting'] as const) {
      expect(describeState(view, connection, quiet, null).mood).toBe('failing');
    }
  });
});
