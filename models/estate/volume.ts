import type { CalendarDay } from './calendar.ts';
import type { JobTraits } from './job.ts';

const DAYS_OF_YEAR = 365.25;

/** A bump of height 1 around a day of the year, `width` days to its turning points. */
function bump(dayOfYear: number, peakDay: number, width: number): number {
  const apart = Math.abs(dayOfYear - peakDay);
  const distance = Math.min(apart, DAYS_OF_YEAR - apart);
  return Math.exp(-((distance / width) ** 2) / 2);
}

export function isMonthEnd(day: CalendarDay): boolean {
  return day.daysToMonthEnd < 2 || day.dayOfMonth === 1;
}

/**
 * The day's expected rows per run as a factor of `rowsPerRun`: season, Christmas, weekday, holiday, month end
 * and growth. The job's slowly wandering level and each run's noise come on top.
 */
export function expectedVolume(traits: JobTraits, day: CalendarDay): number {
  let factor =
    traits.weekdayVolume[day.weekday]! * (1 + traits.volumeGrowthPerYear) ** (day.index / DAYS_OF_YEAR);
  if (traits.seasonPeakDay !== null) {
    factor *= 1 + traits.seasonAmplitude * bump(day.dayOfYear, traits.seasonPeakDay, 35);
    factor *= 1 + 0.25 * bump(day.dayOfYear, 352, 6);
    if (day.isHoliday) factor *= 0.6;
  }
  return isMonthEnd(day) ? factor * traits.monthEndVolume : factor;
}

/** Expected duration of a run, milliseconds, at a volume factor, on a server slowed by `slowness`. */
export function expectedDurationMs(
  traits: JobTraits,
  dayIndex: number,
  volume: number,
  slowness: number,
): number {
  const drift = (1 + traits.durationGrowthPerYear) ** (dayIndex / DAYS_OF_YEAR);
  return traits.durationMs * volume ** 0.8 * drift * slowness;
}

/** Within a day, frequent jobs move more by day than by night. */
export function intradayVolume(minute: number): number {
  return 1 + 0.45 * Math.sin(((minute - 420) / 1440) * 2 * Math.PI);
}
