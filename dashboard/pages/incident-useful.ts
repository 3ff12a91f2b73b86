import type { IncidentRecord } from '../../api/contract/incident-record.ts';
import { knownName, rememberName } from '../act-dialog.ts';
import { element } from '../element.ts';
import { mustSayWho } from '../me.ts';
import type { Frame } from '../page.ts';
import { newKey, postJson } from '../post.ts';
import { wordsIn } from '../words.ts';
import { WORDS } from './incident-words.ts';

/** Asks whether it was worth telling. The last answer of a person counts. */
export function usefulElement(
  { view }: Frame,
  incidentId: number,
  { useful, notUseful }: IncidentRecord,
  onDone: () => void,
): HTMLElement {
  const words = wordsIn(WORDS, view.language);
  const said = element('p', { class: 'said', role: 'status' });
  const asksWho = mustSayWho(view);
  const who = element('input', { name: 'who', maxlength: 200, required: true, autocomplete: 'name' });
  who.value = knownName();
  const answer = (text: string, isUseful: boolean) =>
    element(
      'button',
      { type: 'submit', 'data-useful': String(isUseful), 'data-key': `useful ${isUseful}` },
      text,
    );
  const send = async (isUseful: boolean) => {
    if (asksWho) rememberName(who.value);
    const word = { ...(asksWho && { who: who.value }), useful: isUseful };
    const { ok, sentence } = await postJson(
      `/v1/incidents/${incidentId}/feedback`,
      word,
      newKey(),
      view.words.actFailed,
    );
    said.className = ok ? 'said' : 'said bad';
    said.textContent = ok ? words.thanks : sentence;
    if (ok) setTimeout(onDone, 1_500);
  };
  return element(
    'form',
    {
      class: 'useful',
      submit: (event) => {
        event.preventDefault();
        const { submitter } = event as SubmitEvent;
        void send(submitter?.dataset.useful !== 'false');
      },
    },
    element('h2', {}, words.usefulTitle),
    asksWho && element('label', {}, element('span', {}, words.whoFirst), who),
    element('p', { class: 'acts' }, answer(words.useful, true), answer(words.notUseful, false)),
    useful + notUseful > 0 && element('p', { class: 'muted' }, words.usefulNow(useful, notUseful)),
    said,
  );
}
