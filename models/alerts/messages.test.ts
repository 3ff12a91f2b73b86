import { describe, expect, it } from 'vitest';
import { championChangedMessage } from './champion-message.ts';
import { forecastReadyMessage } from './forecast-message.ts';
import { incidentsOpenedMessage, incidentsResolvedMessage } from './incidents-message.ts';
import { sourceIncidentOpenedMessage, sourceIncidentResolvedMessage } from './source-incident-message.ts';

const AT = Date.UTC(2026, 2, 1, 5, 30);
const PAGE = 'http://127.0.0.1:8080';
const failing = (index: number) => ({
  job: `load_${index}`,
  owner: 'ops',
  host: 'srv-01',
  startedAtMs: AT,
  error: 'ORA-01555:\n snapshot too old',
});

describe('incidentsOpenedMessage', () => {
  it('names the job, its owner, host, time and error on one line each', () => {
    expect(incidentsOpenedMessage([failing(1)], 'en', PAGE)).toEqual({
      subject: 'Failing: load_1',
      text: [
        'The last run of this job failed:',
        '- load_1 @ srv-01 (ops), 2026-03-01 05:30 UTC\n    ORA-01555: snapshot too old',
        `You will be told when it is over.\nTo look: ${PAGE}`,
      ].join('\n\n'),
    });
  });

  it('counts what it does not list', () => {
    const message = incidentsOpenedMessage(
      Array.from({ length: 23 }, (_, index) => failing(index)),
      'fr',
      PAGE,
    );
    expect(message.subject).toBe('23 traitements en échec : load_0, load_1, load_2, …');
    expect(message.text).toContain('- load_19 ');
    expect(message.text).not.toContain('- load_20 ');
    expect(message.text).toContain('… et 3 de plus');
  });

  it('says that the log is silent rather than showing null', () => {
    const message = incidentsOpenedMessage(
      [{ ...failing(1), error: null, owner: null, host: null }],
      'en',
      PAGE,
    );
    expect(message.text).toContain('the log has no error message');
    expect(message.text).toContain('(no owner)');
    expect(message.text).not.toContain('null');
  });

  it('keeps a job name with line breaks out of the subject line', () => {
    const message = incidentsOpenedMessage([{ ...failing(1), job: 'a\r\nBcc: x@example.org' }], 'en', PAGE);
    expect(message.subject).toBe('Failing: a Bcc: x@example.org');
  });
});

describe('incidentsResolvedMessage', () => {
  it('tells since when it failed and when it succeeded', () => {
    const job = { job: 'load', owner: 'ops', failingSinceMs: AT, startedAtMs: AT + 3_600_000 };
    expect(incidentsResolvedMessage([job], 'en', PAGE).text).toContain(
      '- load (ops): failing since 2026-03-01 05:30 UTC, succeeded 2026-03-01 06:30 UTC',
    );
    expect(incidentsResolvedMessage([job, job], 'fr', PAGE).subject).toBe(
      '2 traitements rétablis : load, load',
    );
  });
});

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

describe('sourceIncidentOpenedMessage', () => {
  const incident = {
    kind: 'schema-changed',
    source: 'runs',
    detail: 'runs.csv: no column "status"',
    atMs: AT,
  } as const;

  it('tells what is wrong, the detail, and what to do', () => {
    expect(sourceIncidentOpenedMessage(incident, 'en', PAGE)).toEqual({
      subject: 'Source runs: its files no longer match the contract',
      text: [
        'Source runs: its files no longer match the contract (2026-03-01 05:30 UTC).',
        '    runs.csv: no column "status"',
        'The file is held, nothing of it is loaded. Compare with `smart-etl contract check`, then accept a new version of the contract or refuse the file with `smart-etl contract refuse` and have it sent again.',
        `You will be told when it is over.\nTo look: ${PAGE}`,
      ].join('\n\n'),
    });
  });

  it('shows ten lines of a long detail, each cut and on a line of its own', () => {
    const detail = Array.from({ length: 30 }, (_, line) => `line ${line} ${'x'.repeat(1_000)}`).join('\n');
    const { text } = sourceIncidentOpenedMessage(
      { ...incident, kind: 'quarantine-limit', detail },
      'fr',
      PAGE,
    );
    expect(text).toContain('line 9 ');
    expect(text).not.toContain('line 10 ');
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThan(310);
    expect(text).toMatch(/Pour regarder.: http/);
  });
});

describe('sourceIncidentResolvedMessage', () => {
  it('tells from when to when', () => {
    const ended = {
      kind: 'source-unreadable',
      source: 'runs',
      openedAtMs: AT,
      atMs: AT + 3_600_000,
    } as const;
    expect(sourceIncidentResolvedMessage(ended, 'en', PAGE)).toEqual({
      subject: 'Recovered: source runs',
      text: `From 2026-03-01 05:30 UTC to 2026-03-01 06:30 UTC: it cannot be read. This is over.\n\nTo look: ${PAGE}`,
    });
    expect(sourceIncidentResolvedMessage(ended, 'fr', PAGE).subject).toBe('Rétabli : source runs');
  });
});
