import { featureNamed } from '../features/registry.ts';
import type { Contribution } from '../learners/learner.ts';
import { sentenceFor } from './reason-sentences.ts';
import { themeOf } from './reason-themes.ts';
import type { ReasonContext } from './sentence.ts';

/** Why a forecast is what it is, in words. */
export interface Reason {
  feature: string;
  /** Share of the margin that its theme accounts for; above zero raises the forecast. */
  contribution: number;
  en: string;
  fr: string;
}

/** Smaller shares than this move nothing that a reader would see. */
const NEGLIGIBLE = 1e-4;

/**
 * The strongest reasons of a forecast, at most one per theme: "3 of 12 runs failed in 7 days" and the rate of
 * the same 7 days are one reason. A theme weighs what its features add up to, and speaks through its strongest.
 */
export function topReasons(
  contributions: readonly Contribution[],
  context: ReasonContext,
  maxReasons: number,
): Reason[] {
  const values = new Map(contributions.map(({ feature, value }) => [feature, value]));
  const themes = new Map<string, { total: number; strongest: Contribution }>();
  for (const contribution of contributions) {
    if (contribution.contribution === 0) continue;
    const theme = themeOf(contribution.feature);
    const known = themes.get(theme);
    if (known === undefined) themes.set(theme, { total: contribution.contribution, strongest: contribution });
    else {
      known.total += contribution.contribution;
      const stronger = Math.abs(contribution.contribution) > Math.abs(known.strongest.contribution);
      if (stronger) known.strongest = contribution;
    }
  }
  return [...themes.values()]
    .filter(({ total }) => Math.abs(total) > NEGLIGIBLE)
    .sort((a, b) => Math.abs(b.total) - Math.abs(a.total))
    .slice(0, maxReasons)
    .map(({ total, strongest: { feature } }) => {
      const value = (name: string) => values.get(name) ?? Number.NaN;
      return { feature, contribution: total, ...sentenceFor(featureNamed(feature), value, context) };
    });
}
