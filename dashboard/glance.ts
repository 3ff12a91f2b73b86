import type { Incidents } from '../api/contract/incidents.ts';
import type { Overview } from '../api/contract/system.ts';
import { element, find, type IconName, icon } from './element.ts';
import { sinceText } from './format.ts';
import { GLANCE_WORDS } from './glance-words.ts';
import { nameOf } from './incidents.ts';
import type { Connection } from './page.ts';
import { estateNowMs, type View } from './view.ts';
import { wordsIn } from './words.ts';

/** Failing: something is broken. Attention: a person should look. Unknown is never shown as quiet. */
type Mood = 'failing' | 'attention' | 'quiet' | 'unknown';

interface Glance {
  mood: Mood;
  title: string;
  detail: string;
}

/** Logs come at least daily; after a silence of a day and a half, silence itself is news. */
const SILENCE_MS = 36 * 3_600_000;
const NAMES_SHOWN = 4;

const ownWords = ({ language }: View) => wordsIn(GLANCE_WORDS, language);

/** The state of everything in one sentence, the worst first. */
export function describeState(
  view: View,
  connection: Connection,
  overview: Overview | null,
  incidents: Incidents | null,
): Glance {
  const { words } = view;
  const own = ownWords(view);
  if (connection === 'database-away') {
    return { mood: 'failing', title: own.unreachable, detail: words.databaseAwayWhy };
  }
  if (connection === 'reconnecting') {
    return { mood: 'failing', title: own.offline, detail: words.reconnectingWhy };
  }
  if (!overview) return { mood: 'unknown', title: words.loading, detail: '' };
  const others: string[] = [];
  if (overview.refusedFilesLast24h > 0) others.push(own.refused(overview.refusedFilesLast24h));
  if (overview.deadNotificationsLast24h > 0) others.push(own.dead(overview.deadNotificationsLast24h));
  const silence = silenceOf(view, overview);
  if (silence) others.push(silence);
  if (overview.openIncidents > 0) {
    const names = namesOf(view, overview, incidents);
    const title = own.failing(overview.openIncidents);
    return { mood: 'failing', title, detail: [names, ...others.map((text) => `${text}.`)].join(' ') };
  }
  if (others.length > 0) {
    const [title, ...rest] = others;
    return { mood: 'attention', title: title!, detail: rest.map((text) => `${text}.`).join(' ') };
  }
  if (overview.runsLoaded === 0) {
    const folder = overview.dropFolders[0] ?? 'drop/runs';
    return { mood: 'unknown', title: own.empty, detail: words.howToFill(folder) };
  }
  return { mood: 'quiet', title: own.quiet, detail: own.quietDetail };
}

function silenceOf(view: View, overview: Overview): string | null {
  if (overview.time === 'data' || overview.lastArrival === null) return null;
  const nowMs = Date.parse(overview.asOf);
  if (nowMs - Date.parse(overview.lastArrival) < SILENCE_MS) return null;
  return ownWords(view).silent(sinceText(overview.lastArrival, nowMs, view.language));
}

function namesOf(view: View, overview: Overview, incidents: Incidents | null): string {
  const open = incidents?.items.filter((incident) => incident.resolvedAt === null) ?? [];
  if (open.length === 0) return '';
  const names = open.slice(0, NAMES_SHOWN).map((incident) => nameOf(view, incident));
  return ownWords(view).names(names.join(', '), overview.openIncidents - names.length);
}

const MOOD_ICONS: Record<Mood, IconName> = {
  failing: 'failed',
  attention: 'attention',
  quiet: 'succeeded',
  unknown: 'unknown',
};

/** @returns what the browser's tab should say; null where there is nothing to say. */
export function drawGlance(
  view: View,
  connection: Connection,
  overview: Overview | null,
  incidents: Incidents | null,
): string | null {
  const { mood, title, detail } = describeState(view, connection, overview, incidents);
  const section = find('glance');
  const heading = find('glance-title');
  // The section is announced to screen readers when it changes: it is only written when it does.
  if (heading.dataset.said !== title + detail) {
    heading.dataset.said = title + detail;
    section.className = `glance ${mood}`;
    heading.replaceChildren(icon(MOOD_ICONS[mood]), title);
    find('glance-detail').textContent = detail;
  }
  if (overview) drawFigures(view, overview);
  return mood === 'quiet' || mood === 'unknown' ? null : title;
}

function drawFigures(view: View, overview: Overview): void {
  const { words, format } = view;
  const own = ownWords(view);
  const figure = (label: string, value: string, href: string, alarming = false) =>
    element(
      'div',
      { class: alarming ? 'alarming' : '' },
      element('dt', {}, label),
      element('dd', {}, element('a', { href }, value)),
    );
  const champion = overview.championVersion === null ? words.none : `v${overview.championVersion}`;
  find('figures').replaceChildren(
    figure(own.openIncidents, format.count(overview.openIncidents), '/incidents', overview.openIncidents > 0),
    figure(
      own.failed24h,
      format.count(overview.failedLast24h),
      '/?status=failed#runs',
      overview.failedLast24h > 0,
    ),
    figure(words.jobs, format.count(overview.jobs), '/jobs'),
    figure(own.runsLoaded, format.count(overview.runsLoaded), '#runs'),
    figure(own.filesCollected, format.count(overview.files), '/quality'),
    figure(own.rowsQuarantined, format.count(overview.quarantinedRows), '/quality'),
    figure(words.champion, champion, '/models'),
  );
}

/** The clock of the estate. */
export function drawClock(view: View): void {
  const { format, overview } = view;
  if (!overview) return;
  const own = ownWords(view);
  const nowMs = estateNowMs(view);
  const iso = new Date(nowMs).toISOString();
  const held = overview.time === 'data';
  const clock = element('time', { datetime: iso, title: iso }, format.clock(nowMs));
  const asOf = find('as-of');
  asOf.replaceChildren(element('span', {}, held ? own.asOfData : own.asOfNow), clock);
  asOf.title = held ? own.asOfDataWhy : '';
}
