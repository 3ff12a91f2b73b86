import { openActDialog } from './act-dialog.ts';
import { element } from './element.ts';
import { mayAs } from './me.ts';
import type { View } from './view.ts';
import type { TextKey } from './words.ts';

/** What people can do about an incident, as the API names it. */
const ACTS = ['acknowledge', 'silence', 'rerun', 'waive'] as const;
type IncidentAct = (typeof ACTS)[number];

const WORDS: Record<IncidentAct, { button: TextKey; title: TextKey; what: TextKey }> = {
  acknowledge: { button: 'actAcknowledge', title: 'actAcknowledgeTitle', what: 'actAcknowledgeWhat' },
  silence: { button: 'actSilence', title: 'actSilenceTitle', what: 'actSilenceWhat' },
  rerun: { button: 'actRerun', title: 'actRerunTitle', what: 'actRerunWhat' },
  waive: { button: 'actWaive', title: 'actWaiveTitle', what: 'actWaiveWhat' },
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
        view.words[WORDS[act].button],
      ),
    ),
  );

function ask(view: View, incidentId: number, act: IncidentAct, onDone?: () => void): void {
  const { words } = view;
  const hours = element(
    'select',
    { name: 'hours' },
    ...SILENCE_HOURS.map((count) => element('option', { value: count }, words.hoursLong(count))),
  );
  const page = `/incidents/${incidentId}`;
  openActDialog(view, {
    title: words[WORDS[act].title],
    explanation: words[WORDS[act].what],
    button: words[WORDS[act].button],
    address: `/v1/incidents/${incidentId}/${act}`,
    ...(act === 'silence' && {
      fields: [element('label', {}, words.actHowLong, hours)],
      word: () => ({ hours: Number(hours.value) }),
    }),
    // Run again, it may be over and gone from a list of what lasts before anybody looks.
    ...(location.pathname !== page && { next: { href: page, text: words.actNext } }),
    ...(onDone && { onDone }),
  });
}
