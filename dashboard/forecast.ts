import type { Forecast, ForecastJob, LatestForecast, Reason } from '../api/contract.ts';
import { element, find, icon, outLink, svg } from './element.ts';
import { updateKeyedList } from './keyed-list.ts';
import { workflowOfId } from './temporal-links.ts';
import { drawnFor, emptyElement, type View } from './view.ts';

const DAY_MS = 86_400_000;
/** Most people look at the top; the rest is one button away. */
const ROWS_AT_FIRST = 20;
/** Lower bounds of the colours, from "unlikely" to "likely". */
const HEAT_FROM = [0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.75];

const heatOf = (probability: number): string =>
  `heat heat-${HEAT_FROM.filter((bound) => probability >= bound).length}`;

/** Beside the table there is room for the panel from here on; below, it opens under its row. */
const wide = matchMedia('(min-width: 64rem)');

let chosenJobId: number | null = null;
let showAll = false;
let drawn: { view: View; forecast: Forecast } | null = null;
wide.addEventListener('change', () => drawn && drawPanel(drawn.view, drawn.forecast));

/** The job × day table, most likely failures first, with the reasons of one job beside or below it. */
export function drawForecast(view: View, { forecast }: LatestForecast): void {
  const { words, format } = view;
  const body = find('forecast-body');
  const subtitle = find('forecast-subtitle');
  if (!forecast) {
    subtitle.textContent = '';
    body.replaceChildren(emptyElement(words.forecastNone, words.forecastNoneHow));
    return;
  }
  drawn = { view, forecast };
  const cutoff = format.clock(Date.parse(forecast.cutoff));
  subtitle.textContent = words.forecastMade(forecast.candidates, cutoff, forecast.modelVersion);
  subtitle.title = forecast.cutoff;
  const signature = drawnFor(view) + forecast.cutoff;
  if (body.dataset.drawn !== signature) {
    body.dataset.drawn = signature;
    body.replaceChildren(
      element(
        'div',
        { class: 'forecast' },
        element('div', {}, legendOf(view), tableOf(view, forecast)),
        element('aside', { class: 'why', id: 'why', 'aria-label': words.why }),
      ),
    );
  }
  drawRows(view, forecast);
}

function drawRows(view: View, forecast: Forecast): void {
  const rows = find('forecast-body').querySelector('tbody')!;
  rows.querySelector('.inline-why')?.remove();
  const shown = showAll ? forecast.jobs : forecast.jobs.slice(0, ROWS_AT_FIRST);
  updateKeyedList(
    rows,
    shown,
    drawnFor(view) + forecast.cutoff,
    (job) => String(job.jobId),
    (job) => rowOf(view, forecast, job),
  );
  const more = find('forecast-body').querySelector<HTMLElement>('.more');
  if (more) more.hidden = showAll || forecast.jobs.length <= ROWS_AT_FIRST;
  drawPanel(view, forecast);
}

function legendOf(view: View): HTMLElement {
  const swatches = [0, ...HEAT_FROM].map((bound) => element('i', { class: heatOf(bound) }));
  return element('p', { class: 'legend' }, view.words.scaleLow, ...swatches, view.words.scaleHigh);
}

