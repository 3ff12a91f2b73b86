import { describe, expect, it } from 'vitest';
import { type ChampionChange, championChangedMessage } from './champion-message.ts';
import { forecastReadyMessage } from './forecast-message.ts';

const AT = Date.UTC(2026, 2, 1, 5, 30);
const PAGE = 'http://127.0.0.1:8080';
const NOTHING = { items: [], share: 0, asLikely: 0 };

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
    const message = forecastReadyMessage(AT, 3, { jobs: [line, young], watch: NOTHING }, 'en', PAGE);
    expect(message.subject).toBe('Forecast of the week: 2 jobs, about 1 to fail');
    expect(message.text).toContain(
      '-  82 % (61–93 %)  pallets: failed 4 of the last 7 Mondays\n' +
        '-   5 %  orders: not enough data; jobs of its group fail in 5 % of weeks\n\n' +
        'All in all: 2.4 failed runs expected, 3 h lost.\n',
    );
  });

  it('says so in French', () => {
    const { text } = forecastReadyMessage(AT, 3, { jobs: [line, young], watch: NOTHING }, 'fr', PAGE);
    expect(text).toContain('pallets: 4 lundis sur 7');
    expect(text).toContain(
      'orders: pas assez de données ; les traitements de son groupe échouent 5 % des semaines',
    );
    expect(text).toContain('En tout : 2,4 exécutions en échec attendues, 3 h perdues.');
  });

  it('does not make up a cost that is not known', () => {
    const unknown = { ...line, expectedLostMinutes: null };
    expect(forecastReadyMessage(AT, 3, { jobs: [unknown], watch: NOTHING }, 'en', PAGE).text).toContain(
      '2.3 failed runs expected.',
    );
  });

  it('says first where to look, when, and what to do', () => {
    const items = [
      { job: 'pallets', horizonDay: 2, probability: 0.62, act: 'free-disk' },
      { job: 'orders', horizonDay: 1, probability: 0.4, act: 'of-tomorrow' },
    ];
    const watch = { items, share: 0.71, asLikely: 3 };
    const { text } = forecastReadyMessage(AT, 3, { jobs: [line], watch }, 'en', PAGE);
    expect(text).toMatch(
      /^To watch: these 2 job-days hold 71 % of the expected failures:\n- {2}62 % {2}pallets, the 24 h from 2026-03-02 05:30 UTC: free disk/,
    );
    expect(text).toContain('(3 more as likely as the last)');
    const french = forecastReadyMessage(
      AT,
      3,
      { jobs: [line], watch: { ...watch, items: items.slice(1) } },
      'fr',
      PAGE,
    );
    expect(french.text).toContain('ce traitement et ce jour portent 71 % des échecs attendus');
    expect(french.text).toContain('tenir prête une relance');
  });

  it('shows what a person says beside what the model says', () => {
    const override = { probability: 0.05, who: 'ann', why: 'new disk' };
    const told = (one: object, language: 'en' | 'fr') =>
      forecastReadyMessage(AT, 3, { jobs: [{ ...line, ...one }], watch: NOTHING }, language, PAGE).text;
    expect(told({ override }, 'en')).toContain(
      '-  82 % (61–93 %)  pallets: failed 4 of the last 7 Mondays [ann says: 5 % — new disk]',
    );
    expect(told({ override: { ...override, probability: null } }, 'fr')).toContain('82 %');
    expect(told({ override: { ...override, probability: null } }, 'fr')).toContain(
      '[ann dit : à ignorer — new disk]',
    );
  });

  it('is not at a loss without candidates', () => {
    expect(forecastReadyMessage(AT, 1, { jobs: [], watch: NOTHING }, 'en', PAGE).subject).toBe(
      'Forecast of the week: 0 jobs, about 0 to fail',
    );
  });
});

describe('championChangedMessage', () => {
  const check = (name: string, passed: boolean | null, en: string) => ({
    ...{ name, passed, value: null, threshold: null },
    explanation: { en, fr: `fr: ${en}` },
  });
  const change: ChampionChange = {
    ...{ version: 2, previousVersion: 1, kind: 'boosting', who: 'ann', why: 'fewer surprises' },
    at: AT,
    isRollback: false,
    checks: [
      check('ranks-better-than-champion', true, 'Average precision 0.08 above.'),
      check('slice-owner-finance', false, 'Jobs of finance: 0.02 below.'),
      check('ranks-better-than-base-persistence', true, 'Better than last week.'),
    ],
    moves: [{ job: 'pallets', before: 0.12, after: 0.45 }],
  };

  it('says what changes for people, what is worse too, who decided when, and how to go back', () => {
    const { subject, text } = championChangedMessage(change, 'en', PAGE);
    expect(subject).toBe('New forecasting model: version 2 (boosting)');
    expect(text).toContain('Version 2 (boosting) replaces version 1.');
    expect(text).toMatch(
      /does better[^\n]*:\n- Average precision 0\.08 above\.\n\nWhat it does worse[^\n]*:\n- Jobs of finance/,
    );
    expect(text).toContain('most for:\n- pallets: 12 % → 45 %');
    expect(text).toContain('Decided by: ann, 2026-03-01 05:30 UTC\nWhy: fewer surprises');
    expect(text).toContain('smart-etl model rollback --who NAME');
    expect(text, 'the base rates are nothing to people').not.toContain('last week');
    expect(text, 'titles of nothing').not.toContain('not enough data');
  });

  it('says the same in French', () => {
    const { text } = championChangedMessage(change, 'fr', PAGE);
    expect(text).toContain('remplace la version 1');
    expect(text).toContain('- pallets : 12 % → 45 %');
    expect(text).toContain('Pour revenir en arrière');
    expect(text.split('\n\n')).toHaveLength(
      championChangedMessage(change, 'en', PAGE).text.split('\n\n').length,
    );
  });

  it('says so where nothing moves, and nothing where it was not worked out', () => {
    expect(championChangedMessage({ ...change, moves: [] }, 'en', PAGE).text).toContain('no job gets');
    expect(championChangedMessage({ ...change, moves: null }, 'en', PAGE).text).not.toContain(
      'chance to fail',
    );
  });

  it('tells of the first model, and of one that serves again', () => {
    const first = championChangedMessage({ ...change, previousVersion: null }, 'fr', PAGE);
    expect(first.text).toContain('premier modèle');
    expect(first.text).not.toContain('rollback');
    const back = championChangedMessage(
      { ...change, isRollback: true, version: 1, previousVersion: 2 },
      'en',
      PAGE,
    );
    expect(back.subject).toBe('Forecasting model: back to version 1 (boosting)');
    expect(back.text).toContain('serves again instead of version 2');
    expect(back.text).not.toContain('To go back');
  });
});
