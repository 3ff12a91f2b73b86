import { describe, expect, it } from 'vitest';
import { type ForecastOutcome, scoreCard, scoreCardMessage } from './score-card.ts';

const outcome = (rank: number, probability: number, failed: boolean): ForecastOutcome => ({
  job: `job-${rank}`,
  rank,
  probability,
  failed,
});
const NO_ALERTS = { sent: 0, dead: 0, useful: 0, notUseful: 0 };
const CUTOFF = Date.parse('2026-03-02T05:00:00Z');

describe('scoreCard', () => {
  it('counts hits among the ten to check, misses beyond them, and the error', () => {
    const outcomes = [
      ...Array.from({ length: 10 }, (_, index) => outcome(index + 1, 0.9 - index / 100, index < 6)),
      outcome(11, 0.3, true),
      outcome(12, 0.1, false),
      { job: 'new', rank: null, probability: null, failed: true },
    ];
    const card = scoreCard(outcomes);
    expect(card).toMatchObject({ jobs: 12, failed: 7, hits: 6, checked: 10 });
    expect(card.misses.map(({ job }) => job)).toEqual(['job-11', 'new']);
    expect(card.expected).toBeCloseTo(8.55 + 0.4);
    // By hand: the mean of the squared differences.
    const squares = outcomes
      .slice(0, 12)
      .map(({ probability, failed }) => (probability! - Number(failed)) ** 2);
    expect(card.brier).toBeCloseTo(squares.reduce((sum, square) => sum + square, 0) / 12);
    expect(card.brierOfShare).toBeCloseTo((7 / 12) * (5 / 12));
  });

  it('is not at a loss without jobs', () => {
    const card = scoreCard([]);
    expect(card).toMatchObject({ jobs: 0, hits: 0, brier: null, misses: [] });
    const { text } = scoreCardMessage(CUTOFF, 1, card, NO_ALERTS, 'en', 'http://page');
    expect(text).toContain('Brier score: no data.');
    expect(text).not.toMatch(/NaN|null|undefined/);
  });
});

describe('beside base rates and over time', () => {
  const rated = (rank: number, probability: number, failed: boolean, baseRate: number) => ({
    ...outcome(rank, probability, failed),
    baseRate,
  });
  // Twelve jobs: the model has the three that fail first, the rate has them last.
  const outcomes = Array.from({ length: 12 }, (_, i) => rated(i + 1, 0.9 - i / 20, i < 3, i / 12));

  it('tells recall, false alarms and what a rate would have hit', () => {
    const card = scoreCard(outcomes);
    expect(card).toMatchObject({ hits: 3, recall: 1, falseAlarms: 7, baseHits: 1 });
    expect(scoreCard([...outcomes, outcome(13, 0.1, false)]).baseHits).toBeNull();
    const { text } = scoreCardMessage(CUTOFF, 1, card, NO_ALERTS, 'en', 'http://page');
    expect(text).toContain(
      'Of the first 10 on the list 3 failed (100 % of all failures); false alarms: 7. The 10 with the highest past rate would have given 1.',
    );
    expect(text).not.toContain('weeks before');
  });

  it('tells the trend where there is one, in both languages', () => {
    const card = scoreCard(outcomes);
    const earlier = [
      { hits: 1, checked: 10, recall: 0.5, failed: 2 },
      { hits: 0, checked: 10, recall: null, failed: 0 },
    ];
    const message = (language: 'en' | 'fr', of = card) =>
      scoreCardMessage(CUTOFF, 1, of, NO_ALERTS, language, 'http://page', earlier).text;
    expect(message('en')).toContain(
      'Share of the failures announced: up (the weeks before, newest first: 50 %, -).',
    );
    expect(message('fr')).toContain("Part des échecs annoncée : en hausse (semaines d'avant");
    expect(message('fr')).toContain('fausses alertes : 7');
    const none = scoreCard(outcomes.map((one) => ({ ...one, failed: false })));
    expect(none.recall).toBeNull();
    expect(message('en', none)).not.toMatch(/weeks before|NaN|null/);
  });
});

describe('scoreCardMessage', () => {
  const card = scoreCard([
    outcome(1, 0.8, true),
    outcome(2, 0.2, false),
    { ...outcome(3, 0, true), rank: null, probability: null },
  ]);
  it('tells both languages', () => {
    const alerts = { sent: 12, dead: 1, useful: 3, notUseful: 1 };
    const english = scoreCardMessage(CUTOFF, 4, card, alerts, 'en', 'http://page');
    expect(english.subject).toBe('Score of the forecast: 1 of 2 announced failed');
    expect(english.text).toContain(
      'Forecast of 2026-03-02 05:00 UTC (model version 4): 1 of 2 jobs expected to fail, 1 did.',
    );
    expect(english.text).toContain('Brier score: 0.04 (0.25 by giving all the same');
    expect(english.text).toContain('Failures beyond these:\n- job-3: not forecast');
    expect(english.text).toContain('12 sent, 1 given up. Useful: 75 % of 4 answers.');
    const french = scoreCardMessage(CUTOFF, 4, card, NO_ALERTS, 'fr', 'http://page');
    expect(french.text).toContain('Score de Brier : 0,04');
    expect(french.text).toContain("Personne n'a dit");
  });
});
