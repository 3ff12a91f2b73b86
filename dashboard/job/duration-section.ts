import type { Durations } from '../../api/contract/runs.ts';
import { createDurationChart } from '../charts/duration-chart.ts';
import type { DurationPoint } from '../charts/duration-points.ts';
import { queryOfWindow, type TimeWindow, windowOfQuery } from '../charts/time-window.ts';
import { element, svg } from '../element.ts';
import type { Frame } from '../page.ts';
import { sectionElement } from '../section.ts';
import { emptyElement, estateNowMs, statusElement, timeElement } from '../view.ts';
import { type JobWords, jobWords } from './words.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const LIMITS = { leastMs: 6 * HOUR_MS, mostMs: 1_100 * DAY_MS };
const USUAL_DAYS = 90;
const SPANS = [
  { days: 30, word: 'days30' },
  { days: 90, word: 'days90' },
  { days: 365, word: 'days365' },
] as const;
const MOST_POINTS = 2_000;
const MOST_ROWS = 300;

type Point = DurationPoint & { runKey: string };

/** What the runs of a job took: a chart, and the same as a table. */
export function durationSection(frame: Frame): {
  section: HTMLElement;
  update: () => void;
  close: () => void;
} {
  const words = jobWords(frame.view);
  const { section, body } = sectionElement({
    id: 'durations',
    title: words.durations,
    subtitle: words.durationsHow,
  });
  let answer: Durations | null = null;
  let points: Point[] = [];
  let held: TimeWindow | null = null;

  const asked = (): TimeWindow | null => windowOfQuery(frame.query, LIMITS);
  const windowOf = (): TimeWindow => {
    const toMs = answer === null ? estateNowMs(frame.view) : Date.parse(answer.to);
    return held ?? asked() ?? { fromMs: toMs - USUAL_DAYS * DAY_MS, toMs };
  };
  const chart = createDurationChart<Point>({
    view: frame.view,
    label: words.chart,
    limits: LIMITS,
    describe: (point) => describe(frame, words, point),
    onWindow(window, isDone) {
      held = isDone ? null : window;
      if (!isDone) return;
      frame.setQuery(queryOfWindow(window));
      reading.refresh();
    },
    onReset() {
      held = null;
      frame.setQuery({ from: null, to: null });
      reading.refresh();
    },
  });
  const spans = SPANS.map(({ days, word }) =>
    element(
      'button',
      {
        type: 'button',
        'data-days': days,
        click: () => {
          const toMs = estateNowMs(frame.view);
          frame.setQuery(queryOfWindow({ fromMs: toMs - days * DAY_MS, toMs }));
          reading.refresh();
        },
      },
      words[word],
    ),
  );
  const note = element('p', { class: 'muted' });
  const table = element('details', { toggle: () => draw() }, element('summary', {}, words.asTable));
  const drawn = element(
    'div',
    { hidden: true, class: 'durations' },
    element('div', { class: 'filters', role: 'group', 'aria-label': words.span }, ...spans),
    chart.element,
    keyOf(frame, words),
    note,
    table,
  );
  section.append(drawn);

  const draw = () => {
    if (answer === null) return;
    drawn.hidden = false;
    const window = windowOf();
    chart.show(points, window);
    const days = Math.round((window.toMs - window.fromMs) / DAY_MS);
    for (const button of spans)
      button.setAttribute('aria-pressed', String(Number(button.dataset.days) === days));
    const { count } = frame.view.format;
    note.textContent =
      answer.points.length < answer.runs
        ? words.thinned(count(answer.points.length), count(answer.runs))
        : '';
    body.replaceChildren(...(points.length === 0 ? [emptyElement(words.durationsNone, null)] : []));
    if (table.open) table.replaceChildren(table.firstElementChild!, tableOf(frame, words, points));
  };
  const reading = frame.read<Durations>({
    address: () => {
      const window = asked();
      const query = new URLSearchParams({
        points: String(MOST_POINTS),
        ...(window && queryOfWindow(window)),
      });
      return `/v1/jobs/${encodeURIComponent(frame.params.id!)}/durations?${query}`;
    },
    topics: ['runs'],
    place: body,
    onAnswer(latest) {
      answer = latest;
      points = latest.points.map(pointOf);
      draw();
    },
  });
  return { section, update: draw, close: chart.close };
}

const pointOf = ({ startedAt, lowMs, usualMs, highMs, ...run }: Durations['points'][number]): Point => ({
  ...run,
  atMs: Date.parse(startedAt),
  usual:
    lowMs === null || usualMs === null || highMs === null
      ? null
      : { leastMs: lowMs, middleMs: usualMs, mostMs: highMs },
});

function describe({ view }: Frame, words: JobWords, { atMs, durationMs, status, usual }: Point): string[] {
  const { format } = view;
  const took = durationMs === null ? '' : ` · ${format.duration(durationMs)}`;
  return [
    format.time(new Date(atMs).toISOString(), estateNowMs(view)),
    `${view.words[status]}${took}`,
    ...(usual
      ? [`${words.normal}: ${format.duration(usual.leastMs)} – ${format.duration(usual.mostMs)}`]
      : []),
  ];
}

function keyOf({ view }: Frame, words: JobWords): HTMLElement {
  const entry = (text: string, ...shapes: SVGElement[]) =>
    element(
      'li',
      {},
      svg('svg', { viewBox: '0 0 26 16', 'aria-hidden': 'true' }, ...shapes) as unknown as Node,
      text,
    );
  return element(
    'ul',
    { class: 'key', role: 'list' },
    entry(view.words.succeeded, svg('circle', { class: 'mark-succeeded', cx: 13, cy: 8, r: 3.5 })),
    entry(view.words.failed, svg('path', { class: 'mark-failed', d: 'M9 4l8 8M17 4l-8 8' })),
    entry(view.words.cancelled, svg('path', { class: 'mark-cancelled', d: 'M8 8h10' })),
    entry(
      words.keyBand,
      svg('rect', { class: 'mark-band', x: 0, y: 1, width: 26, height: 14 }),
      svg('path', { class: 'mark-usual', d: 'M0 8h26' }),
    ),
  );
}

/** The newest runs of the chart as rows. */
function tableOf({ view }: Frame, words: JobWords, points: readonly Point[]): HTMLElement {
  const { format, words: shared } = view;
  const titles = [shared.started, shared.status, shared.duration, words.normal];
  const head = titles.map((title, index) =>
    element('th', { scope: 'col', class: index > 1 ? 'number' : '' }, title),
  );
  const rows = points
    .slice(-MOST_ROWS)
    .toReversed()
    .map(({ atMs, status, durationMs, usual }) =>
      element(
        'tr',
        {},
        element('th', { scope: 'row' }, timeElement(view, new Date(atMs).toISOString())),
        element('td', {}, statusElement(view, status)),
        element('td', { class: 'number' }, durationMs === null ? '–' : format.duration(durationMs)),
        element(
          'td',
          { class: 'number' },
          usual === null ? '–' : `${format.duration(usual.leastMs)} – ${format.duration(usual.mostMs)}`,
        ),
      ),
    );
  return element(
    'div',
    { class: 'scroll tall', tabindex: 0, role: 'group', 'aria-label': words.asTable },
    element('table', {}, element('thead', {}, element('tr', {}, ...head)), element('tbody', {}, ...rows)),
  );
}
