import type {
  ChangeTopic,
  Files,
  Incidents,
  Jobs,
  LatestForecast,
  Mailbox,
  Models,
  Notifications,
  Overview,
  Quality,
  Runs,
} from '../api/contract.ts';
import { element, find, outLink } from './element.ts';
import { drawFiles } from './files.ts';
import { drawForecast } from './forecast.ts';
import { type Connection, drawClock, drawConnection, drawGlance } from './glance.ts';
import { drawInbox } from './inbox.ts';
import { drawIncidents } from './incidents.ts';
import { followChanges } from './live.ts';
import { drawModel } from './model.ts';
import { drawQuality } from './quality.ts';
import { createReader, type Reader } from './reader.ts';
import { drawRuns, type RunsFilter } from './runs.ts';
import { temporalHome, workflowsOfType } from './temporal-links.ts';
import { createView, estateNowMs, languageOfPage, refreshElapsed } from './view.ts';
import type { Language, TextKey } from './words.ts';

/** A change can be lost between two connections; everything is read again this often. */
const SWEEP_MS = 60_000;
const RUNS_SHOWN = 60;

interface Answers {
  overview: Overview;
  runs: Runs;
  jobs: Jobs;
  incidents: Incidents;
  forecast: LatestForecast;
  models: Models;
  files: Files;
  quality: Quality;
  notifications: Notifications;
  mailbox: Mailbox;
}
type Part = keyof Answers;

let view = createView(languageOfPage());
let connection: Connection = 'connecting';
let runsFilter: RunsFilter = 'all';
const answers: Partial<Answers> = {};

const ADDRESSES: Record<Part, () => string> = {
  overview: () => '/v1/overview',
  runs: () => `/v1/runs?limit=${RUNS_SHOWN}${runsFilter === 'all' ? '' : `&status=${runsFilter}`}`,
  jobs: () => '/v1/jobs',
  incidents: () => '/v1/incidents',
  forecast: () => '/v1/forecasts/latest',
  models: () => '/v1/models?limit=20',
  files: () => '/v1/files?limit=50',
  quality: () => '/v1/quality?days=30',
  notifications: () => '/v1/notifications',
  mailbox: () => '/v1/mailbox?limit=30',
};
const PARTS = Object.keys(ADDRESSES) as Part[];

/** What to read again when something changed. */
const PARTS_OF_TOPIC: Record<ChangeTopic, readonly Part[]> = {
  runs: ['overview', 'runs', 'jobs', 'files', 'quality'],
  incidents: ['overview', 'incidents', 'jobs'],
  forecast: ['overview', 'forecast'],
  models: ['overview', 'models'],
  notifications: ['overview', 'notifications', 'mailbox', 'incidents'],
};

/** Which sections show a part. */
const SECTION_OF_PART: Partial<Record<Part, string>> = {
  runs: 'runs-body',
  incidents: 'failed-body',
  forecast: 'forecast-body',
  models: 'model-body',
  files: 'files-body',
  quality: 'quality-body',
  notifications: 'inbox-body',
};

function draw(part: Part): void {
  const { overview, incidents, jobs, runs, forecast, models, files, quality, notifications, mailbox } =
    answers;
  drawGlance(view, connection, overview ?? null, incidents ?? null);
  if (part === 'overview') {
    drawClock(view);
    drawLinks();
  }
  if ((part === 'incidents' || part === 'jobs') && incidents) drawIncidents(view, incidents, jobs ?? null);
  if (part === 'runs' && runs) drawRuns(view, runs, runsFilter, chooseRuns);
  if (part === 'forecast' && forecast) drawForecast(view, forecast);
  if (part === 'models' && models) drawModel(view, models);
  if (part === 'files' && files) drawFiles(view, files);
  if (part === 'quality' && quality) drawQuality(view, quality);
  if ((part === 'notifications' || part === 'mailbox') && notifications && mailbox) {
    drawInbox(view, notifications, mailbox);
  }
}

