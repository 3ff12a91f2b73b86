import { dayOf } from '../baselines/calendar-place.ts';
import type { Edition, Usual } from '../baselines/job-baselines.ts';
import { seasonAt, sharedLately } from '../baselines/usual-at.ts';
import type { RunFact } from '../job-facts.ts';
import type { JobView } from './job-view.ts';

/** A number of a run that its past tells what to expect of; null where it is not told, or has no logarithm. */
export interface Measure {
  usualIn: (edition: Edition) => Usual | null;
  numberOf: (run: RunFact) => number | null;
}

export const ROWS: Measure = { usualIn: ({ rows }) => rows, numberOf: ({ rowsWritten }) => rowsWritten };

/** What a run should have, by the past it is not part of, and how far from it a normal run goes. */
export interface Expected {
  value: number;
  /** A normal run is hardly ever above. */
  most: number;
  least: number;
}

/** Nobody knows what a job does on holidays that has seen too few: twice as much, or half, is no news. */
const UNKNOWN_HOLIDAY = Math.log(2);

/** What was to be expected of a run; null: there is not enough data. */
export function expectedOf(view: JobView, run: RunFact, { usualIn, numberOf }: Measure): Expected | null {
  const edition = view.editionOf(run);
  const usual = edition === null ? null : usualIn(edition);
  if (usual === null) return null;
  const wallMs = ({ startedAtMs }: RunFact) => view.clock.toLocal(startedAtMs);
  const isUnknown = (one: RunFact) =>
    usual.holiday === null && view.calendar.holidayOn(dayOf(wallMs(one))) !== null;
  const usualAt = (one: RunFact) => usual.level + seasonAt(usual, wallMs(one), view.calendar);
  let level = usualAt(run);
  if (usual.follow > 0) {
    const before = view.succeeded.filter(
      (earlier) =>
        earlier.startedAtMs < run.startedAtMs && (numberOf(earlier) ?? 0) > 0 && !isUnknown(earlier),
    );
    const startedAtMs = Float64Array.from(before, wallMs);
    const distances = Float64Array.from(before, (one) => Math.log(numberOf(one)!) - usualAt(one));
    level += usual.follow * sharedLately(startedAtMs, distances, before.length, wallMs(run));
  }
  const doubt = isUnknown(run) ? UNKNOWN_HOLIDAY : 0;
  return {
    value: Math.exp(level),
    most: Math.exp(level + usual.above + doubt),
    least: Math.exp(level - usual.below - doubt),
  };
}
