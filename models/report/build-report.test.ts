import { describe, expect, it } from 'vitest';
import { buildReport } from './build-report.ts';
import type { ReportDocument } from './document.ts';
import { errorFamilies } from './error-families.ts';
import { forecastCard } from './forecast-card.ts';
import { aJobRow, figuresWith } from './made-up-figures.ts';
import { reportNotebook } from './notebook.ts';
import { parsePeriod } from './period.ts';
import { queryCosts } from './query-costs.ts';
import { reportReadyMessage } from './report-message.ts';
import { createWriter } from './writer.ts';

const statement = { id: 'totals', title: { en: 'Totals', fr: 'Totaux' }, sql: `select :'from'` };
const built = (language: 'en' | 'fr', told: Parameters<typeof figuresWith>[0]) =>
  buildReport({
    figures: figuresWith(told),
    period: parsePeriod('2026-10', 'Europe/Paris'),
    asOfMs: Date.UTC(2026, 10, 3),
    timeZone: 'Europe/Paris',
    language,
    statements: [statement],
    parameters: { from: '2026-09-30T22:00:00.000Z' },
  });
const textsOf = ({ summary, body }: ReportDocument): string => JSON.stringify([summary, body]);

const TOTALS = {
  inPeriod: true,
  jobs: 2,
  runs: 1200,
  succeeded: 1100,
  failed: 90,
  cancelled: 6,
  running: 4,
  failingJobs: 1,
  hours: 12.5,
  lostHours: 1.25,
  rowsWritten: 5000,
};

describe('a report', () => {
  it.each(['en', 'fr'] as const)(
    'of a period without anything says so, and nothing is not a number (%s)',
    (language) => {
      const { document, recommendations, headline } = built(language, {});
      expect(textsOf(document)).not.toMatch(/NaN|undefined|Infinity|null%/);
      expect(recommendations).toEqual([]);
      expect(headline).toEqual({ jobs: 0, runs: 0, failed: 0, hours: 0, lostHours: 0, incidents: 0 });
      expect(document.summary.map(({ type }) => type)).toEqual(['heading', 'text']);
    },
  );

  it('tells its figures in French and in English', () => {
    const told = { totals: [TOTALS], jobs: [aJobRow({ jobId: 1, failed: 90, runs: 1200 })] };
    expect(textsOf(built('en', told).document)).toContain('90 of 1,200 runs failed (7.5%).');
    const french = textsOf(built('fr', told).document);
    expect(french).toContain('90 exécutions sur 1\u202f200 ont échoué (7,5\u202f%).');
    expect(built('fr', told).document.title).toBe('Rapport ETL\u00a0: octobre 2026');
  });

  it('the same figures are the same document', () => {
    const told = { totals: [TOTALS] };
    expect(JSON.stringify(built('fr', told))).toBe(JSON.stringify(built('fr', told)));
  });

  it('every chart has a text of its own, a name of its own and its statements', () => {
    const { document } = built('en', {
      totals: [TOTALS],
      jobs: [aJobRow({ jobId: 1, failed: 5 })],
      course: [{ start: '2026-10-01', runs: 10, failed: 1, hours: 2 }],
      errors: [{ error: 'x', jobId: 1, runs: 5, inPeriod: 5, lostHours: 1 }],
    });
    const charts = document.body.filter((block) => block.type === 'chart');
    expect(charts.length).toBeGreaterThan(3);
    expect(new Set(charts.map(({ id }) => id)).size).toBe(charts.length);
    for (const { alternative } of charts) expect(alternative.length).toBeGreaterThan(20);
  });

  it('hostile names stay what they are: texts', () => {
    const { document } = built('en', {
      totals: [TOTALS],
      jobs: [aJobRow({ jobId: 1, job: 'default/#eval("x")$ *bold*' })],
    });
    expect(textsOf(document)).toContain('#eval(\\"x\\")$ *bold*');
  });
});