function chooseRuns(filter: RunsFilter): void {
  runsFilter = filter;
  if (answers.runs) drawRuns(view, answers.runs, runsFilter, chooseRuns);
  readers.runs.refresh();
}

function take<Name extends Part>(part: Name, answer: Answers[Name]): void {
  answers[part] = answer;
  if (connection === 'database-away') setConnection('live');
  if (part === 'overview') {
    const first = view.overview === null;
    view.overview = answer as Overview;
    if (view.overview.time === 'wall') view.clockAheadMs = Date.parse(view.overview.asOf) - Date.now();
    // Sections that were drawn before the overview had no links and no drop folder to name.
    if (first) for (const other of PARTS) draw(other);
  }
  draw(part);
}

function fail(part: Part, status: number): void {
  if (status === 503 && connection === 'live') setConnection('database-away');
  const section = SECTION_OF_PART[part];
  if (answers[part] !== undefined || section === undefined) return;
  find(section).replaceChildren(element('p', { class: 'empty' }, view.words.sectionUnreadable));
}

const readers = Object.fromEntries(
  PARTS.map((part) => [
    part,
    createReader<Answers[Part]>({
      address: ADDRESSES[part],
      onAnswer: (answer) => take(part, answer as never),
      onError: (status) => fail(part, status),
    }),
  ]),
) as Record<Part, Reader>;

const refresh = (parts: readonly Part[]) => {
  for (const part of parts) readers[part].refresh();
};

function setConnection(now: Connection): void {
  if (connection === now) return;
  connection = now;
  drawConnection(view, connection);
  drawGlance(view, connection, answers.overview ?? null, answers.incidents ?? null);
}

function drawLinks(): void {
  const { overview, words } = view;
  if (!overview) return;
  for (const place of document.querySelectorAll<HTMLElement>('[data-workflows]')) {
    const address = workflowsOfType(overview.temporal, place.dataset.workflows!);
    place.replaceChildren(outLink(address, words.workflows, words.opensTemporal));
  }
  find('temporal').replaceChildren(
    outLink(temporalHome(overview.temporal), words.temporalUi, words.opensTemporal),
  );
}

function speak(language: Language): void {
  view = { ...createView(language), overview: view.overview, clockAheadMs: view.clockAheadMs };
  document.documentElement.lang = language;
  for (const place of document.querySelectorAll<HTMLElement>('[data-word]')) {
    place.textContent = view.words[place.dataset.word as TextKey];
  }
  for (const place of document.querySelectorAll<HTMLElement>('[data-label]')) {
    place.setAttribute('aria-label', view.words[place.dataset.label as TextKey]);
  }
  for (const button of document.querySelectorAll<HTMLElement>('button[data-language]')) {
    button.setAttribute('aria-pressed', String(button.dataset.language === language));
  }
  drawConnection(view, connection);
  for (const part of PARTS) draw(part);
}

for (const button of document.querySelectorAll<HTMLElement>('button[data-language]')) {
  button.addEventListener('click', () => {
    const address = new URL(location.href);
    address.searchParams.set('lang', button.dataset.language!);
    history.replaceState(null, '', address);
    speak(button.dataset.language as Language);
  });
}

speak(view.language);
followChanges({
  onOpen() {
    setConnection('live');
    refresh(PARTS);
  },
  onLost: () => setConnection('reconnecting'),
  onDatabase(reachable) {
    setConnection(reachable ? 'live' : 'database-away');
    if (reachable) refresh(PARTS);
  },
  onChange: (topic) => refresh(PARTS_OF_TOPIC[topic]),
});
setInterval(() => !document.hidden && refresh(PARTS), SWEEP_MS);
document.addEventListener('visibilitychange', () => !document.hidden && refresh(PARTS));
setInterval(() => {
  drawClock(view);
  if (Math.floor(estateNowMs(view) / 1000) % 30 === 0) refreshElapsed(view);
}, 1000);
