import { element, outLink } from './element.ts';
import { mustSayWho } from './me.ts';
import { newKey, postJson } from './post.ts';
import { workflowOfId } from './temporal-links.ts';
import type { View } from './view.ts';

/** The name is asked for once a browser. */
const NAME_KEY = 'smart-etl who';

export interface Act {
  title: string;
  /** What the button says that does it. */
  button: string;
  /** Where it is sent; a function where that depends on what is filled in. */
  address: string | (() => string);
  /** How; left out, it is posted. */
  method?: 'POST' | 'PUT' | 'DELETE';
  /** What it will do, where the title does not say all. */
  explanation?: string;
  /** Asked for besides name and reason: label and field. */
  fields?: readonly HTMLElement[];
  /** What is posted besides name and reason. */
  word?: () => object;
  /** Where to see, once it is done, what becomes of it; left out: here. */
  next?: { href: string; text: string };
  /** It was done: what is shown may be old. */
  onDone?: () => void;
}

/** The name that was given last in this browser; empty before the first. */
export const knownName = (): string => localStorage.getItem(NAME_KEY) ?? '';
export const rememberName = (name: string): void => localStorage.setItem(NAME_KEY, name);

/**
 * Asks why, and who where nobody logs in, does it, says what came of it, and leads to where it goes on. Escape closes;
 * the focus goes back where it was.
 */
export function openActDialog(view: View, act: Act): void {
  const { words } = view;
  const asksWho = mustSayWho(view);
  const who = field('who', 200, knownName());
  const why = field('why', 500, '');
  const said = element('p', { class: 'said', role: 'status' });
  const after = element('p', { class: 'acts' });
  const send = element('button', { type: 'submit', class: 'main' }, act.button);
  const close = element('button', { type: 'button', click: () => dialog.close() }, words.actClose);
  /** Sent again after an outage, the same word is the same request. */
  const keys = new Map<string, string>();
  const form = element(
    'form',
    {
      submit: (event) => {
        event.preventDefault();
        void submit();
      },
    },
    element('h2', { id: 'act-title' }, act.title),
    act.explanation !== undefined && element('p', { class: 'muted' }, act.explanation),
    asksWho && element('label', {}, words.actWho, who),
    element('label', {}, words.actWhy, why),
    ...(act.fields ?? []),
    said,
    after,
    element('p', { class: 'acts' }, send, close),
  );
  const dialog = element(
    'dialog',
    { class: 'act', 'aria-labelledby': 'act-title', close: () => dialog.remove() },
    form,
  );

  async function submit(): Promise<void> {
    send.disabled = true;
    said.className = 'said';
    said.textContent = words.actSending;
    if (asksWho) rememberName(who.value);
    const body = { ...(asksWho && { who: who.value }), why: why.value, ...act.word?.() };
    const address = typeof act.address === 'string' ? act.address : act.address();
    const signature = JSON.stringify([address, body]);
    const key = keys.get(signature) ?? newKey();
    keys.set(signature, key);
    const answer = await postJson(address, body, key, words.actFailed, act.method);
    const { ok, decided, sentence, workflowId } = answer;
    // What was refused may be granted later: then it is another request.
    if (decided) keys.delete(signature);
    said.className = ok ? 'said' : 'said bad';
    said.textContent = sentence;
    // Done is done: what is left is to close.
    send.hidden = ok;
    send.disabled = false;
    if (!ok) return;
    after.replaceChildren(...linksAfter(workflowId));
    close.focus();
    act.onDone?.();
  }

  function linksAfter(workflowId: string | null): HTMLElement[] {
    const temporal = view.overview?.temporal;
    return [
      ...(act.next
        ? [element('a', { href: act.next.href, click: () => dialog.close() }, act.next.text)]
        : []),
      ...(temporal && workflowId !== null
        ? [outLink(workflowOfId(temporal, workflowId), words.workflow, words.opensTemporal)]
        : []),
    ];
  }

  document.body.append(dialog);
  dialog.showModal();
  (asksWho && who.value === '' ? who : why).focus();
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
