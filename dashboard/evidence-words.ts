import type { Incident } from '../api/contract/incidents.ts';
import type { Format } from './format.ts';
import type { Language } from './words.ts';

type Evidence = Incident['findings'][number]['evidence'];

const UNITS: Record<'rows' | 'files' | 'days', Record<Language, readonly [one: string, many: string]>> = {
  rows: { en: ['row', 'rows'], fr: ['ligne', 'lignes'] },
  files: { en: ['file', 'files'], fr: ['fichier', 'fichiers'] },
  days: { en: ['day', 'days'], fr: ['jour', 'jours'] },
};

/** A measured value with its unit: `42 min`, `1,200 rows`, `97 %`. */
export function quantityText(
  value: number,
  unit: Evidence['unit'],
  format: Format,
  language: Language,
): string {
  if (unit === 'ms') return format.duration(Math.max(0, value));
  const number = Math.abs(value) < 10 ? format.oneDigit(value) : format.count(value);
  if (unit === 'percent') return `${number} %`;
  if (unit === 'share')
    return `${Math.abs(value) < 0.1 ? format.oneDigit(value * 100) : format.count(value * 100)} %`;
  if (unit === null || unit === 'count') return number;
  const [one, many] = UNITS[unit][language];
  return `${number} ${(language === 'fr' ? Math.abs(value) < 2 : value === 1) ? one : many}`;
}

/** How it differs from what is normal: `42 min instead of 8 min (limit 16 min)`; null: nothing was measured. */
export function differenceText(
  { observed, expected, limit, unit }: Evidence,
  format: Format,
  language: Language,
): string | null {
  const isFrench = language === 'fr';
  const quantity = (value: number): string => quantityText(value, unit, format, language);
  if (observed === null) {
    if (expected === null) return null;
    return isFrench ? `${quantity(expected)} attendu` : `${quantity(expected)} expected`;
  }
  return [
    quantity(observed),
    ...(expected === null ? [] : [`${isFrench ? 'au lieu de' : 'instead of'} ${quantity(expected)}`]),
    ...(limit === null ? [] : [`(${isFrench ? 'limite' : 'limit'} ${quantity(limit)})`]),
  ].join(' ');
}
