import type { Slots } from '../../api/contract/jobs.ts';
import { element } from '../element.ts';
import { estateNowMs, type View } from '../view.ts';
import { type JobWords, jobWords } from './words.ts';

type Slot = Slots['items'][number];
type Outcome = NonNullable<Slot['outcome']> | 'open';

/** A sign each: an outcome is told without its colour. */
const SIGNS: Record<Outcome, string> = {
  met: '✓',
  late: '◷',
  missing: '!',
  extra: '+',
  waived: '~',
  open: '·',
};
const ORDER: readonly Outcome[] = ['met', 'late', 'missing', 'extra', 'waived', 'open'];

const outcomeOf = ({ outcome }: Slot): Outcome => outcome ?? 'open';

/** Slots one after the other, a square each, with what became of it; how often each is said in words. */
export function slotStrip(view: View, slots: readonly Slot[]): HTMLElement {
  const words = jobWords(view);
  const nowMs = estateNowMs(view);
  const count = (outcome: Outcome) => slots.filter((slot) => outcomeOf(slot) === outcome).length;
  const legend = ORDER.filter((outcome) => count(outcome) > 0).map((outcome) =>
    element(
      'li',
      {},
      element('i', { class: `slot ${outcome}`, 'aria-hidden': 'true' }, SIGNS[outcome]),
      `${words[outcome]}: ${view.format.count(count(outcome))}`,
    ),
  );
  const squares = slots.map((slot) => {
    const outcome = outcomeOf(slot);
    const text = slotText(view, words, slot, nowMs);
    return element(
      'li',
      { class: `slot ${outcome}`, title: text },
      element('span', { class: 'spoken' }, text),
      SIGNS[outcome],
    );
  });
  return element(
    'div',
    {},
    element('ul', { class: 'key', role: 'list' }, ...legend),
    element('ol', { class: 'slots', 'aria-label': words.slots }, ...squares),
  );
}

function slotText(view: View, words: JobWords, slot: Slot, nowMs: number): string {
  const waived = slot.waivedBy === null ? '' : ` · ${slot.waivedBy}: ${slot.waivedWhy ?? ''}`;
  return `${view.format.time(slot.dueAt, nowMs)} · ${words[outcomeOf(slot)]}${waived}`;
}
