import type { Forecast, ForecastJob } from '../../api/contract/forecasts.ts';
import { element } from '../element.ts';
import { boundsOf, DAY_MS, HEAT_FROM, heatOf } from '../forecast.ts';
import { updateKeyedList } from '../keyed-list.ts';
import { drawnFor, type View } from '../view.ts';
import { wordsIn } from '../words.ts';
import { WORDS } from './week-words.ts';

/** A cell of the map: a job, and a day from 1 to 7; 0 is the whole week. */
export interface Place {
  jobId: number;
  day: number;
}

const DAYS = [1, 2, 3, 4, 5, 6, 7];

export interface HeatMap {
  element: HTMLElement;
  draw(view: View, forecast: Forecast, jobs: readonly ForecastJob[], chosen: Place | null): void;
}

/**
 * The probabilities of jobs by day as a grid: one stop of the tab key, arrows go from cell to cell (WAI-ARIA grid).
 *
 * @param onPlace the focus or the pointer has chosen a cell
 */
export function heatMap(label: string, onPlace: (place: Place) => void): HeatMap {
  const head = element('tr');
  const rows = element('tbody');
  const table = element(
    'table',
    {
      class: 'heat-table',
      role: 'grid',
      'aria-label': label,
      keydown: (event) => move(event as KeyboardEvent),
    },
    element('thead', {}, head),
    rows,
  );
  const placeOf = (target: EventTarget | null): Place | null => {
    const cell = (target as Element | null)?.closest<HTMLElement>('td[data-day]');
    const row = cell?.closest<HTMLElement>('tr');
    return cell && row ? { jobId: Number(row.dataset.key), day: Number(cell.dataset.day) } : null;
  };
  const follow = (event: Event) => {
    const place = placeOf(event.target);
    if (!place) return;
    onPlace(place);
  };
  rows.addEventListener('focusin', (event) => {
    const cell = (event.target as Element).closest<HTMLElement>('td[data-day]');
    if (cell) makeStop(cell);
    follow(event);
  });
  rows.addEventListener('click', (event) =>
    (event.target as Element).closest<HTMLElement>('td[data-day]')?.focus(),
  );

  /** The cell that the tab key comes to. */
  function makeStop(cell: HTMLElement): void {
    for (const other of rows.querySelectorAll<HTMLElement>('td[tabindex="0"]')) other.tabIndex = -1;
    cell.tabIndex = 0;
  }

  function move(event: KeyboardEvent): void {
    const cell = (event.target as Element).closest<HTMLTableCellElement>('td[data-day]');
    if (!cell || event.ctrlKey || event.metaKey || event.altKey) return;
    const row = cell.parentElement as HTMLTableRowElement;
    const place = cell.cellIndex - 1;
    const cellsOf = (other: Element | null) =>
      other ? [...other.querySelectorAll<HTMLElement>('td[data-day]')] : [];
    const here = cellsOf(row);
    const next: Record<string, HTMLElement | undefined> = {
      ArrowRight: here[place + 1],
      ArrowLeft: here[place - 1],
      ArrowDown: cellsOf(row.nextElementSibling)[place],
      ArrowUp: cellsOf(row.previousElementSibling)[place],
      Home: here[0],
      End: here.at(-1),
    };
    if (!(event.key in next)) return;
    event.preventDefault();
    next[event.key]?.focus();
  }

  return {
    element: element('div', { class: 'scroll' }, table),
    draw(view, forecast, jobs, chosen) {
      drawHead(view, forecast, head);
      updateKeyedList(
        rows,
        jobs,
        drawnFor(view) + forecast.cutoff,
        ({ jobId }) => String(jobId),
        (job) => rowOf(view, forecast, job),
      );
      for (const row of rows.querySelectorAll<HTMLElement>('tr')) {
        row.classList.toggle('chosen', row.dataset.key === String(chosen?.jobId));
      }
      for (const cell of rows.querySelectorAll<HTMLElement>('td[aria-selected=true]')) {
        cell.removeAttribute('aria-selected');
      }
      const cell = rows.querySelector<HTMLElement>(
        `tr[data-key="${chosen?.jobId}"] td[data-day="${chosen?.day}"]`,
      );
      cell?.setAttribute('aria-selected', 'true');
      if (!rows.querySelector('td[tabindex="0"]')) {
        const first = cell ?? rows.querySelector<HTMLElement>('td[data-day]');
        if (first) makeStop(first);
      }
    },
  };
}

function drawHead(view: View, { cutoff }: Forecast, head: HTMLElement): void {
  const signature = drawnFor(view) + cutoff;
  if (head.dataset.drawn === signature) return;
  head.dataset.drawn = signature;
  const fromMs = Date.parse(cutoff);
  const days = DAYS.map((day) => {
    const startMs = fromMs + (day - 1) * DAY_MS;
    const title = `${new Date(startMs).toISOString()} – ${new Date(startMs + DAY_MS).toISOString()}`;
    return element('th', { scope: 'col', title }, view.format.day(startMs));
  });
  head.replaceChildren(
    element('th', { scope: 'col' }, view.words.job),
    element('th', { scope: 'col' }, view.words.week),
    ...days,
  );
}

function rowOf(view: View, forecast: Forecast, job: ForecastJob): HTMLElement {
  const words = wordsIn(WORDS, view.language);
  const cell = (day: number, probability: number, interval: ForecastJob['interval']) => {
    const when =
      day === 0 ? words.wholeWeek : view.format.day(Date.parse(forecast.cutoff) + (day - 1) * DAY_MS);
    const bounds = interval ? `, ${boundsOf(view, interval)}` : '';
    const chance = view.format.percent(probability);
    return element(
      'td',
      {
        class: `${heatOf(probability)}${day === 0 ? ' week' : ''}`,
        tabindex: -1,
        'data-day': day,
        'aria-label': words.cell(job.job, when, chance, bounds),
        title: interval && boundsOf(view, interval),
      },
      chance,
    );
  };
  return element(
    'tr',
    {},
    element(
      'th',
      { scope: 'row', title: job.namespace },
      element(
        'span',
        { class: 'job' },
        element('span', { class: 'rank' }, String(job.rank)),
        element('span', { class: 'name' }, job.job),
        job.basis === 'group-rate' &&
          element('span', { class: 'tag', title: view.words.groupRate }, view.words.notEnoughData),
      ),
    ),
    cell(0, job.probability, job.interval),
    ...job.days.map((probability, day) => cell(day + 1, probability, job.dayIntervals[day] ?? null)),
  );
}

/** What the colours mean, from unlikely to likely. */
export function legendElement({ words }: View): HTMLElement {
  const swatches = [0, ...HEAT_FROM].map((bound) => element('i', { class: heatOf(bound) }));
  return element('p', { class: 'legend' }, words.scaleLow, ...swatches, words.scaleHigh);
}
