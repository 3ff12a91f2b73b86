import { element } from './element.ts';
import type { View } from './view.ts';
import type { TextKey } from './words.ts';

/** What people can do about an incident, as the API names it. */
const ACTS = ['acknowledge', 'silence', 'rerun', 'waive'] as const;
type Act = (typeof ACTS)[number];

const WORDS: Record<Act, { button: TextKey; title: TextKey }> = {
  acknowledge: { button: 'actAcknowledge', title: 'actAcknowledgeTitle' },
  silence: { button: 'actSilence', title: 'actSilenceTitle' },
  rerun: { button: 'actRerun', title: 'actRerunTitle' },
  waive: { button: 'actWaive', title: 'actWaiveTitle' },
};
const SILENCE_HOURS = [1, 8, 24] as const;
/** The name is asked for once a browser. */
const NAME_KEY = 'smart-etl who';

/** Buttons of an incident; each asks who and why before it acts. */
export const actsElement = (view: View, incidentId: number): HTMLElement =>
  element(
    'p',
    { class: 'acts' },
    ...ACTS.map((act) =>
      element(
        'button',
        { type: 'button', 'data-act': act, click: () => ask(view, incidentId, act) },
        view.words[WORDS[act].button],
      ),
    ),
  );

function ask(view: View, incidentId: number, act: Act): void {
  const { words } = view;
  const who = field('who', 200, localStorage.getItem(NAME_KEY) ?? '');
  const why = field('why', 500, '');
  const hours = element(
    'select',
    { name: 'hours' },
    ...SILENCE_HOURS.map((count) => element('option', { value: count }, words.hoursLong(count))),
  );
  const said = element('p', { class: 'said', role: 'status' });
  const send = element('button', { type: 'submit', class: 'main' }, words[WORDS[act].button]);
  const close = element('button', { type: 'button', click: () => dialog.close() }, words.actClose);
  const form = element(
    'form',
    {
      submit: (event) => {
        event.preventDefault();
        void submit();
      },
    },
    element('h2', {}, words[WORDS[act].title]),
    element('label', {}, words.actWho, who),
    element('label', {}, words.actWhy, why),
    act === 'silence' && element('label', {}, words.actHowLong, hours),
    said,
    element('p', { class: 'acts' }, send, close),
  );
  const dialog = element('dialog', { class: 'act', close: () => dialog.remove() }, form);

  async function submit(): Promise<void> {
    send.disabled = true;
    said.className = 'said';
    said.textContent = words.actSending;
    localStorage.setItem(NAME_KEY, who.value);
    const word = {
      who: who.value,
      why: why.value,
      ...(act === 'silence' && { hours: Number(hours.value) }),
    };
    const { ok, sentence } = await post(incidentId, act, word, words.actFailed);
    said.className = ok ? 'said' : 'said bad';
    said.textContent = sentence;
    // Done is done: what is left is to close.
    send.hidden = ok;
    send.disabled = false;
    if (ok) close.focus();
  }

  document.body.append(dialog);
  dialog.showModal();
  (who.value === '' ? who : why).focus();
}

const field = (name: string, maxlength: number, value: string): HTMLInputElement => {
  const input = element('input', {
    name,
    maxlength,
    required: true,
    autocomplete: name === 'who' ? 'name' : 'off',
  });
  input.value = value;
  return input;
};

/** What came of it, as a sentence. */
async function post(
  incidentId: number,
  act: Act,
  word: object,
  failed: string,
): Promise<{ ok: boolean; sentence: string }> {
  try {
    const response = await fetch(`/v1/incidents/${incidentId}/${act}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(word),
    });
    const answer = (await response.json()) as { said?: string; detail?: string };
    return { ok: response.ok, sentence: answer.said ?? answer.detail ?? failed };
  } catch {
    return { ok: false, sentence: failed };
  }
}
