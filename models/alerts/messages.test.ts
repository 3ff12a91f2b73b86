import { describe, expect, it } from 'vitest';
import { championChangedMessage } from './champion-message.ts';
import { forecastReadyMessage } from './forecast-message.ts';

const AT = Date.UTC(2026, 2, 1, 5, 30);
const PAGE = 'http://127.0.0.1:8080';

describe('forecastReadyMessage', () => {
  const line = {
    job: 'pallets',
    probability: 0.824,
    interval: [0.61, 0.93] as [number, number],
    expectedFailedRuns: 2.34,
    expectedLostMinutes: 170,
    basis: 'model' as const,
    reasons: [{ en: 'failed 4 of the last 7 Mondays', fr: '4 lundis sur 7' }],
  };
  const young = {
    ...line,
    job: 'orders',
    probability: 0.051,
    interval: null,
    expectedFailedRuns: 0.06,
    expectedLostMinutes: null,
    basis: 'group-rate' as const,
  };

  it('lists the likeliest first with bounds and the first reason, then what all of it costs', () => {
    const message = forecastReadyMessage(AT, 3, [line, young], 'en', PAGE);
    expect(message.subject).toBe('Forecast of the week: 2 jobs, about 1 to fail');
    expect(message.text).toContain(
      '-  82 % (61–93 %)  pallets: failed 4 of the last 7 Mondays\n' +
        '-   5 %  orders: not enough data; jobs of its group fail in 5 % of weeks\n\n' +
        'All in all: 2.4 failed runs expected, 3 h lost.\n',
    );
  });

  it('says so in French', () => {
    const { text } = forecastReadyMessage(AT, 3, [line, young], 'fr', PAGE);
    expect(text).toContain('pallets: 4 lundis sur 7');
    expect(text).toContain(
      'orders: pas assez de données ; les traitements de son groupe échouent 5 % des semaines',
    );
    expect(text).toContain('En tout : 2,4 exécutions en échec attendues, 3 h perdues.');
  });

  it('does not make up a cost that is not known', () => {
    const unknown = { ...line, expectedLostMinutes: null };
    expect(forecastReadyMessage(AT, 3, [unknown], 'en', PAGE).text).toContain('2.3 failed runs expected.');
  });

  it('is not at a loss without candidates', () => {
    expect(forecastReadyMessage(AT, 1, [], 'en', PAGE).subject).toBe(
      'Forecast of the week: 0 jobs, about 0 to fail',
    );
  });
});

describe('championChangedMessage', () => {
  const change = { version: 2, previousVersion: 1, kind: 'boosting', who: 'gate', why: 'better' };
  it('says what replaces what, who decided and why', () => {
    expect(championChangedMessage(change, 'en', PAGE).text).toContain(
      'Version 2 (boosting) replaces version 1.',
    );
    expect(championChangedMessage({ ...change, previousVersion: null }, 'fr', PAGE).text).toContain(
      'premier modèle',
    );
  });
});
