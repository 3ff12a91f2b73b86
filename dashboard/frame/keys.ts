import { remember, remembered } from './remembered.ts';

/** A second letter later than this is not meant as one. */
const SEQUENCE_MS = 1_500;

interface KeysOptions {
  /** After `g`; returns whether the letter leads anywhere. */
  onGo: (letter: string) => boolean;
  onSearch: () => void;
  onHelp: () => void;
}

/** Single letters can be a nuisance to who speaks to the machine: they can be turned off (WCAG 2.1.4). */
export const areKeysOn = (): boolean => remembered('keys') !== 'off';
export const turnKeys = (on: boolean): void => remember('keys', on ? null : 'off');

/** Follows `g` then a letter, `/` and `?`, wherever nothing is being typed. */
export function followKeys({ onGo, onSearch, onHelp }: KeysOptions): void {
  let wentAt = Number.NEGATIVE_INFINITY;
  document.addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || !areKeysOn()) return;
    const target = event.target as HTMLElement;
    if (target.closest('input, textarea, select, dialog, [contenteditable]')) return;
    const wasGoing = event.timeStamp - wentAt < SEQUENCE_MS;
    wentAt = Number.NEGATIVE_INFINITY;
    if (wasGoing && onGo(event.key.toLowerCase())) event.preventDefault();
    else if (event.key === 'g') wentAt = event.timeStamp;
    else if (event.key === '/') {
      event.preventDefault();
      onSearch();
    } else if (event.key === '?') {
      event.preventDefault();
      onHelp();
    }
  });
}
