import { type Finding, findingKey } from '../finding.ts';
import type { Seen } from '../news.ts';
import type { SlotFact } from '../schedule/slot.ts';
import type { JobView } from './job-view.ts';

/**
 * A run that was due did not come.
 *
 * `late` while its slot is open: no start is known by the deadline of starts (variant `not-started`), or no end by the
 * deadline of ends (`not-ended`); and once, of a slot whose run came late before anybody looked (`came-late`).
 * `missing` from the close of the slot on, until a run of a later slot came, or any run started after it closed.
 *
 * Both are one finding: the key is that of `late` and the slot's due, in which an absence begins; its kind changes when
 * the slot closes. It ends when the slot's run comes, late as it is, or the slot is waived.
 */
export function findAbsence(view: JobView): Seen<Finding>[] {
  return view.slots.flatMap((slot) => lateness(view, slot) ?? absence(view, slot) ?? []);
}

function lateness(view: JobView, slot: SlotFact): Seen<Finding> | null {
  const { asOfMs } = view;
  if (slot.outcome === 'late') {
    const what = absent(view, slot, 'late', 'came-late', slot.deadlineMs);
    const knownMs = slot.endedMs ?? asOfMs;
    return { what, happenedMs: slot.deadlineMs, knownMs, lasts: false };
  }
  if (slot.outcome !== null) return null;
  const { startDeadlineMs, deadlineMs } = slot;
  const notStarted = slot.runKey === null && startDeadlineMs !== null && asOfMs > startDeadlineMs;
  if (!notStarted && asOfMs <= deadlineMs) return null;
  const sinceMs = notStarted ? startDeadlineMs : deadlineMs;
  const what = absent(view, slot, 'late', slot.runKey === null ? 'not-started' : 'not-ended', sinceMs);
  return { what, happenedMs: sinceMs, knownMs: asOfMs, lasts: true };
}

function absence(view: JobView, slot: SlotFact): Seen<Finding> | null {
  if (slot.outcome !== 'missing') return null;
  const cameLater =
    view.slots.some(
      (later) => later.dueMs > slot.dueMs && later.runKey !== null && later.outcome !== 'extra',
    ) || [...view.finished, ...view.running].some(({ startedAtMs }) => startedAtMs >= slot.closesMs);
  const what = absent(view, slot, 'missing', null, slot.startDeadlineMs ?? slot.deadlineMs);
  const knownMs = slot.endedMs ?? slot.closesMs;
  return { what, happenedMs: slot.closesMs, knownMs, lasts: !cameLater };
}

function absent(
  { subject, asOfMs }: JobView,
  slot: SlotFact,
  kind: 'late' | 'missing',
  variant: string | null,
  sinceMs: number,
): Finding {
  const until = kind === 'late' && slot.endedMs !== null ? slot.endedMs : Math.min(asOfMs, slot.closesMs);
  return {
    key: findingKey('late', subject, slot.dueMs),
    kind,
    variant,
    subject,
    sinceMs,
    runKey: slot.runKey,
    dueMs: slot.dueMs,
    evidence: {
      observed: until - slot.dueMs,
      expected: 0,
      limit: sinceMs - slot.dueMs,
      unit: 'ms',
      text: null,
    },
    family: null,
    course: 'new',
  };
}
