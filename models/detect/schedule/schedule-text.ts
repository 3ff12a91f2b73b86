import { epochDayText } from './epoch-day-text.ts';
import type { DayRule, Rhythm } from './schedule.ts';

export type ScheduleLanguage = 'en' | 'fr';

const WEEKDAYS = {
  en: ['Sundays', 'Mondays', 'Tuesdays', 'Wednesdays', 'Thursdays', 'Fridays', 'Saturdays'],
  fr: ['dimanche', 'lundi', 'mardi', 'mercredi', 'jeudi', 'vendredi', 'samedi'],
} as const;
const WEEKDAY = {
  en: ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'],
  fr: WEEKDAYS.fr,
} as const;
/** More times of a day are counted, not listed. */
const MOST_TIMES = 6;

/** A rhythm in a few words: "business days at 06:00 (Europe/Paris)". */
export function rhythmText(rhythm: Rhythm, language: ScheduleLanguage): string {
  const fr = language === 'fr';
  switch (rhythm.kind) {
    case 'cron':
      return `cron ${rhythm.cron} (${rhythm.timeZone})`;
    case 'elapsed':
      return `${fr ? 'toutes les' : 'every'} ${stepText(rhythm.everyMs / 60_000)}`;
    case 'times': {
      const lines = rhythm.lines.map(
        ({ days, atMinutes }) => `${dayText(days, language)} ${timesText(atMinutes, language)}`,
      );
      return `${lines.join('; ')} (${rhythm.timeZone})`;
    }
    case 'windows': {
      const { everyMinutes, windows, days, timeZone } = rhythm;
      const step =
        everyMinutes === 60
          ? fr
            ? 'toutes les heures'
            : 'every hour'
          : `${fr ? 'toutes les' : 'every'} ${stepText(everyMinutes)}`;
      const spans = windows.map(({ fromMinute, untilMinute }) =>
        untilMinute - fromMinute > 1440 - everyMinutes
          ? `${fr ? 'depuis' : 'from'} ${clockText(fromMinute)}`
          : `${fr ? 'de' : 'from'} ${clockText(fromMinute)} ${fr ? 'à' : 'to'} ${clockText(untilMinute)}`,
      );
      return `${dayText(days, language)}, ${step} ${spans.join(fr ? ' et ' : ' and ')} (${timeZone})`;
    }
  }
}

function dayText(days: DayRule, language: ScheduleLanguage): string {
  const fr = language === 'fr';
  switch (days.kind) {
    case 'weekdays':
      return weekdaysText(days, language);
    case 'every-days':
      return days.everyDays === 14
        ? `${fr ? 'un' : 'every other'} ${WEEKDAY[language][(days.phase + 4) % 7]}${fr ? ' sur deux' : ''}`
        : `${fr ? `tous les ${days.everyDays} jours, comme le` : `every ${days.everyDays} days, as on`} ${epochDayText(days.phase)}`;
    case 'day-of-month':
      return fr ? `le ${days.day} du mois` : `day ${days.day} of the month`;
    case 'before-month-end':
      if (days.days === 0) return fr ? 'le dernier jour du mois' : 'the last day of the month';
      return fr
        ? `${days.days} jours avant la fin du mois`
        : `${days.days} days before the last of the month`;
    case 'business-day-of-month':
      return fr
        ? `le ${ordinalText(days.nth, 'fr')} jour ouvré du mois`
        : `the ${ordinalText(days.nth, 'en')} business day of the month`;
    case 'weekday-of-month':
      return fr
        ? `le ${ordinalText(days.nth, 'fr')} ${WEEKDAY.fr[days.weekday]} du mois`
        : `the ${ordinalText(days.nth, 'en')} ${WEEKDAY.en[days.weekday]} of the month`;
  }
}

function weekdaysText(
  { weekdays, holidays }: { weekdays: readonly number[]; holidays: boolean },
  language: ScheduleLanguage,
): string {
  const fr = language === 'fr';
  if (weekdays.join() === '1,2,3,4,5') {
    if (!holidays) return fr ? 'jours ouvrés' : 'business days';
    return fr ? 'du lundi au vendredi' : 'Monday to Friday';
  }
  const except = holidays ? '' : fr ? ' sauf jours fériés' : ' except holidays';
  if (weekdays.length === 7) return `${fr ? 'tous les jours' : 'every day'}${except}`;
  // Mondays first, as calendars of work have it.
  const names = weekdays
    .toSorted((a, b) => ((a + 6) % 7) - ((b + 6) % 7))
    .map((day) => WEEKDAYS[language][day]!);
  return `${fr ? 'le ' : ''}${listText(names, language)}${except}`;
}

function ordinalText(nth: number, language: ScheduleLanguage): string {
  if (language === 'fr') {
    const of = Math.abs(nth) === 1 ? '' : `${Math.abs(nth)}e `;
    if (nth < 0) return nth === -1 ? 'dernier' : `${of}dernier`;
    return nth === 1 ? 'premier' : `${nth}e`;
  }
  const ordinals = ['', 'first', 'second', 'third', 'fourth', 'fifth'];
  const word = ordinals[Math.abs(nth)] ?? `${Math.abs(nth)}th`;
  if (nth > 0) return word;
  return nth === -1 ? 'last' : `${word} to last`;
}

function timesText(minutes: readonly number[], language: ScheduleLanguage): string {
  if (minutes.length <= MOST_TIMES) {
    return `${language === 'fr' ? 'à' : 'at'} ${listText(minutes.map(clockText), language)}`;
  }
  const first = clockText(minutes[0]!);
  const last = clockText(minutes.at(-1)!);
  return language === 'fr'
    ? `${minutes.length} fois de ${first} à ${last}`
    : `${minutes.length} times from ${first} to ${last}`;
}

const listText = (words: readonly string[], language: ScheduleLanguage): string =>
  words.length < 2
    ? (words[0] ?? '')
    : `${words.slice(0, -1).join(', ')} ${language === 'fr' ? 'et' : 'and'} ${words.at(-1)}`;

const stepText = (minutes: number): string =>
  minutes >= 60 && minutes % 60 === 0 ? `${minutes / 60} h` : `${minutes} min`;

/** `02:30`; minutes of the next day as of its midnight, the end of the day as 24:00. */
function clockText(minute: number): string {
  const ofDay = minute > 1440 ? minute - 1440 : minute;
  const two = (value: number) => String(value).padStart(2, '0');
  return `${two(Math.floor(ofDay / 60))}:${two(ofDay % 60)}`;
}
