import type { Forecast, ForecastJob, LatestForecast } from '../../api/contract/forecasts.ts';
import type { ForecastScores } from '../../api/contract/model-record.ts';
import { element } from '../element.ts';
import type { Frame, MountedPage, Page } from '../page.ts';
import { redraw } from '../redraw.ts';
import { sectionElement } from '../section.ts';
import { emptyElement } from '../view.ts';
import { wordsIn } from '../words.ts';
import { textFilter } from './filters.ts';
import { heatMap, legendElement, type Place } from './heat-map.ts';
import { jobsElement, scoresElement, watchElement, whyElements } from './week-parts.ts';
import { WORDS } from './week-words.ts';

/** Most people look at the top; the rest is one button away. */
const ROWS_AT_FIRST = 25;
/** Whoever goes through cells does not write each into the address. */
const SETTLED_MS = 400;

/** Beside the map there is room for the reasons from here on. */
const wide = matchMedia('(min-width: 64rem)');

/** The coming week: which jobs to check, job by day with reasons, and how the last forecasts did. */
export const page: Page = {
  title: ({ words }) => words.forecastTitle,
  styles: ['/pages/incidents.css', '/pages/week.css'],
  mount,
};

function mount(place: HTMLElement, frame: Frame): MountedPage {
  const { view } = frame;
  const words = wordsIn(WORDS, view.language);
  const week = sectionElement({
    id: 'forecast',
    title: view.words.forecastTitle,
    workflows: 'forecastWeek',
    level: 1,
  });
  const map = sectionElement({ id: 'map', title: words.mapTitle, subtitle: words.mapSubtitle });
  const scores = sectionElement({ id: 'scores', title: words.scoreTitle, subtitle: words.scoreSubtitle });
  const filter = textFilter(frame, 'q', words.find);
  const why = element('aside', {
    class: 'why',
    id: 'why',
    'aria-label': view.words.why,
    'aria-live': 'polite',
  });
  const below = element('div');
  let looked: Place | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** The focus goes back to the map, which is not to ask for reasons. */
  let isClosing = false;
  const grid = heatMap(view.words.forecastTable, (cell) => {
    if (isClosing) return;
    looked = cell;
    draw();
    clearTimeout(timer);
    timer = setTimeout(() => {
      timer = undefined;
      frame.setQuery({ job: String(cell.jobId), day: cell.day === 0 ? null : String(cell.day) });
    }, SETTLED_MS);
  });
  map.body.append(
    element(
      'form',
      { class: 'narrow', role: 'search', submit: (event) => event.preventDefault() },
      filter.label,
    ),
    element('div', { class: 'forecast' }, element('div', {}, legendElement(view), grid.element, below), why),
  );
  place.append(week.section, map.section, scores.section);

  const close = () => {
    isClosing = true;
    grid.element.querySelector<HTMLElement>('td[tabindex="0"]')?.focus({ preventScroll: true });
    isClosing = false;
    clearTimeout(timer);
    timer = undefined;
    looked = null;
    frame.setQuery({ job: null, day: null });
  };
  let latest: LatestForecast | null = null;
  let known: ForecastScores | null = null;
  const draw = () => {
    filter.update();
    if (known) redraw(scores.body, known, () => [scoresElement(frame, known!)]);
    if (!latest) return;
    const { forecast } = latest;
    map.section.hidden = forecast === null;
    if (forecast === null) {
      redraw(week.body, 'none', () => [
        emptyElement(frame.view.words.forecastNone, frame.view.words.forecastNoneHow),
      ]);
      return;
    }
    drawWeek(forecast);
  };

  function drawWeek(forecast: Forecast): void {
    const { format, words: shared, overview } = frame.view;
    const cutoff = format.clock(Date.parse(forecast.cutoff));
    week.section.querySelector('#forecast-subtitle')!.textContent = shared.forecastMade(
      forecast.candidates,
      cutoff,
      forecast.modelVersion,
    );
    redraw(week.body, [forecast.cutoff, forecast.jobs, forecast.watch, forecast.overrides], () => [
      element('h2', {}, words.watchTitle),
      element('p', { class: 'muted' }, words.watchSubtitle),
      watchElement(frame, forecast),
      element('h2', {}, words.jobsTitle),
      jobsElement(frame, forecast),
    ]);
    const asked = (frame.query.get('q') ?? '').trim().toLowerCase();
    const found = asked === '' ? forecast.jobs : forecast.jobs.filter((job) => isLike(job, asked));
    const isAll = frame.query.get('all') === '1';
    const shown = isAll ? found : found.slice(0, ROWS_AT_FIRST);
    const chosen = looked ?? placeIn(frame.query);
    const job = shown.find(({ jobId }) => jobId === chosen?.jobId) ?? shown[0];
    const cell: Place | null = job
      ? { jobId: job.jobId, day: job.jobId === chosen?.jobId ? chosen.day : 0 }
      : null;
    grid.element.hidden = shown.length === 0;
    // On a phone it lies over the map: only once it was asked for.
    why.hidden = job === undefined || (!wide.matches && chosen === null);
    grid.draw(frame.view, forecast, shown, cell);
    if (job && cell) {
      redraw(why, [cell, forecast.cutoff, forecast.overrides, overview === null], () => [
        element(
          'button',
          { type: 'button', class: 'close', 'data-key': 'close', click: close },
          shared.actClose,
        ),
        ...whyElements(frame, forecast, job, cell),
      ]);
    }
    redraw(below, [found.length, shown.length, asked], () => [
      found.length === 0 && emptyElement(words.noneFound, null),
      shown.length < found.length &&
        element(
          'button',
          { type: 'button', class: 'more', click: () => frame.setQuery({ all: '1' }) },
          shared.showAll(found.length),
        ),
    ]);
  }

  frame.read<LatestForecast>({
    address: () => '/v1/forecasts/latest',
    topics: ['forecast'],
    place: week.body,
    onAnswer(answer) {
      latest = answer;
      draw();
    },
  });
  frame.read<ForecastScores>({
    address: () => '/v1/forecast-scores',
    topics: ['forecast'],
    place: scores.body,
    onAnswer(answer) {
      known = answer;
      draw();
    },
  });
  return {
    update() {
      // After the back button the address says which cell.
      if (timer === undefined) looked = null;
      draw();
    },
    unmount: () => clearTimeout(timer),
  };
}

const isLike = ({ job, owner, host }: ForecastJob, asked: string): boolean =>
  [job, owner, host].some((text) => text?.toLowerCase().includes(asked));

function placeIn(query: URLSearchParams): Place | null {
  const job = query.get('job');
  const day = Number(query.get('day') ?? 0);
  if (job === null || !/^\d{1,16}$/.test(job)) return null;
  return { jobId: Number(job), day: day >= 1 && day <= 7 ? Math.floor(day) : 0 };
}
