import { describe, expect, it } from 'vitest';
import type { ModelQualityRow } from '../../db/forecast/model-quality.ts';
import { describeDrift } from '../../models/monitoring/describe-drift.ts';
import type { QualityMetric } from '../../models/monitoring/measure-quality.ts';
import { driftLines } from './drift.ts';

const AT = new Date('2026-11-16T05:00:00Z');
const kept = (feature: string, state: 'drifted' | 'steady' | 'not-enough-data', psi: number | null) => ({
  ...{ feature, state, psi, rows: 120, referenceRows: 960, missing: 0, referenceMissing: 0 },
  ...{ mean: 12.5, referenceMean: 2.25, shift: 2.4, usualPsi: 0.07, ks: 0.4, wasserstein: 1, cramersV: null },
  pAdjusted: 0.0001,
});
const features = [
  kept('failed_7d', 'drifted', 1.234),
  kept('group_recency_of_a_feature_with_a_very_long_name_indeed', 'steady', 0.1),
  kept('duration_mean', 'not-enough-data', null),
].map(describeDrift);
const quality = (
  metric: QualityMetric,
  basis: ModelQualityRow['basis'],
  value: number | null,
): ModelQualityRow => ({
  ...{ cutoff: AT, version: 3, basis, slice: 'all', metric, value, low: value, high: value },
  ...{ baseValue: basis === 'realised' ? 0.3 : null, rows: 120, positives: 9 },
});
const told = {
  check: {
    ...{
      cutoff: AT,
      version: 3,
      asOf: AT,
      state: 'degraded' as const,
      psiLimit: 0.25,
      referenceCutoff: AT,
      features: 70,
      drifted: 31,
    },
    signs: [
      {
        ...{ kind: 'data' as const, found: true, isGrave: true, value: 0.44, limit: 0.33, rows: 120 },
        words: {
          en: `Data: ${'a feature moved; '.repeat(20)}`,
          fr: `Données : ${'une variable ; '.repeat(20)}`,
        },
      },
      {
        ...{ kind: 'concept' as const, found: null, isGrave: true, value: null, limit: 0.1, rows: 0 },
        words: { en: 'Meaning of the scores: not enough data', fr: 'Sens des scores : pas assez de données' },
      },
    ],
    workflowId: 'monitor/daily',
  },
  features,
  scores: null,
  quality: [
    quality('average_precision', 'realised', 0.512),
    quality('brier_score', 'realised', null),
    quality('precision_at_10', 'estimated', 0.6),
  ],
  looks: [],
  episode: {
    ...{ id: 1, version: 3, openedAt: AT, resolvedAt: null, incidentId: 12 },
    retrainWorkflowId: 'retrain/2026-W47',
  },
};

describe.each(['en', 'fr'] as const)('drift in %s', (language) => {
  it('fits 80 columns and says what moved, how good it was and what is not known', () => {
    const lines = driftLines(told, language, 2);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
    const text = lines.join('\n');
    expect(text).not.toMatch(/NaN|undefined|null/);
    expect(text).toMatch(/failed_7d +1\.23 +0\.07 +\+2\.4 {2}(yes|oui)/);
    expect(text).toContain('0.512 (0.300)');
    expect(text).toContain('retrain/2026-W47');
    expect(text).toMatch(/and 1 more|et 1 de plus/);
    expect(lines.some((line) => line.startsWith('? '))).toBe(true);
  });

  it('says that nobody has looked', () => {
    const none = { ...told, check: null };
    expect(driftLines(none, language, 5)).toEqual([expect.stringContaining('smart-etl drift --now')]);
  });

  it('says where there is not enough data', () => {
    const lines = driftLines({ ...told, quality: [], episode: null }, language, 5);
    expect(lines.filter((line) => /^ {2}(not enough data|pas assez de données)$/.test(line))).toHaveLength(2);
  });
});
