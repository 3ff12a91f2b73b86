import { element } from '../element.ts';
import type { Frame } from '../page.ts';

/** A field whose value stands in the address. */
export interface Filter {
  label: HTMLElement;
  /** Shows what the address says, after the back button too. */
  update(): void;
}

/** Whoever types is not to be asked after at every letter. */
const TYPING_MS = 250;

/** A choice of few; the empty value takes the filter away. */
export function chooser(
  frame: Frame,
  name: string,
  label: string,
  options: readonly (readonly [value: string, text: string])[],
): Filter {
  const select = element(
    'select',
    { name, change: () => frame.setQuery({ [name]: select.value || null, n: null }) },
    ...options.map(([value, text]) => element('option', { value }, text)),
  );
  return {
    label: element('label', {}, element('span', {}, label), select),
    update() {
      select.value = frame.query.get(name) ?? '';
      // A value of an old link that is no option any more.
      if (select.selectedIndex < 0) select.selectedIndex = 0;
    },
  };
}

/** A text; what is typed goes into the address after a moment. */
export function textFilter(frame: Frame, name: string, label: string): Filter {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const apply = () => {
    clearTimeout(timer);
    timer = undefined;
    // The page may have been left meanwhile: the address is another's.
    if (!input.isConnected) return;
    const value = input.value.trim();
    if (value !== (frame.query.get(name) ?? '')) frame.setQuery({ [name]: value || null, n: null });
  };
  const input = element('input', {
    name,
    type: 'search',
    maxlength: 200,
    autocomplete: 'off',
    spellcheck: 'false',
    change: apply,
    input() {
      clearTimeout(timer);
      timer = setTimeout(apply, TYPING_MS);
    },
  });
  return {
    label: element('label', {}, element('span', {}, label), input),
    update() {
      if (timer !== undefined) return;
      const value = frame.query.get(name) ?? '';
      if (input.value.trim() !== value) input.value = value;
    },
  };
}
