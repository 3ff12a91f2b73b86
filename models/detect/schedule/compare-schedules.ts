import { DAY_MS } from '../../features/feature.ts';
import type { HolidayCalendar } from '../../features/holiday-calendar.ts';
import { rhythmInstants } from './rhythm-instants.ts';
import type { Schedule } from './schedule.ts';
import { rhythmText } from './schedule-text.ts';

/** What became of a job's schedule, in words. */
export interface ScheduleChange {
  /** `found`: it had none; `ended`: it keeps none any more. */
  kind: 'found' | 'changed' | 'ended';
  text: { fr: string; en: string };
}

/** Rhythms are compared over so many days: of frequent jobs fewer show all there is. */
const DAYS = { often: 8, seldom: 62 };
/** Instants that lie closer are the same: a share of the gap, within bounds. */
const SAME = { shareOfGap: 0.2, leastMs: 60_000, mostMs: 20 * 60_000 };
/** One of so many may differ: the clock of a zone is changed in between, a holiday comes. */
const LEAST_SAME = 0.9;

/**
 * Whether a job runs at other times now than it did, from an instant on. Another name for the same times, such as a
 * zone that turned out to be UTC, is no change.
 *
 * @returns null where nothing changed
 */
export function compareSchedules(
  before: Schedule | null,
  after: Schedule | null,
  { asOfMs, calendar }: { asOfMs: number; calendar: HolidayCalendar },
): ScheduleChange | null {
  if (before === null && after === null) return null;
  const texts = (schedule: Schedule) => ({
    fr: rhythmText(schedule.rhythm, 'fr'),
    en: rhythmText(schedule.rhythm, 'en'),
  });
  if (before === null) {
    const { fr, en } = texts(after!);
    return { kind: 'found', text: { fr: `s'exécute ${fr}`, en: `runs ${en}` } };
  }
  const was = texts(before);
  if (after === null) {
    return {
      kind: 'ended',
      text: { fr: `ne suit plus son horaire : ${was.fr}`, en: `no longer keeps its schedule: ${was.en}` },
    };
  }
  if (isSame(before, after, asOfMs, calendar)) return null;
  const { fr, en } = texts(after);
  return {
    kind: 'changed',
    text: { fr: `s'exécute ${fr}, auparavant ${was.fr}`, en: `runs ${en}, formerly ${was.en}` },
  };
}

function isSame(before: Schedule, after: Schedule, asOfMs: number, calendar: HolidayCalendar): boolean {
  const often = before.rhythm.kind === 'windows' || after.rhythm.kind === 'windows';
  const toMs = asOfMs + (often ? DAYS.often : DAYS.seldom) * DAY_MS;
  const instants = ({ rhythm, tolerance }: Schedule) =>
    rhythmInstants(rhythm, asOfMs, toMs, calendar).map((instant) => instant + tolerance.usualStartMs);
  const was = instants(before);
  const is = instants(after);
  return shareNear(was, is) >= LEAST_SAME && shareNear(is, was) >= LEAST_SAME;
}

/** Share of the first that have one of the second near. Both ascend. */
function shareNear(some: readonly number[], others: readonly number[]): number {
  if (some.length === 0) return others.length === 0 ? 1 : 0;
  const gapMs = some.length < 2 ? DAY_MS : (some.at(-1)! - some[0]!) / (some.length - 1);
  const withinMs = Math.min(SAME.mostMs, Math.max(SAME.leastMs, SAME.shareOfGap * gapMs));
  let near = 0;
  let at = 0;
  for (const instant of some) {
    while (at < others.length && others[at]! < instant - withinMs) at++;
    if (at < others.length && others[at]! <= instant + withinMs) near++;
  }
  return near / some.length;
}
