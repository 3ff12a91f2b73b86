import { remember, remembered } from './remembered.ts';

export type Scheme = 'light' | 'dark';

const isScheme = (text: string | null): text is Scheme => text === 'light' || text === 'dark';
const prefersDark = matchMedia('(prefers-color-scheme: dark)');
const watchers = new Set<() => void>();

/** Chosen in the address, else before; null: as the machine prefers. */
export function chosenScheme(): Scheme | null {
  const asked = new URLSearchParams(location.search).get('scheme') ?? remembered('scheme');
  return isScheme(asked) ? asked : null;
}

export const currentScheme = (): Scheme => chosenScheme() ?? (prefersDark.matches ? 'dark' : 'light');

/** Makes the page look as chosen. */
export function applyScheme(): void {
  const chosen = chosenScheme();
  if (chosen === null) delete document.documentElement.dataset.scheme;
  else document.documentElement.dataset.scheme = chosen;
  for (const watcher of watchers) watcher();
}

export function rememberScheme(scheme: Scheme): void {
  remember('scheme', scheme);
}

/** Calls back when the colours have changed: what is painted on a canvas has to be painted again. */
export function watchScheme(watcher: () => void): () => void {
  watchers.add(watcher);
  prefersDark.addEventListener('change', watcher);
  return () => {
    watchers.delete(watcher);
    prefersDark.removeEventListener('change', watcher);
  };
}
