import { element } from '../element.ts';
import type { View } from '../view.ts';
import { areKeysOn, turnKeys } from './keys.ts';
import { ROUTES } from './routes.ts';

/** What the keys do, and the switch that turns them off. Escape closes it, the focus goes back where it was. */
export function openHelp({ words }: View): void {
  if (document.querySelector('dialog.help')) return;
  const line = (keys: readonly string[], meaning: string) =>
    element(
      'div',
      {},
      element('dt', {}, ...keys.map((key) => element('kbd', {}, key))),
      element('dd', {}, meaning),
    );
  const pages = Object.values(ROUTES).flatMap(({ navigation }) =>
    navigation ? [line(['g', navigation.letter], words[navigation.word])] : [],
  );
  const on = element('input', { type: 'checkbox', id: 'keys-on', change: () => turnKeys(on.checked) });
  on.checked = areKeysOn();
  const close = element(
    'button',
    { type: 'button', class: 'main', click: () => dialog.close() },
    words.actClose,
  );
  const dialog = element(
    'dialog',
    { class: 'act help', 'aria-labelledby': 'help-title', close: () => dialog.remove() },
    element('h2', { id: 'help-title' }, words.helpTitle),
    element(
      'dl',
      { class: 'keys' },
      ...pages,
      line(['/'], words.helpSearch),
      line(['?'], words.helpHelp),
      line(['←', '→', '+', '−', '0'], words.helpChart),
      line(['Esc'], words.helpClose),
    ),
    element('p', {}, element('label', { class: 'check', for: 'keys-on' }, on, words.helpOn)),
    element('p', { class: 'acts' }, close),
  );
  document.body.append(dialog);
  dialog.showModal();
}
