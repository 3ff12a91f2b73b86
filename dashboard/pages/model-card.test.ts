import { describe, expect, test } from 'vitest';
import { metricText, ruleText } from './model-card.ts';

describe('ruleText', () => {
  test.each([
    ['ranks-better-than-champion', 'Ranks jobs better than the champion', 'Classe mieux que le champion'],
    [
      'ranks-better-than-base-persistence',
      'Ranks jobs better than “as last week”',
      'Classe mieux que « comme la semaine dernière »',
    ],
    [
      'brier-low-enough-beside-constant',
      'Its probabilities are better than those of the same chance for all',
      'Probabilités meilleures que la même chance pour tous',
    ],
    ['a-rule-of-tomorrow', 'a-rule-of-tomorrow', 'a-rule-of-tomorrow'],
    ['', '', ''],
  ])('%s', (name, en, fr) => {
    expect(ruleText(name, 'en')).toBe(en);
    expect(ruleText(name, 'fr')).toBe(fr);
  });
});

test('measures are told in words, unknown ones by their name', () => {
  expect(metricText('brier_score', 'en')).toBe('Brier score (lower is better)');
  expect(metricText('onset_brier_score', 'fr')).toBe(
    'premiers échecs seuls : Score de Brier (plus bas est mieux)',
  );
  expect(metricText('onset_unknown', 'en')).toBe('onset_unknown');
});
