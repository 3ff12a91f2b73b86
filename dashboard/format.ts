import type { Language } from './words.ts';

/** How numbers and instants are written. Zone and language come from outside, so that tests can choose them. */
export interface Format {
  /** `14:02`, with the day when it is another than that of `nowMs`, with the year when that differs. */
  time(instant: string, nowMs: number): string;
  /** Day and time in full, to the second. */
  clock(epochMs: number): string;
  date(instant: string): string;
  /** `Tue 4`. */
  day(epochMs: number): string;
  /** `Tue`. */
  weekday(epochMs: number): string;
  /** Beside a line of a chart: an hour, a day or a month; what is major says the larger unit too. */
  tick(epochMs: number, unit: 'clock' | 'day' | 'month', isMajor: boolean): string;
  duration(ms: number): string;
  count(n: number): string;
  /** Probability as per cent: `12 %`; what would round to 0 or 100 is written `<1 %`, `>99 %`. */
  percent(probability: number): string;
  bytes(n: number): string;
  decimal(n: number): string;
  /** One digit after the point. */
  oneDigit(n: number): string;
}

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

const DAY_UNIT: Record<Language, string> = { en: 'd', fr: 'j' };
const BYTE_UNITS: Record<Language, readonly string[]> = {
  en: ['B', 'kB', 'MB', 'GB', 'TB'],
  fr: ['o', 'ko', 'Mo', 'Go', 'To'],
};

/** A duration in its two largest units: `850 ms`, `12 s`, `3 min 20 s`, `2 h 05 min`, `4 d 6 h`. */
export function durationText(ms: number, language: Language): string {
  if (ms < SECOND_MS) return `${Math.round(ms)} ms`;
  const seconds = Math.round(ms / SECOND_MS);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return twoUnits(seconds, 60, 'min', 's');
  const minutes = Math.round(ms / MINUTE_MS);
  if (minutes < 24 * 60) return twoUnits(minutes, 60, 'h', 'min');
  return twoUnits(Math.round(ms / HOUR_MS), 24, DAY_UNIT[language], 'h');
}

function twoUnits(amount: number, perLarge: number, large: string, small: string): string {
  const rest = amount % perLarge;
  const whole = `${Math.floor(amount / perLarge)} ${large}`;
  return rest === 0 ? whole : `${whole} ${rest} ${small}`;
}

/** Time since an instant, without a unit too fine to matter: never seconds, never below `1 min`. */
export function sinceText(instant: string, nowMs: number, language: Language): string {
  const elapsedMs = Math.max(MINUTE_MS, nowMs - Date.parse(instant));
  return durationText(Math.floor(elapsedMs / MINUTE_MS) * MINUTE_MS, language);
}

export function createFormat(language: Language, timeZone?: string): Format {
  const locale = language === 'fr' ? 'fr-FR' : 'en-GB';
  const zone = timeZone === undefined ? {} : { timeZone };
  const formatter = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale, { ...options, ...zone });
  const hourMinute = formatter({ hour: '2-digit', minute: '2-digit' });
  const dayTime = formatter({
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
  });
  const yearDayTime = formatter({ dateStyle: 'medium', timeStyle: 'short' });
  const full = formatter({
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
  const dateOnly = formatter({ year: 'numeric', month: 'numeric', day: 'numeric' });
  const yearOnly = formatter({ year: 'numeric' });
  const mediumDate = formatter({ dateStyle: 'medium' });
  const dayOfMonth = formatter({ weekday: 'short', day: 'numeric' });
  const weekdayOnly = formatter({ weekday: 'short' });
  const dayAndMonth = formatter({ day: 'numeric', month: 'short' });
  const weekdayAndDay = formatter({ weekday: 'short', day: 'numeric', month: 'short' });
  const monthOnly = formatter({ month: 'short' });
  const integer = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
  const oneDigit = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
  const threeDigits = new Intl.NumberFormat(locale, { minimumFractionDigits: 3, maximumFractionDigits: 3 });
  return {
    time(instant, nowMs) {
      const at = new Date(instant);
      if (dateOnly.format(at) === dateOnly.format(nowMs)) return hourMinute.format(at);
      return (yearOnly.format(at) === yearOnly.format(nowMs) ? dayTime : yearDayTime).format(at);
    },
    clock: (epochMs) => full.format(epochMs),
    date: (instant) => mediumDate.format(new Date(instant)),
    day: (epochMs) => dayOfMonth.format(epochMs),
    weekday: (epochMs) => weekdayOnly.format(epochMs),
    tick(epochMs, unit, isMajor) {
      if (unit === 'clock') return (isMajor ? weekdayAndDay : hourMinute).format(epochMs);
      if (unit === 'day') return dayAndMonth.format(epochMs);
      return (isMajor ? yearOnly : monthOnly).format(epochMs);
    },
    duration: (ms) => durationText(ms, language),
    count: (n) => integer.format(n),
    percent(probability) {
      const rounded = Math.round(probability * 100);
      if (rounded === 0 && probability > 0) return '<1 %';
      if (rounded === 100 && probability < 1) return '>99 %';
      return `${rounded} %`;
    },
    bytes(n) {
      let amount = n;
      let unit = 0;
      while (amount >= 1000 && unit < BYTE_UNITS[language].length - 1) {
        amount /= 1000;
        unit++;
      }
      return `${oneDigit.format(amount)} ${BYTE_UNITS[language][unit]}`;
    },
    decimal: (n) => threeDigits.format(n),
    oneDigit: (n) => oneDigit.format(n),
  };
}
