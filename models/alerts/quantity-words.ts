import type { Evidence } from '../detect/finding.ts';
import type { Language } from './message.ts';

/** `850 ms`, `42 s`, `12 min`, `2 h 10 min`, `3 d 4 h` (in French `3 j 4 h`). */
export function spanText(durationMs: number, language: Language): string {
  const ms = Math.max(0, durationMs);
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 120_000) return `${Math.round(ms / 1_000)} s`;
  const minutes = Math.round(ms / 60_000);
  if (minutes < 120) return `${minutes} min`;
  const pair = (large: number, unit: string, small: number, smallUnit: string): string =>
    small === 0 ? `${large} ${unit}` : `${large} ${unit} ${small} ${smallUnit}`;
  if (minutes < 48 * 60) return pair(Math.floor(minutes / 60), 'h', minutes % 60, 'min');
  const hours = Math.round(minutes / 60);
  return pair(Math.floor(hours / 24), language === 'fr' ? 'j' : 'd', hours % 24, 'h');
}

const UNITS: Record<'rows' | 'files' | 'days' | 'count', Record<Language, [one: string, many: string]>> = {
  rows: { en: ['row', 'rows'], fr: ['ligne', 'lignes'] },
  files: { en: ['file', 'files'], fr: ['fichier', 'fichiers'] },
  days: { en: ['day', 'days'], fr: ['jour', 'jours'] },
  count: { en: ['', ''], fr: ['', ''] },
};

/** A measured value with its unit, as people write it. */
export function quantityText(value: number, unit: Evidence['unit'], language: Language): string {
  if (unit === 'ms') return spanText(value, language);
  const number = (shown: number): string =>
    new Intl.NumberFormat(language, { maximumFractionDigits: Math.abs(shown) < 10 ? 1 : 0 }).format(shown);
  if (unit === 'percent') return `${number(value)} %`;
  if (unit === 'share') return `${number(value * 100)} %`;
  const [one, many] = unit === null ? ['', ''] : UNITS[unit][language];
  const isOne = language === 'fr' ? Math.abs(value) < 2 : value === 1;
  return `${number(value)} ${isOne ? one : many}`.trim();
}

/**
 * How it differs from what is normal: `42 min instead of 8 min (limit 16 min)`. Null when nothing was measured.
 */
export function differenceText(evidence: Evidence, language: Language): string | null {
  const { observed, expected, limit, unit } = evidence;
  const quantity = (value: number): string => quantityText(value, unit, language);
  if (observed === null) {
    if (expected === null) return null;
    return language === 'fr' ? `${quantity(expected)} attendus` : `${quantity(expected)} expected`;
  }
  const parts = [quantity(observed)];
  if (expected !== null) {
    parts.push(`${language === 'fr' ? 'au lieu de' : 'instead of'} ${quantity(expected)}`);
  }
  if (limit !== null) parts.push(`(${language === 'fr' ? 'limite' : 'limit'} ${quantity(limit)})`);
  return parts.join(' ');
}

/** The same of what did not come: `12 min after it was due (limit 9 min)`. */
export function delayText({ observed, limit }: Evidence, language: Language): string | null {
  if (observed === null) return null;
  const isFrench = language === 'fr';
  const delay = `${spanText(observed, language)} ${isFrench ? "après l'heure" : 'after it was due'}`;
  return limit === null ? delay : `${delay} (${isFrench ? 'limite' : 'limit'} ${spanText(limit, language)})`;
}
