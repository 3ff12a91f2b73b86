import type { PairedDifference } from '../evaluation/paired-bootstrap.ts';
import { featureNamed } from '../features/registry.ts';
import type { GainShift } from './compare-gains.ts';
import type { RateShift } from './compare-rates.ts';
import type { FeatureDrift } from './watch-features.ts';

export interface Words {
  en: string;
  fr: string;
}

/** So many are named. */
const NAMED = 5;

const NOT_ENOUGH: Words = { en: 'not enough data', fr: 'pas assez de données' };

/** Largest index first. */
const byPsi = (one: FeatureDrift, other: FeatureDrift): number =>
  (other.comparison?.psi ?? -1) - (one.comparison?.psi ?? -1) || (one.feature < other.feature ? -1 : 1);

export function dataWords(compared: number, drifted: readonly FeatureDrift[]): Words {
  if (compared === 0) return labelled('Data', 'Données', NOT_ENOUGH);
  const named = drifted.toSorted(byPsi).slice(0, NAMED).map(featureWords);
  const others = drifted.length - named.length;
  const list = (language: keyof Words, more: string) =>
    named.length === 0
      ? ''
      : ` : ${[...named.map((words) => words[language]), ...(others > 0 ? [more] : [])].join(' ; ')}`;
  return {
    en: `Data: ${drifted.length} of ${compared} features moved${english(list('en', `and ${others} more`))}`,
    fr: `Données : ${drifted.length} des ${compared} variables ont changé${list('fr', `et ${others} de plus`)}`,
  };
}

/** `failed runs in the last 7 days: higher, 0.2 → 1.4 (+2.1 spreads)`. */
export function featureWords({
  feature,
  comparison,
}: {
  feature: string;
  /** Null: not enough data. */
  comparison: Pick<
    NonNullable<FeatureDrift['comparison']>,
    'missing' | 'referenceMissing' | 'shift' | 'mean' | 'referenceMean'
  > | null;
}): Words {
  const { en, fr } = featureNamed(feature).meaning;
  if (comparison === null) return { en: `${en}: not enough data`, fr: `${fr} : pas assez de données` };
  const { missing, referenceMissing, shift, mean, referenceMean } = comparison;
  if (Math.abs(missing - referenceMissing) >= 0.1) {
    const told = (space: string) => `${percent(referenceMissing, space)} → ${percent(missing, space)}`;
    return {
      en: `${en}: ${missing > referenceMissing ? 'missing more often' : 'missing less often'}, ${told(' ')}`,
      fr: `${fr} : ${missing > referenceMissing ? 'manque plus souvent' : 'manque moins souvent'}, ${told(' ')}`,
    };
  }
  if (shift === null || mean === null || referenceMean === null || Math.abs(shift) < 0.05) {
    return { en: `${en}: distributed otherwise`, fr: `${fr} : répartition différente` };
  }
  const means = `${number(referenceMean)} → ${number(mean)}`;
  const sign = shift > 0 ? '+' : '−';
  const size = Math.abs(shift).toFixed(1);
  return {
    en: `${en}: ${shift > 0 ? 'higher' : 'lower'}, ${means} (${sign}${size} spreads)`,
    fr: comma(`${fr} : ${shift > 0 ? 'en hausse' : 'en baisse'}, ${means} (${sign}${size} écarts types)`),
  };
}

export function scoreWords({ comparison, state }: FeatureDrift): Words {
  if (comparison === null) return labelled('Scores', 'Scores', NOT_ENOUGH);
  const { mean, referenceMean, psi } = comparison;
  const has = state === 'drifted';
  return {
    en: `Scores: ${has ? 'have moved' : 'as in the test'}, mean ${percent(referenceMean!)} → ${percent(mean!)}, stability index ${psi.toFixed(2)}`,
    fr: comma(
      `Scores : ${has ? 'ont changé' : 'comme au test'}, moyenne ${percent(referenceMean!)} → ${percent(mean!)}, indice de stabilité ${psi.toFixed(2)}`,
    ),
  };
}

export function labelWords(shift: RateShift | null): Words {
  if (shift === null) return labelled('Failures', 'Échecs', NOT_ENOUGH);
  const told = `${percent(shift.referenceRate)} → ${percent(shift.rate)}`;
  return {
    en: `Failures: weeks of jobs with a failure ${told}`,
    fr: `Échecs : semaines de traitements avec échec ${told}`,
  };
}

/** @param moved the furthest first */
export function conceptWords(bins: number, moved: readonly RateShift[]): Words {
  if (bins === 0) return labelled('Meaning of the scores', 'Sens des scores', NOT_ENOUGH);
  const worst = moved[0];
  if (worst === undefined) {
    return { en: 'Meaning of the scores: as in the test', fr: 'Sens des scores : comme au test' };
  }
  const between = `${Math.round(100 * worst.from)}–${percent(worst.to)}`;
  const told = `${percent(worst.referenceRate)} → ${percent(worst.rate)}`;
  return {
    en: `Meaning of the scores: of jobs given ${between}, those that failed went ${told}`,
    fr: `Sens des scores : parmi les traitements notés ${between}, la part en échec est passée de ${told}`,
  };
}

export function promiseWords(span: GainShift | null, isBroken: boolean): Words {
  if (span === null) return labelled('Promise', 'Promesse', NOT_ENOUGH);
  const told = (space: string) => `${percent(span.promised, space)} → ${percent(span.gain, space)}`;
  return {
    en: `Promise: ${isBroken ? 'not kept' : 'kept as far as can be told'}; gain over one chance for all before and in the last ${span.weeks} weeks ${told('')}`,
    fr: `Promesse : ${isBroken ? 'non tenue' : "tenue autant qu'on sache"} ; gain sur une même chance pour tous, avant puis sur les ${span.weeks} dernières semaines : ${told(' ')}`,
  };
}

export function qualityWords(found: PairedDifference | null, rows: number): Words {
  if (found === null) return labelled('Quality', 'Qualité', NOT_ENOUGH);
  const { difference, lower, upper } = found;
  const word =
    lower > 0
      ? ['worse than', 'moins bonne que']
      : upper < 0
        ? ['better than', 'meilleure que']
        : ['about as good as', 'comparable à'];
  const told = `${difference.toFixed(4)} (${lower.toFixed(4)} … ${upper.toFixed(4)})`;
  return {
    en: `Quality: ${word[0]} the best base rate on ${rows} weeks of jobs; difference of the Brier scores ${told}`,
    fr: comma(
      `Qualité : ${word[1]} le meilleur taux de base sur ${rows} semaines de traitements ; écart des scores de Brier ${told}`,
    ),
  };
}

const labelled = (en: string, fr: string, words: Words): Words => ({
  en: `${en}: ${words.en}`,
  fr: `${fr} : ${words.fr}`,
});

const percent = (share: number, space = ' '): string => `${Math.round(100 * share)}${space}%`;
const comma = (text: string): string => text.replaceAll(/(\d)\.(\d)/g, '$1,$2');
/** English has no space before its colon, and commas where French has semicolons. */
const english = (list: string): string => list.replace(/^ :/, ':').replaceAll(' ; ', '; ');

function number(value: number): string {
  const size = Math.abs(value);
  return size >= 100 ? value.toFixed(0) : size >= 10 ? value.toFixed(1) : value.toFixed(2);
}