function tableOf(view: View, forecast: Forecast): HTMLElement {
  const { words, format } = view;
  const cutoffMs = Date.parse(forecast.cutoff);
  const days = [1, 2, 3, 4, 5, 6, 7].map((day) => {
    const fromMs = cutoffMs + (day - 1) * DAY_MS;
    const title = `${new Date(fromMs).toISOString()} – ${new Date(fromMs + DAY_MS).toISOString()}`;
    return element('th', { scope: 'col', title }, format.day(fromMs));
  });
  const head = [
    element('th', { scope: 'col' }, words.job),
    element('th', { scope: 'col' }, words.week),
    ...days,
  ];
  const showEveryRow = () => {
    showAll = true;
    drawRows(view, forecast);
  };
  return element(
    'div',
    {},
    element(
      'div',
      { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': words.forecastTable },
      element(
        'table',
        { class: 'heat-table' },
        element('thead', {}, element('tr', {}, ...head)),
        element('tbody'),
      ),
    ),
    element(
      'button',
      { type: 'button', class: 'more', click: showEveryRow },
      words.showAll(forecast.jobs.length),
    ),
  );
}

function rowOf(view: View, forecast: Forecast, job: ForecastJob): HTMLElement {
  const { words, format } = view;
  const cell = (probability: number, interval: ForecastJob['interval'], className: string) =>
    element(
      'td',
      { class: `${heatOf(probability)} ${className}`, title: interval && boundsOf(view, interval) },
      format.percent(probability),
    );
  const toggle = () => {
    chosenJobId = chosenJobId === job.jobId ? null : job.jobId;
    drawPanel(view, forecast);
  };
  // On a wide page the panel follows the eye: pointing at a row or reaching it with the keyboard is enough.
  const follow = () => {
    if (wide.matches && chosenJobId === null) fillPanel(view, forecast, job);
  };
  return element(
    'tr',
    { mouseenter: follow, focusin: follow },
    element(
      'th',
      { scope: 'row' },
      element(
        'button',
        { type: 'button', class: 'job', 'aria-expanded': 'false', title: job.namespace, click: toggle },
        element('span', { class: 'rank' }, String(job.rank)),
        element('span', { class: 'name' }, job.job),
        job.basis === 'group-rate' &&
          element('span', { class: 'tag', title: words.groupRate }, words.notEnoughData),
      ),
    ),
    cell(job.probability, job.interval, 'week'),
    ...job.days.map((probability, day) => cell(probability, job.dayIntervals[day] ?? null, '')),
  );
}

/** Puts the reasons of the chosen job (else, where there is room, of the first) in their place. */
function drawPanel(view: View, forecast: Forecast): void {
  const body = find('forecast-body');
  body.querySelector('.inline-why')?.remove();
  for (const row of body.querySelectorAll<HTMLElement>('tr[data-key]')) {
    const chosen = row.dataset.key === String(chosenJobId);
    row.classList.toggle('chosen', chosen);
    row.querySelector('button')!.setAttribute('aria-expanded', String(chosen));
  }
  const chosen = forecast.jobs.find((job) => job.jobId === chosenJobId);
  find('why').hidden = !wide.matches;
  if (wide.matches) {
    fillPanel(view, forecast, chosen ?? forecast.jobs[0]);
    return;
  }
  const row = body.querySelector<HTMLElement>(`tr[data-key="${chosenJobId}"]`);
  if (!chosen || !row) return;
  const cell = element(
    'td',
    { colspan: 9 },
    element('div', { class: 'why' }, ...reasonsOf(view, forecast, chosen)),
  );
  row.after(element('tr', { class: 'inline-why' }, cell));
}

function fillPanel(view: View, forecast: Forecast, job: ForecastJob | undefined): void {
  find('why').replaceChildren(...(job ? reasonsOf(view, forecast, job) : []));
}

/** How likely a job is to fail, day by day, and why; its name first. */
export function reasonsOf(
  view: View,
  forecast: Pick<Forecast, 'cutoff' | 'workflowId' | 'jobs'>,
  job: ForecastJob,
): HTMLElement[] {
  const { words, format } = view;
  const strongest = Math.max(...forecast.jobs.flatMap((other) => other.reasons.map(strengthOf)), 1e-9);
  const place = `${words.rank(job.rank)} · ${job.owner ?? words.noOwner} · ${job.host ?? words.unknownHost}`;
  const temporal = view.overview?.temporal;
  return [
    element('h3', {}, job.job),
    element('p', { class: 'muted' }, place),
    element(
      'p',
      { class: 'chance' },
      element('b', {}, format.percent(job.probability)),
      ` ${words.weekFailure}`,
    ),
    ...costOf(view, job),
    daysChart(view, forecast, job),
    job.basis === 'group-rate'
      ? element('p', { class: 'muted' }, words.groupRate)
      : element('h3', { class: 'why-title' }, words.why),
    job.reasons.length === 0
      ? element('p', { class: 'muted' }, job.basis === 'model' ? words.noReasons : '')
      : element(
          'ul',
          { class: 'reasons', role: 'list' },
          ...job.reasons.map((reason) => reasonOf(view, reason, strongest)),
        ),
    temporal
      ? outLink(workflowOfId(temporal, forecast.workflowId), words.forecastWorkflow, words.opensTemporal)
      : element('span'),
  ];
}

const boundsOf = ({ words, format }: View, [low, high]: [number, number]): string =>
  words.bounds(format.percent(low), format.percent(high));

/** How far the probability may be off and what the week may cost, as far as it is known. */
function costOf(
  view: View,
  { interval, expectedFailedRuns, expectedLostMinutes }: ForecastJob,
): HTMLElement[] {
  const { words, format } = view;
  const parts = [
    ...(interval ? [boundsOf(view, interval)] : []),
    ...(expectedFailedRuns === null ? [] : [words.failedRunsExpected(format.oneDigit(expectedFailedRuns))]),
    ...(expectedLostMinutes === null ? [] : [words.timeLost(format.duration(expectedLostMinutes * 60_000))]),
  ];
  return parts.length === 0 ? [] : [element('p', { class: 'muted' }, parts.join(' · '))];
}

const strengthOf = (reason: Reason): number => Math.abs(reason.contribution);

function reasonOf(view: View, reason: Reason, strongest: number): HTMLElement {
  const raises = reason.contribution >= 0;
  const bar = svg(
    'svg',
    { class: 'bar-line', viewBox: '0 0 100 4', preserveAspectRatio: 'none', 'aria-hidden': 'true' },
    svg('rect', { width: Math.max(2, (100 * strengthOf(reason)) / strongest), height: 4, rx: 1 }),
  );
  return element(
    'li',
    { class: raises ? 'raises' : 'lowers', title: reason.feature },
    icon(raises ? 'up' : 'down'),
    element(
      'span',
      {},
      element('span', { class: 'spoken' }, `${raises ? view.words.raises : view.words.lowers}: `),
      reason[view.language],
    ),
    bar as unknown as HTMLElement,
  );
}

/** The seven days as columns; the table has the numbers, this has the shape of the week. */
function daysChart(view: View, forecast: Pick<Forecast, 'cutoff'>, job: ForecastJob): HTMLElement {
  const tallest = Math.max(...job.days, 0.1);
  const columns = job.days.flatMap((probability, index) => {
    const height = Math.max(1, (36 * probability) / tallest);
    const label = svg('text', { x: index * 32 + 16, y: 52 });
    label.textContent = view.format.weekday(Date.parse(forecast.cutoff) + index * DAY_MS);
    return [
      svg('rect', {
        class: heatOf(probability),
        x: index * 32 + 4,
        y: 38 - height,
        width: 24,
        height,
        rx: 3,
      }),
      label,
    ];
  });
  const chart = svg('svg', { class: 'days', viewBox: '0 0 224 56', 'aria-hidden': 'true' }, ...columns);
  return chart as unknown as HTMLElement;
}
