import { dayFeatures } from '../features/registry.ts';
import { featureWords, type Words } from './sign-words.ts';
import type { DriftState } from './watch-features.ts';

/** How a feature of a look differs from the training, as it is kept. */
export interface KeptDrift {
  feature: string;
  state: DriftState;
  rows: number;
  referenceRows: number;
  missing: number | null;
  referenceMissing: number | null;
  mean: number | null;
  referenceMean: number | null;
  shift: number | null;
  psi: number | null;
  usualPsi: number | null;
  ks: number | null;
  wasserstein: number | null;
  cramersV: number | null;
  pAdjusted: number | null;
}

export interface DescribedDrift extends KeptDrift {
  /** What the feature says. */
  meaning: Words;
  /** How it moved; of one that did not, that it did not is for the state to tell. */
  words: Words;
}

const KNOWN = new Set(dayFeatures.map(({ name }) => name));

/** With words. One that today's code knows no more is called by its name. */
export function describeDrift(drift: KeptDrift): DescribedDrift {
  const { feature, psi, missing, referenceMissing, mean, referenceMean, shift } = drift;
  if (!KNOWN.has(feature)) {
    const name = { en: feature, fr: feature };
    return { ...drift, meaning: name, words: name };
  }
  const comparison =
    psi === null || missing === null || referenceMissing === null
      ? null
      : { missing, referenceMissing, mean, referenceMean, shift };
  return { ...drift, meaning: meaningOf(feature), words: featureWords({ feature, comparison }) };
}

const meaningOf = (feature: string): Words => dayFeatures.find(({ name }) => name === feature)!.meaning;
