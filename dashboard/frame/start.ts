import type { Overview } from '../../api/contract/system.ts';
import type { PagePath } from '../../api/page/page-paths.ts';
import { element, find, outLink } from '../element.ts';
import { followChanges } from '../live.ts';
import { drawMe, readMe } from '../me.ts';
import type { Connection, Frame, MountedPage, Page } from '../page.ts';
import { drawWorkflowLinks } from '../section.ts';
import { temporalHome } from '../temporal-links.ts';
import { createView, estateNowMs, languageOfPage, refreshElapsed } from '../view.ts';
import type { Language } from '../words.ts';
import { type Answers, createAnswers } from './answers.ts';
import { drawBar, drawConnection } from './bar.ts';
import { openHelp } from './help.ts';
import { followKeys } from './keys.ts';
import { type Match, matchPath } from './match-path.ts';
import { remember } from './remembered.ts';
import { ROUTES } from './routes.ts';
import { applyScheme, rememberScheme, type Scheme } from './scheme.ts';
import { loadStyles } from './styles.ts';

/** A change can be lost between two connections; everything is read again this often. */
const SWEEP_MS = 60_000;
const PATHS = Object.keys(ROUTES) as PagePath[];
/** What a link takes along from the address that it stands on. */
const CARRIED = ['lang', 'scheme'];

interface Shown {
  match: Match<PagePath> | null;
  page: Page | null;
  mounted: MountedPage | null;
  answers: Answers;
}

