import { middleOfTargetDay } from '../features/describe-target-day.ts';
import { DAY_MS } from '../features/feature.ts';
import { frenchHolidays } from '../features/holiday-calendar.ts';
import { monthEndDays } from '../features/month-ends.ts';
import { whole } from './reason-numbers.ts';
import type { ReasonContext, Speaker } from './sentence.ts';

const WEEKDAYS_EN = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
const WEEKDAYS_FR = ['lundi', 'mardi', 'mercredi', 'jeudi', 'vendredi', 'samedi', 'dimanche'];

const weekdayOf = ({ cutoff, horizonDay }: ReasonContext) =>
  (new Date(middleOfTargetDay(cutoff, horizonDay)).getUTCDay() + 6) % 7;

const weekday: Speaker = (value, context) => {
  const failed = value('weekday_failed_56d');
  const active = value('weekday_active_56d');
  const day = weekdayOf(context);
  if (active === 0) {
    return {
      en: `did not run on the last 8 ${WEEKDAYS_EN[day]}s`,
      fr: `n'a pas tourné les 8 derniers ${WEEKDAYS_FR[day]}s`,
    };
  }
  return {
    en: `failed on ${whole(failed)} of the last ${whole(active)} ${WEEKDAYS_EN[day]}s with a run`,
    fr: `échec ${whole(failed)} fois sur les ${whole(active)} derniers ${WEEKDAYS_FR[day]}s avec passage`,
  };
};

const calendar: Speaker = (_value, context) => {
  const day = weekdayOf(context);
  const middle = middleOfTargetDay(context.cutoff, context.horizonDay);
  const holiday = (context.holidays ?? frenchHolidays).holidayOn(Math.floor(middle / DAY_MS));
  const date = new Date(middle).getUTCDate();
  return holiday === null
    ? {
        en: `it is a ${WEEKDAYS_EN[day]}, day ${date} of the month`,
        fr: `c'est un ${WEEKDAYS_FR[day]}, le ${date} du mois`,
      }
    : {
        en: `${WEEKDAYS_EN[day]} is a public holiday (${holiday})`,
        fr: `${WEEKDAYS_FR[day]} est férié (${holiday})`,
      };
};

/** Whether the day, or the week, holds a month end is told by the calendar of the features. */
const monthEnd: Speaker = (value, context) => {
  const { horizonDay } = context;
  const failed = value('month_end_days_failed');
  const active = value('month_end_days_active');
  // A model from before these were counted.
  if (Number.isNaN(active)) return calendar(value, context);
  const near = horizonDay === 0 ? monthEndDays(context.cutoff) > 0 : value('month_end') === 1;
  const ahead = near
    ? { en: 'month end ahead', fr: 'fin de mois à venir' }
    : { en: 'no month end ahead', fr: 'pas de fin de mois à venir' };
  if (active === 0) {
    return { en: `${ahead.en}, none seen with a run`, fr: `${ahead.fr}, aucune vue avec passage` };
  }
  return {
    en: `${ahead.en}; a failure on ${whole(failed)} of ${whole(active)} past month-end days`,
    fr: `${ahead.fr} ; un échec sur ${whole(failed)} des ${whole(active)} jours de fin de mois passés`,
  };
};

/** What is told of weekdays, holidays and month ends; first match wins. */
export const calendarSpeakers: [pattern: RegExp, speaker: Speaker][] = [
  [/^weekday_(active|failed|failure)/, weekday],
  [/^(weekday_sin|weekday_cos|weekend|holiday)$/, calendar],
  [/^month_end|^days_to_month_end$/, monthEnd],
];
