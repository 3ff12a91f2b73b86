import type { ChangeTopic } from '../api/contract/system.ts';
import type { Reader } from './reader.ts';
import type { View } from './view.ts';

/**
 * What a page is, and what the frame does for it.
 *
 * A page is a module `pages/<name>.ts` that exports `page: Page`; its words stand in it or beside it
 * (`wordsIn(WORDS, view.language)` of words.ts), its styles in `pages/<name>.css`. `frame/routes.ts` has its address.
 * It is fetched when it is first gone to.
 *
 *     export const page: Page = {
 *       title: ({ language }) => wordsIn(WORDS, language).title,
 *       styles: ['/pages/week.css'],
 *       mount(place, frame) {
 *         const body = element('div');
 *         place.append(element('h1', {}, 'The coming week'), body);
 *         let latest: LatestForecast | undefined;
 *         const draw = () => latest && body.replaceChildren(tableOf(frame.view, latest));
 *         frame.read<LatestForecast>({
 *           address: () => '/v1/forecasts/latest',
 *           topics: ['forecast'],
 *           place: body,
 *           onAnswer(answer) { latest = answer; draw(); },
 *         });
 *         return { update: draw };
 *       },
 *     };
 */
export interface Page {
  /** Of the browser's tab, in the language of the view. */
  title(view: View): string;
  /** Addresses of style sheets it needs; they are there before it is mounted. */
  styles?: readonly string[];
  /** Draws itself into an empty element: one `h1` first. Another language or another `:id` mounts it anew. */
  mount(place: HTMLElement, frame: Frame): MountedPage;
}

export interface MountedPage {
  /** Draws what depends on `frame.view.overview` or on `frame.query`: one of them has changed. */
  update(): void;
  /** Ends what the frame does not know of: timers, observers, listeners outside its place. */
  unmount?(): void;
}

/** What a page asks of the frame. Everything here ends by itself when the page is left. */
export interface Frame {
  /** Language, words, formats, overview, clock: always the current one, never to be kept. */
  readonly view: View;
  readonly connection: Connection;
  /** Values of the parts of the address that begin with a colon, decoded. */
  readonly params: Readonly<Record<string, string>>;
  /** What stands behind `?`: filters, time range. The page's whole state belongs there. */
  readonly query: URLSearchParams;
  /** Changes some of it and calls `update()`; `null` takes one away. `push` makes it a step of the back button. */
  setQuery(changes: Readonly<Record<string, string | null>>, how?: 'replace' | 'push'): void;
  /** Address of a page, with the language and scheme chosen now. For `href`; the frame follows clicks on it. */
  href(path: string, query?: Readonly<Record<string, string>>): string;
  go(href: string): void;
  /** Says in the browser's tab what only the data tell; the frame adds the name of the product. */
  setTitle(title: string): void;
  /**
   * Reads an address of the API now, when one of `topics` changes, after every reconnection and once a minute.
   * The answer known from the last visit comes at once. Until the first answer, `place` says that it is being read,
   * or why it cannot be.
   */
  read<Answer>(source: Source<Answer>): Reader;
}

export interface Source<Answer> {
  /** Asked each time it is read. */
  address: () => string;
  topics: readonly ChangeTopic[];
  onAnswer: (answer: Answer) => void;
  place?: HTMLElement;
}

export type Connection = 'connecting' | 'live' | 'reconnecting' | 'database-away';
