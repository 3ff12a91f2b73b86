import type { SlotFact } from './slot.ts';

/** What is not there: no start by its deadline, no end by its deadline, nothing at all until the slot closed. */
export type AbsenceKind = 'not-started' | 'not-ended' | 'missing';

export interface Absence {
  kind: AbsenceKind;
  slot: SlotFact;
  /** Since when it is late. */
  sinceMs: number;
}

/** What is absent as known at an instant, by due. @param slots settled as of that instant */
export function absencesAt(slots: readonly SlotFact[], asOfMs: number): Absence[] {
  const absences: Absence[] = [];
  for (const slot of slots) {
    const { outcome, runKey, startDeadlineMs, deadlineMs, closesMs } = slot;
    if (outcome === 'missing') absences.push({ kind: 'missing', slot, sinceMs: closesMs });
    else if (outcome !== null) continue;
    else if (runKey === null && startDeadlineMs !== null && asOfMs >= startDeadlineMs) {
      absences.push({ kind: 'not-started', slot, sinceMs: startDeadlineMs });
    } else if (asOfMs >= deadlineMs) absences.push({ kind: 'not-ended', slot, sinceMs: deadlineMs });
  }
  return absences;
}