/** Starts the page: what stands around every page, and the page that the address names. */
export function startFrame(): void {
  let view = createView(languageOfPage());
  let connection: Connection = 'connecting';
  /** Counts the pages gone to: one that comes late, when another was asked for, is not shown. */
  let visits = 0;
  let shown: Shown | null = null;

  const answersOptions = {
    words: () => view.words,
    onAnswer: () => connection === 'database-away' && setConnection('live'),
    onError: (status: number) => status === 503 && connection === 'live' && setConnection('database-away'),
  };

  function href(path: string, query: Readonly<Record<string, string>> = {}): string {
    const address = new URL(path, location.origin);
    const here = new URLSearchParams(location.search);
    for (const name of CARRIED) {
      const value = here.get(name);
      if (value !== null) address.searchParams.set(name, value);
    }
    for (const [name, value] of Object.entries(query)) address.searchParams.set(name, value);
    return address.pathname + address.search + address.hash;
  }

  function go(to: string): void {
    history.pushState(null, '', to);
    void show({ moveFocus: true });
  }

  /** Shows the page of the address: anew when it is another one, else as its query has changed. */
  async function show({ moveFocus = false, anew = false } = {}): Promise<void> {
    const match = matchPath(PATHS, location.pathname);
    const isSame = !anew && shown?.mounted && JSON.stringify(shown.match) === JSON.stringify(match);
    drawBar(view, { current: match?.path ?? null, href });
    if (isSame) {
      shown!.mounted!.update();
      if (moveFocus) scrollToPart();
      return;
    }
    const visit = ++visits;
    const page = match === null ? null : await load(match.path);
    if (visit !== visits) return;
    shown?.mounted?.unmount?.();
    shown?.answers.close();
    const place = element('div', { class: 'page' });
    const answers = createAnswers(answersOptions);
    shown = { match, page, mounted: null, answers };
    find('page').replaceChildren(place);
    if (match === null || page === null) {
      document.title = 'Smart ETL';
      place.append(
        element('h1', {}, match === null ? view.words.noSuchPage : view.words.pageUnreadable),
        element('p', {}, element('a', { href: href('/') }, view.words.navNow)),
      );
    } else {
      document.title = `${page.title(view)} · Smart ETL`;
      shown.mounted = page.mount(place, frameOf(match, answers));
      drawWorkflowLinks(view, place);
    }
    if (moveFocus) {
      scrollTo({ top: 0, behavior: 'instant' });
      focusHeading(place);
    }
  }

  async function load(path: PagePath): Promise<Page | null> {
    try {
      const { page } = await ROUTES[path].load();
      await loadStyles(page.styles ?? []);
      return page;
    } catch {
      // The server is away, or is newer than this page: a click on it tries again. Who was logged out logs in.
      void readMe();
      return null;
    }
  }

  const frameOf = ({ params }: Match<PagePath>, answers: Answers): Frame => ({
    get view() {
      return view;
    },
    get connection() {
      return connection;
    },
    get query() {
      return new URLSearchParams(location.search);
    },
    params,
    href,
    go,
    read: answers.read,
    setTitle: (title) => {
      document.title = `${title} · Smart ETL`;
    },
    setQuery(changes, how = 'replace') {
      const address = new URL(location.href);
      for (const [name, value] of Object.entries(changes)) {
        if (value === null) address.searchParams.delete(name);
        else address.searchParams.set(name, value);
      }
      if (how === 'push') history.pushState(null, '', address);
      else history.replaceState(null, '', address);
      shown?.mounted?.update();
    },
  });

  function setConnection(now: Connection): void {
    if (connection === now) return;
    connection = now;
    drawConnection(view, connection);
    shown?.mounted?.update();
  }

  function speak(language: Language): void {
    const { overview, me, clockAheadMs } = view;
    view = { ...createView(language), overview, me, clockAheadMs };
    drawMe(view);
    document.documentElement.lang = language;
    drawConnection(view, connection);
    drawTemporal();
  }

  function drawTemporal(): void {
    const { overview, words } = view;
    if (!overview) return;
    find('temporal').replaceChildren(
      outLink(temporalHome(overview.temporal), words.temporalUi, words.opensTemporal),
    );
  }

  function choose(name: 'lang' | 'scheme', value: string): void {
    const address = new URL(location.href);
    address.searchParams.set(name, value);
    history.replaceState(null, '', address);
    if (name === 'lang') {
      remember('language', value);
      speak(value as Language);
      void show({ anew: true });
    } else {
      rememberScheme(value as Scheme);
      applyScheme();
      drawBar(view, { current: shown?.match?.path ?? null, href });
    }
  }

  const ownAnswers = createAnswers(answersOptions);
  ownAnswers.read<Overview>({
    address: () => '/v1/overview',
    topics: ['runs', 'incidents', 'forecast', 'models', 'notifications'],
    onAnswer(overview) {
      view.overview = overview;
      if (overview.time === 'wall') view.clockAheadMs = Date.parse(overview.asOf) - Date.now();
      drawTemporal();
      drawWorkflowLinks(view, find('page'));
      shown?.mounted?.update();
    },
  });

  const refresh: Answers['refresh'] = (topic) => {
    ownAnswers.refresh(topic);
    shown?.answers.refresh(topic);
  };

  document.addEventListener('click', (event) => {
    const target = event.target as Element;
    const chooser = target.closest<HTMLElement>('[data-choose]');
    if (chooser) choose(chooser.dataset.choose as 'lang' | 'scheme', chooser.dataset.value!);
    if (target.closest('[data-help]')) openHelp(view);
    const link = target.closest('a');
    if (!link || !isFollowed(event, link)) return;
    event.preventDefault();
    go(href(link.pathname + link.search + link.hash));
  });
  addEventListener('popstate', () => {
    const language = languageOfPage();
    const anew = language !== view.language;
    applyScheme();
    if (anew) speak(language);
    void show({ anew });
  });
  followKeys({
    onGo(letter) {
      const path = PATHS.find((one) => ROUTES[one].navigation?.letter === letter);
      if (path) go(href(path));
      return path !== undefined;
    },
    onSearch: () => go(href('/search')),
    onHelp: () => openHelp(view),
  });

  applyScheme();
  speak(view.language);
  void readMe().then((me) => {
    view.me = me;
    drawMe(view);
    // What people may do is part of the page.
    return show();
  });
  followChanges({
    onOpen() {
      setConnection('live');
      refresh();
    },
    onLost: () => setConnection('reconnecting'),
    onDatabase(reachable) {
      setConnection(reachable ? 'live' : 'database-away');
      if (reachable) refresh();
    },
    onChange: refresh,
  });
  setInterval(() => !document.hidden && refresh(), SWEEP_MS);
  document.addEventListener('visibilitychange', () => !document.hidden && refresh());
  setInterval(() => {
    if (Math.floor(estateNowMs(view) / 1000) % 30 === 0) refreshElapsed(view);
  }, 1000);
}

/** To the part of this page that the address names. */
const scrollToPart = (): void =>
  document.getElementById(location.hash.slice(1))?.scrollIntoView({ block: 'start' });

/** Whether a click on a link goes to another page of ours in this window. */
function isFollowed(event: MouseEvent, link: HTMLAnchorElement): boolean {
  if (event.defaultPrevented || event.button !== 0) return false;
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return false;
  if (link.target !== '' || link.hasAttribute('download') || link.origin !== location.origin) return false;
  const isHere = link.pathname === location.pathname && link.search === location.search && link.hash !== '';
  return !isHere && matchPath(PATHS, link.pathname) !== null;
}

/** So that a screen reader reads on where the new page begins; a page that wants it elsewhere marks it. */
function focusHeading(place: HTMLElement): void {
  const target = place.querySelector<HTMLElement>('[data-focus]') ?? place.querySelector<HTMLElement>('h1');
  if (!target) return;
  if (target.tabIndex < 0) target.tabIndex = -1;
  target.focus({ preventScroll: true });
}
