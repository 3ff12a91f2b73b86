import type { HolidayCalendar } from '../features/holiday-calendar.ts';

export interface ReasonContext {
  cutoff: number;
  /** Day ahead, 1 to 7; 0 for the week. */
  horizonDay: number;
  host: string | null;
  owner: string | null;
  /** Which days are holidays; the French ones when not told. */
  holidays?: HolidayCalendar;
  /** Name of the job that it follows, when one is known. */
  upstream?: string | null;
}

export type Sentence = { en: string; fr: string };
/** `value` gives any feature of the row, NaN when missing. */
export type Speaker = (value: (name: string) => number, context: ReasonContext) => Sentence;
