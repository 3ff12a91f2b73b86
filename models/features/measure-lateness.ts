import { median } from '../median.ts';
import { DAY_MS, type FeatureFamily } from './feature.ts';
import type { VisibleHistory } from './visible-history.ts';

const MINUTE_MS = 60_000;
const DAY_MINUTES = DAY_MS / MINUTE_MS;
/** A job that starts more often has no usual minute of the day: about every six hours, with one extra run now and then. */
const MOST_RUNS_PER_DAY = 4.5;
/** Other starts that make a habit. */
const LEAST_STARTS = 3;

/**
 * How far the last start is from the usual one, how far starts usually are, and whether what is told of runs arrives
 * later than it did. Medians of four weeks. Times of day are UTC: twice a year a local schedule is an hour off.
 */
export const lateness: FeatureFamily = {
  definitions: [
    {
      name: 'start_offset_last',
      meaning: {
        en: 'minutes from the usual to the last start, missing when it runs more often than every 6 hours',
        fr: "minutes entre le départ habituel et le dernier, absent s'il tourne plus souvent que toutes les 6 heures",
      },
      unit: 'minutes',
      window: '28 d',
    },
    {
      name: 'start_spread',
      meaning: {
        en: 'median distance of its starts from the usual one, minutes',
        fr: 'écart médian de ses départs au départ habituel, minutes',
      },
      unit: 'minutes',
      window: '28 d',
    },
    {
      name: 'arrival_delay_trend',
      meaning: {
        en: 'log of the median delay from end to arrival of 7 days over that of 28 days',
        fr: 'log du délai médian entre fin et réception sur 7 jours par celui sur 28 jours',
      },
      unit: 'number',
      window: '28 d',
    },
  ],
  write(history, cutoff, row, at) {
    row.fill(Number.NaN, at, at + 3);
    const end = history.count;
    const month = history.before(cutoff - 28 * DAY_MS);
    const days = history.totals.activeDays[end]! - history.totals.activeDays[month]!;
    const runsPerDay = (end - month) / days;
    if (!(runsPerDay <= MOST_RUNS_PER_DAY)) return;
    const offsets = offsetsFromLast(history, month, runsPerDay);
    if (offsets.length >= LEAST_STARTS) {
      const usual = median(offsets)!;
      row[at] = 0 - usual;
      row[at + 1] = median(offsets.map((offset) => Math.abs(offset - usual)))!;
    }
    const week = history.before(cutoff - 7 * DAY_MS);
    const delays = delaysOf(history, month, end);
    const recent = delaysOf(history, week, end);
    if (recent.length > 0) row[at + 2] = Math.log((median(recent)! + 1) / (median(delays)! + 1));
  },
};

/**
 * Minutes of the day of the starts before the last, counted from the last one's; of a job with several slots a day only
 * those of its slot. `from`: the first run that is looked at.
 */
function offsetsFromLast(history: VisibleHistory, from: number, runsPerDay: number): number[] {
  const { startedAt, count } = history;
  const last = startedAt[count - 1]!;
  const nearest = DAY_MINUTES / 2 / Math.max(1, Math.round(runsPerDay));
  const offsets: number[] = [];
  for (let i = from; i < count - 1; i++) {
    const apart = (startedAt[i]! - last) / MINUTE_MS;
    const offset = apart - DAY_MINUTES * Math.round(apart / DAY_MINUTES);
    if (Math.abs(offset) <= nearest) offsets.push(offset);
  }
  return offsets;
}

/** Seconds from end to arrival, where the end is known. */
function delaysOf({ job, runAt, startedAt, durationMs }: VisibleHistory, from: number, to: number): number[] {
  const delays: number[] = [];
  for (let i = from; i < to; i++) {
    const delay = (job.knownAt[runAt[i]!]! - startedAt[i]! - durationMs[i]!) / 1000;
    if (!Number.isNaN(delay)) delays.push(Math.max(0, delay));
  }
  return delays;
}
