import type { Me } from '../api/contract/access.ts';
import type { RunStatus } from '../api/contract/runs.ts';
import type { Overview } from '../api/contract/system.ts';
import { element, icon } from './element.ts';
import { createFormat, type Format, sinceText } from './format.ts';
import { remembered } from './frame/remembered.ts';
import { type Language, preferredLanguage, type Words, wordsOf } from './words.ts';

/** What every section needs to draw itself: the language, and what time it is for the estate. */
export interface View {
  language: Language;
  words: Words;
  format: Format;
  overview: Overview | null;
  /** Null: not known yet, or nobody can tell. */
  me: Me | null;
  /** The server's clock less the browser's, milliseconds. */
  clockAheadMs: number;
}

export function createView(language: Language): View {
  return {
    language,
    words: wordsOf(language),
    format: createFormat(language),
    overview: null,
    me: null,
    clockAheadMs: 0,
  };
}

export const languageOfPage = (): Language =>
  preferredLanguage(
    new URLSearchParams(location.search).get('lang') ?? remembered('language'),
    navigator.languages,
  );

/** Now as the estate sees it: the last arrival when the system runs on the time of its data. */
export function estateNowMs(view: View): number {
  if (view.overview?.time === 'data') return Date.parse(view.overview.asOf);
  return Date.now() + view.clockAheadMs;
}

/** An instant in the browser's zone, with ISO text for whoever points at it. */
export const timeElement = (view: View, instant: string): HTMLElement =>
  element('time', { datetime: instant, title: instant }, view.format.time(instant, estateNowMs(view)));

/** How long ago something began; kept right by `refreshElapsed`. */
export const elapsedElement = (view: View, instant: string): HTMLElement =>
  element('time', { datetime: instant, title: instant, 'data-since': true }, elapsedText(view, instant));

const elapsedText = (view: View, instant: string): string =>
  view.words.failingFor(sinceText(instant, estateNowMs(view), view.language));

export function refreshElapsed(view: View): void {
  for (const time of document.querySelectorAll<HTMLTimeElement>('time[data-since]')) {
    time.textContent = elapsedText(view, time.dateTime);
  }
}

/** A state of a run as sign, word and colour: any one of the three is enough. */
export const statusElement = (view: View, status: RunStatus): HTMLElement =>
  element('span', { class: `status ${status}` }, icon(status), view.words[status]);

/** What a section says when it has nothing to show, and what to do about it. */
export const emptyElement = (title: string, how: string | null): HTMLElement =>
  element('div', { class: 'empty' }, element('p', {}, title), how !== null && element('p', {}, how));

/**
 * What all rows depend on besides their item: rows drawn before the overview came have no links and no time of the
 * data, and are drawn again once it is there.
 */
export const drawnFor = (view: View): string =>
  `${view.language} ${view.overview === null ? 'early' : 'full'} `;
