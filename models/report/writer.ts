import type { Language } from '../alerts/message.ts';

const NBSP = '\u00a0';
const NARROW = '\u202f';
const UNKNOWN = '–';

/** Writes numbers and sentences in one language. What is not known is a dash. */
export interface Writer {
  language: Language;
  say(en: string, fr: string): string;
  /** `12,345.6`; at most `digits` decimals. */
  number(value: number | null, digits?: number): string;
  percent(share: number | null, digits?: number): string;
  /** Of milliseconds: `45 s`, `12 min`, `2.3 h`. */
  duration(ms: number | null): string;
  hours(value: number | null): string;
  /** The change to what was before: `+12 %`; '' where there was nothing. */
  change(now: number, before: number | null): string;
  /** `2026-10-01` as a day of the course. */
  day(date: string, unit: 'day' | 'week' | 'month'): string;
  /** Days of the week, 1 is Monday. */
  weekday(n: number, length?: 'short' | 'long'): string;
}

/** Spaces that must not break, before the signs that French sets apart. */
const french = (text: string): string =>
  text
    .replace(/ ([:»])/g, `${NBSP}$1`)
    .replace(/ ([;?!])/g, `${NARROW}$1`)
    .replace(/« /g, `«${NBSP}`);

export function createWriter(language: Language): Writer {
  const isFrench = language === 'fr';
  const number = (value: number | null, digits = 0): string =>
    value === null || !Number.isFinite(value)
      ? UNKNOWN
      : new Intl.NumberFormat(language, { maximumFractionDigits: digits }).format(value);
  const unit = (text: string, name: string) => `${text}${NBSP}${name}`;
  const percentOf = (text: string) => (isFrench ? `${text}${NARROW}%` : `${text}%`);
  const date = (text: string, options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(isFrench ? 'fr' : 'en-GB', { ...options, timeZone: 'UTC' }).format(
      new Date(text),
    );
  return {
    language,
    say: (en, fr) => (isFrench ? french(fr) : en),
    number,
    percent: (share, digits = 1) => (share === null ? UNKNOWN : percentOf(number(100 * share, digits))),
    duration(ms) {
      if (ms === null) return UNKNOWN;
      if (ms < 60_000) return unit(number(ms / 1_000, ms < 10_000 ? 1 : 0), 's');
      if (ms < 3_600_000) return unit(number(ms / 60_000, ms < 600_000 ? 1 : 0), 'min');
      return unit(number(ms / 3_600_000, ms < 36_000_000 ? 1 : 0), 'h');
    },
    hours: (value) => (value === null ? UNKNOWN : unit(number(value, Math.abs(value) < 10 ? 1 : 0), 'h')),
    change(now, before) {
      if (before === null || before === 0) return '';
      const share = now / before - 1;
      return `${share > 0 ? '+' : share < 0 ? '−' : '±'}${percentOf(number(Math.abs(100 * share)))}`;
    },
    day: (text, kind) =>
      kind === 'month' ? date(text, { month: 'short' }) : date(text, { day: 'numeric', month: 'short' }),
    weekday: (n, length = 'short') => date(`2024-01-0${n}`, { weekday: length }),
  };
}

/** At most so many characters, the middle left out: of names the end tells as much as the beginning. */
export const clipped = (text: string, most: number): string =>
  text.length <= most
    ? text
    : `${text.slice(0, Math.ceil(most / 2) - 1)}…${text.slice(-Math.floor(most / 2))}`;
