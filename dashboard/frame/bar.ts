import type { PagePath } from '../../api/page/page-paths.ts';
import { element, find, icon } from '../element.ts';
import type { Connection } from '../page.ts';
import type { View } from '../view.ts';
import type { TextKey } from '../words.ts';
import { ROUTES } from './routes.ts';
import { currentScheme } from './scheme.ts';

interface BarOptions {
  current: PagePath | null;
  href: (path: string) => string;
}

/** `/jobs/12` is below `/jobs`: there the page of the list counts as the current one. */
const isAbove = (path: string, current: string | null): boolean =>
  current !== null && path !== '/' && current.startsWith(`${path}/`);

/** The navigation and the switches, and every word that stands in the document itself. */
export function drawBar(view: View, { current, href }: BarOptions): void {
  const { words } = view;
  for (const place of document.querySelectorAll<HTMLElement>('[data-word]')) {
    place.textContent = words[place.dataset.word as TextKey];
  }
  for (const place of document.querySelectorAll<HTMLElement>('[data-label]')) {
    place.setAttribute('aria-label', words[place.dataset.label as TextKey]);
    if (place.tagName === 'BUTTON') place.title = words[place.dataset.label as TextKey];
  }
  const links = Object.entries(ROUTES).flatMap(([path, { navigation }]) =>
    navigation
      ? [
          element(
            'a',
            {
              href: href(path),
              'aria-current': path === current ? 'page' : isAbove(path, current) ? 'true' : null,
              'aria-keyshortcuts': `g ${navigation.letter}`,
            },
            words[navigation.word],
          ),
        ]
      : [],
  );
  const navigation = find('navigation');
  const focused = [...navigation.children].indexOf(document.activeElement!);
  navigation.replaceChildren(...links);
  if (focused >= 0) links[focused]!.focus();
  // On a phone the row is wider than the screen.
  const here = navigation.querySelector<HTMLElement>('[aria-current]');
  if (here) navigation.scrollLeft = here.offsetLeft - 40;
  find<HTMLAnchorElement>('brand').href = href('/');
  for (const button of document.querySelectorAll<HTMLElement>('[data-choose=lang]')) {
    button.setAttribute('aria-pressed', String(button.dataset.value === view.language));
  }
  const scheme = find('scheme');
  const other = currentScheme() === 'dark' ? 'light' : 'dark';
  const text = other === 'dark' ? words.schemeDark : words.schemeLight;
  scheme.dataset.value = other;
  scheme.title = text;
  scheme.setAttribute('aria-label', text);
  scheme.replaceChildren(icon(other === 'dark' ? 'moon' : 'sun'));
}

/** Whether what is shown is what is so now; below the bar in words when it is not. */
export function drawConnection({ words }: View, connection: Connection): void {
  const text = {
    connecting: words.connecting,
    live: words.live,
    reconnecting: words.reconnecting,
    'database-away': words.databaseAway,
  }[connection];
  const live = find('live');
  if (live.textContent !== text) {
    live.className = `live ${connection}`;
    live.textContent = text;
  }
  const away = find('away');
  const said = {
    connecting: '',
    live: '',
    reconnecting: words.reconnectingWhy,
    'database-away': words.databaseAwayWhy,
  }[connection];
  if (away.textContent !== said) away.textContent = said;
}
