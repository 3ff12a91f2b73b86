/** How a slot ends. Nothing else, ever. */
export const SLOT_OUTCOMES = ['met', 'late', 'missing', 'extra', 'waived'] as const;
export type SlotOutcome = (typeof SLOT_OUTCOMES)[number];

/**
 * When a run of a job is due. Instants are epoch milliseconds, earliest <= due <= deadlines <= closes.
 *
 * A run belongs to the last slot whose earliest instant it does not start before. A slot may close after the next one
 * has begun: where logs are late or runs are long, only then is it certain that its run will not come.
 */
export interface Slot {
  /** A run that starts before belongs to the slot before. */
  earliestMs: number;
  /** When it usually starts. */
  dueMs: number;
  /** By then its start is known; null where only ends are told. */
  startDeadlineMs: number | null;
  /** By then its end is known. */
  deadlineMs: number;
  /** A run that starts from here on belongs to another slot: what did not come will not come. */
  closesMs: number;
}

/** A slot and what became of it, as known at an instant. */
export interface SlotFact extends Slot {
  /** null while it is open. */
  outcome: SlotOutcome | null;
  /** The run that filled it; for `extra` the run nobody expected, whose start is then its due. */
  runKey: string | null;
  /** When its outcome was known. */
  endedMs: number | null;
}
