import type { HolidayCalendar } from '../../features/holiday-calendar.ts';
import { rhythmInstants } from './rhythm-instants.ts';
import type { Schedule } from './schedule.ts';
import type { Slot } from './slot.ts';

const HOUR_MS = 3_600_000;
/** Neighbours farther away than this change nothing: slots close earlier. */
const AROUND_MS = 97 * HOUR_MS;
/** How long after it was due a run may still come: half the gap, within these bounds, and before the next one may. */
const CLOSING = { shareOfGap: 0.5, leastMs: 6 * HOUR_MS, mostMs: 48 * HOUR_MS };

/**
 * The slots of a schedule that are due from one instant to another, which is left out, by due. The same slot has the
 * same instants whatever the span it is asked in.
 */
export function slotsOf(schedule: Schedule, fromMs: number, toMs: number, calendar: HolidayCalendar): Slot[] {
  const { rhythm, tolerance } = schedule;
  const { usualStartMs, leadMs, startWithinMs, endWithinMs } = tolerance;
  const before = fromMs - usualStartMs - AROUND_MS;
  const instants = rhythmInstants(rhythm, before, toMs - usualStartMs + AROUND_MS, calendar);
  const earliest = instants.map((instant, i) => {
    const gap = i === 0 ? AROUND_MS : instant - instants[i - 1]!;
    return instant + usualStartMs - Math.min(leadMs, Math.max(usualStartMs, gap / 2));
  });
  const slots: Slot[] = [];
  for (const [i, instant] of instants.entries()) {
    const dueMs = instant + usualStartMs;
    if (dueMs < fromMs || dueMs >= toMs) continue;
    const next = earliest[i + 1] ?? Number.POSITIVE_INFINITY;
    const gap = (instants[i + 1] ?? Number.POSITIVE_INFINITY) - instant;
    const lastStart = Math.min(
      next,
      dueMs + Math.min(CLOSING.mostMs, Math.max(CLOSING.leastMs, CLOSING.shareOfGap * gap)),
    );
    const startDeadlineMs = startWithinMs === null ? null : dueMs + startWithinMs;
    const deadlineMs = dueMs + endWithinMs;
    slots.push({
      earliestMs: Math.floor(earliest[i]!),
      dueMs,
      startDeadlineMs,
      deadlineMs,
      closesMs: Math.max(lastStart, deadlineMs, startDeadlineMs ?? 0),
    });
  }
  return slots;
}