describe('what sections are computed from', () => {
  it('families: most failures of the period first, ties by text', () => {
    const row = (error: string, inPeriod: number) => ({
      error,
      jobId: 1,
      runs: inPeriod,
      inPeriod,
      lostHours: 0,
    });
    const families = errorFamilies([row('b 1', 2), row('a 9', 2), row('a 7', 0), row('', 3)]);
    expect(families.map(({ template, runs }) => [template, runs])).toEqual([
      ['', 3],
      ['a *', 2],
      ['b *', 2],
    ]);
  });

  it('queries: those that differ in values only are one', () => {
    const row = (query: string, hours: number) => ({
      query,
      jobId: 1,
      runs: 1,
      hours,
      leastMs: hours,
      mostMs: hours,
    });
    const costs = queryCosts([row(`select 1`, 1), row('SELECT 2', 4), row('select a', 3)]);
    expect(costs.map(({ normalized, hours, runs, leastMs }) => [normalized, hours, runs, leastMs])).toEqual([
      ['select ?', 5, 2, 1],
      ['select a', 3, 1, 3],
    ]);
  });

  it('forecast: bins hold their forecasts, and nothing forecast is not known', () => {
    const row = (job: string, probability: number | null, rank: number | null, failed: boolean) => ({
      cutoff: '2026-10-05T06:00:00Z',
      job,
      probability,
      rank,
      failed,
    });
    const card = forecastCard([row('a', 1, 1, true), row('b', 0.25, 2, false), row('c', null, null, true)]);
    expect(card).toMatchObject({
      precision: 0.5,
      recall: 0.5,
      calibration: [
        { forecast: 0.25, failed: 0, count: 1 },
        { forecast: 1, failed: 1, count: 1 },
      ],
    });
    expect(card.brier).toBeCloseTo(0.03125);
    expect(forecastCard([])).toEqual({
      weeks: [],
      calibration: [],
      brier: null,
      brierOfShare: null,
      precision: null,
      recall: null,
    });
  });
});

describe('the writer', () => {
  it('writes what is not known as a dash', () => {
    const { number, percent, duration, hours, change } = createWriter('en');
    expect([number(null), percent(null), duration(null), hours(null), number(Number.NaN)]).toEqual(
      Array(5).fill('–'),
    );
    expect([change(5, null), change(5, 0), change(5, 4), change(3, 4), change(4, 4)]).toEqual([
      '',
      '',
      '+25%',
      '−25%',
      '±0%',
    ]);
    expect([duration(4_200), duration(90_000), duration(7_200_000)]).toEqual([
      '4.2\u00a0s',
      '1.5\u00a0min',
      '2\u00a0h',
    ]);
  });
});

describe('the notebook', () => {
  it('is of format 4.5: every cell has its kind, its own name and its lines', () => {
    const notebook = reportNotebook('Title', 'fr', [], [statement], { from: 'it"s' });
    expect([notebook.nbformat, notebook.nbformat_minor]).toEqual([4, 5]);
    const ids = notebook.cells.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const cell of notebook.cells) {
      expect(cell.id).toMatch(/^[a-zA-Z0-9_-]{1,64}$/);
      expect(cell.source.slice(0, -1).every((line) => line.endsWith('\n'))).toBe(true);
      if (cell.cell_type === 'code') expect(cell).toMatchObject({ execution_count: null, outputs: [] });
      else expect(cell).not.toHaveProperty('outputs');
    }
    expect(notebook.cells.flatMap(({ source }) => source).join('')).toContain(`"from": "it\\"s",`);
  });
});

describe('the message', () => {
  it('has the summary and the address, in the language of its reader', () => {
    const period = { id: '2026-10', kind: 'month' } as const;
    const { headline } = built('en', { totals: [TOTALS] });
    const english = reportReadyMessage(period, headline, [], 'en', 'http://x/pdf');
    expect(english.subject).toBe('ETL report, October 2026: 1,200 runs, 7.5% failed');
    expect(english.text).toContain('http://x/pdf');
    expect(reportReadyMessage(period, headline, [], 'fr', 'http://x/pdf').subject).toBe(
      'Rapport ETL, octobre 2026\u00a0: 1\u202f200 exécutions, 7,5\u202f% en échec',
    );
  });
});
