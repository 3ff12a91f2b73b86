import type { Quality, QualityDay } from '../api/contract/quality.ts';
import { element, find, icon, svg } from './element.ts';
import { updateKeyedList } from './keyed-list.ts';
import { drawnFor, emptyElement, type View } from './view.ts';

type QualityOfSource = Quality['items'][number];
type Measure = Exclude<keyof QualityDay, 'day' | 'files'>;

const SHARES = ['completeness', 'uniqueness', 'validity'] as const satisfies readonly Measure[];

/** One line a source: the last day's measures, and how each has gone. */
export function drawQuality(view: View, { items }: Quality): void {
  const { words } = view;
  const body = find('quality-body');
  if (items.length === 0) {
    body.dataset.language = '';
    body.replaceChildren(emptyElement(words.qualityNone, words.qualityNoneHow));
    return;
  }
  let rows = body.querySelector('tbody');
  if (!rows || body.dataset.language !== view.language) {
    body.dataset.language = view.language;
    rows = element('tbody');
    const titles = [
      words.source,
      words.lastDay,
      words.volume,
      words.completeness,
      words.uniqueness,
      words.validity,
      words.freshness,
    ];
    const head = titles.map((title) => element('th', { scope: 'col' }, title));
    const table = element('table', {}, element('thead', {}, element('tr', {}, ...head)), rows);
    const region = { class: 'scroll', tabindex: 0, role: 'group', 'aria-label': words.qualityTitle };
    body.replaceChildren(element('div', region, table));
  }
  updateKeyedList(
    rows,
    items,
    drawnFor(view),
    ({ source }) => source,
    (item) => rowOf(view, item),
  );
}

function rowOf(view: View, { source, pausedAt, days }: QualityOfSource): HTMLElement {
  const { words, format } = view;
  const last = days.at(-1);
  const stopped =
    pausedAt !== null &&
    element(
      'span',
      { class: 'status attention', title: words.sourceStoppedHow },
      icon('attention'),
      words.sourceStopped,
    );
  const cell = (measure: Measure, text: string | null, top: number) =>
    element(
      'td',
      { class: text === null ? 'measure unknown' : 'measure' },
      sparkline(
        days.map((day) => day[measure]),
        top,
      ) as unknown as Node,
      element('span', {}, text ?? words.notKnown),
    );
  const share = (measure: (typeof SHARES)[number]) => {
    const value = last?.[measure] ?? null;
    return cell(measure, value === null ? null : format.percent(value), 1);
  };
  const most = (measure: Measure) => Math.max(1, ...days.map((day) => day[measure] ?? 0));
  const freshnessS = last?.freshnessS ?? null;
  return element(
    'tr',
    {},
    element('th', { scope: 'row' }, source, ' ', stopped),
    element('td', {}, last ? format.date(`${last.day}T12:00:00Z`) : words.notKnown),
    cell('volumeRows', last ? format.count(last.volumeRows) : null, most('volumeRows')),
    ...SHARES.map(share),
    cell('freshnessS', freshnessS === null ? null : format.duration(freshnessS * 1000), most('freshnessS')),
  );
}

const WIDTH = 72;
const HEIGHT = 18;

/** A line through the days from 0 to `top`; a day that is not known leaves a gap, one alone is a point. */
function sparkline(values: readonly (number | null)[], top: number): SVGElement {
  const step = values.length > 1 ? WIDTH / (values.length - 1) : 0;
  const place = (value: number, index: number) =>
    [values.length > 1 ? index * step : WIDTH, HEIGHT - (HEIGHT * value) / top] as const;
  const lines: string[] = [];
  let line: string[] = [];
  const marks: Node[] = [];
  values.forEach((value, index) => {
    if (value === null) {
      if (line.length > 1) lines.push(line.join(' '));
      line = [];
      return;
    }
    const [x, y] = place(value, index);
    line.push(`${x.toFixed(1)},${y.toFixed(1)}`);
    if (index === values.length - 1) marks.push(svg('circle', { cx: x, cy: y, r: 2.2 }));
  });
  if (line.length > 1) lines.push(line.join(' '));
  return svg(
    'svg',
    { class: 'spark', viewBox: `-3 -3 ${WIDTH + 6} ${HEIGHT + 6}`, 'aria-hidden': 'true' },
    ...lines.map((points) => svg('polyline', { points })),
    ...marks,
  );
}
