import { openActDialog } from './act-dialog.ts';
import { element } from './element.ts';
import { ACT_WORDS } from './incident-acts-words.ts';
import { mayAs } from './me.ts';
import type { View } from './view.ts';
import { wordsIn } from './words.ts';

/** What people can do about an incident, as the API names it. */
const ACTS = ['acknowledge', 'silence', 'rerun', 'waive'] as const;
type IncidentAct = (typeof ACTS)[number];

type TextKey = Exclude<keyof typeof ACT_WORDS, 'hoursLong'>;
const KEYS: Record<IncidentAct, { button: TextKey; title: TextKey; what: TextKey }> = {
  acknowledge: { button: 'acknowledge', title: 'acknowledgeTitle', what: 'acknowledgeWhat' },
  silence: { button: 'silence', title: 'silenceTitle', what: 'silenceWhat' },
  rerun: { button: 'rerun', title: 'rerunTitle', what: 'rerunWhat' },
  waive: { button: 'waive', title: 'waiveTitle', what: 'waiveWhat' },
};
const SILENCE_HOURS = [1, 8, 24] as const;

/** Buttons of an incident, for those who may act; each asks why before it does. */
export const actsElement = (view: View, incidentId: number, onDone?: () => void): HTMLElement =>
  element(
    'p',
    { class: 'acts' },
    ...(mayAs(view, 'operator') ? ACTS : []).map((act) =>
      element(
        'button',
        { type: 'button', 'data-act': act, 'data-key': act, click: () => ask(view, incidentId, act, onDone) },
        wordsIn(ACT_WORDS, view.language)[KEYS[act].button],
      ),
    ),
  );

function ask(view: View, incidentId: number, act: IncidentAct, onDone?: () => void): void {
  const words = wordsIn(ACT_WORDS, view.language);
  const hours = element(
    'select',
    { name: 'hours' },
    ...SILENCE_HOURS.map((count) => element('option', { value: count }, words.hoursLong(count))),
  );
  const page = `/incidents/${incidentId}`;
  openActDialog(view, {
    title: words[KEYS[act].title],
    explanation: words[KEYS[act].what],
    button: words[KEYS[act].button],
    address: `/v1/incidents/${incidentId}/${act}`,
    ...(act === 'silence' && {
      fields: [element('label', {}, words.howLong, hours)],
      word: () => ({ hours: Number(hours.value) }),
    }),
    // Run again, it may be over and gone from a list of what lasts before anybody looks.
    ...(location.pathname !== page && { next: { href: page, text: words.next } }),
    ...(onDone && { onDone }),
  });
}
