import { type Finding, findingKey } from '../finding.ts';
import type { RunFact } from '../job-facts.ts';
import type { Seen } from '../news.ts';
import type { SlotFact } from '../schedule/slot.ts';
import type { JobView } from './job-view.ts';

/**
 * A run nobody expected, by its slot: the second of a slot, or outside every slot. A retry of a failed run is expected,
 * and `schedule/` tells none as extra.
 *
 * As long as nobody knows how the run before it ended, it may be another try of that one: then it is not told yet.
 *
 * The key is that of the run, or of its start where its key is not told. It lasts until a later run that was expected
 * has ended.
 */
export function findExtra(view: JobView): Seen<Finding>[] {
  const extra = view.slots.filter(({ outcome }) => outcome === 'extra');
  const unexpected = new Set(extra.map(({ runKey }) => runKey));
  return extra.flatMap((slot) => {
    const before = runBefore(view, slot);
    if (before?.status === 'running') return [];
    const isOver = view.finished.some(
      ({ startedAtMs, runKey }) => startedAtMs > slot.dueMs && !unexpected.has(runKey),
    );
    const what: Finding = {
      key: findingKey('extra', view.subject, slot.runKey ?? slot.dueMs),
      kind: 'extra',
      variant: null,
      subject: view.subject,
      sinceMs: slot.dueMs,
      runKey: slot.runKey,
      dueMs: slot.dueMs,
      evidence: { observed: null, expected: null, limit: null, unit: null, text: null },
      family: null,
      course: 'new',
    };
    const knownMs = Math.max(slot.endedMs ?? slot.dueMs, before?.knownAtMs ?? 0);
    return [{ what, happenedMs: slot.dueMs, knownMs, lasts: !isOver }];
  });
}

function runBefore({ finished, running }: JobView, { runKey, dueMs }: SlotFact): RunFact | null {
  let before: RunFact | null = null;
  for (const run of [...finished, ...running]) {
    if (run.startedAtMs > dueMs || run.runKey === runKey) continue;
    if (before === null || run.startedAtMs >= before.startedAtMs) before = run;
  }
  return before;
}
