import type { Drift } from '../../api/contract/forecasts.ts';
import { element, svg } from '../element.ts';
import type { Frame } from '../page.ts';
import { tableElement } from '../table.ts';
import { timeElement } from '../view.ts';
import type { DriftWords } from './drift-words.ts';

type Quality = Drift['quality'][number];
type Point = Quality & { value: number };

const WIDTH = 440;
const HEIGHT = 150;
const LEFT = 40;

/** Average precision of the forecasts week by week, with its bounds and the best base rate; oldest left. */
export function qualityPlot({ view }: Frame, quality: readonly Quality[], words: DriftWords): HTMLElement {
  const points = quality
    .filter(
      (row): row is Point =>
        row.basis === 'realised' &&
        row.slice === 'all' &&
        row.metric === 'average_precision' &&
        row.value !== null,
    )
    .toReversed();
  if (points.length === 0) return element('p', { class: 'muted' }, words.qualityNone);
  const x = (index: number) =>
    points.length === 1 ? WIDTH / 2 : LEFT + 10 + (index * (WIDTH - LEFT - 30)) / (points.length - 1);
  const y = (value: number) => 8 + HEIGHT * (1 - value);
  const line = (name: string, value: (point: Point) => number | null) =>
    svg('polyline', {
      class: name,
      points: points
        .flatMap((point, index) => {
          const at = value(point);
          return at === null ? [] : [`${x(index).toFixed(1)},${y(at).toFixed(1)}`];
        })
        .join(' '),
    });
  const axis = [0, 0.5, 1].flatMap((tick) => [
    svg('line', { class: 'grid', x1: LEFT, x2: WIDTH - 12, y1: y(tick), y2: y(tick) }),
    text(view.format.decimal(tick), LEFT - 5, y(tick) + 3, 'end'),
  ]);
  const marks = points.flatMap(({ value, low, high }, index) => [
    ...(low === null || high === null
      ? []
      : [svg('line', { class: 'doubt', x1: x(index), x2: x(index), y1: y(low), y2: y(high) })]),
    svg('circle', { cx: x(index), cy: y(value), r: 3 }),
  ]);
  const dates = [...new Set([0, points.length - 1])].map((index) =>
    text(view.format.date(points[index]!.cutoff), x(index), HEIGHT + 24, 'middle'),
  );
  const drawn = svg(
    'svg',
    { viewBox: `0 0 ${WIDTH} ${HEIGHT + 32}`, role: 'img', 'aria-label': words.qualityTitle },
    ...axis,
    line('share-line', ({ baseValue }) => baseValue),
    line('model-line', ({ value }) => value),
    ...marks,
    ...dates,
  );
  return element(
    'figure',
    { class: 'plot wide' },
    drawn as unknown as Node,
    element(
      'figcaption',
      { class: 'keys-of-plot' },
      element('span', { class: 'model-key' }, words.ofModel),
      element('span', { class: 'share-key' }, words.ofRate),
    ),
    element(
      'details',
      { 'data-key': 'quality table' },
      element('summary', {}, words.asTable),
      tableElement({
        label: words.qualityTitle,
        columns: [words.made, words.version, words.ofModel, words.bounds, words.ofRate, words.rows],
        numbers: [1, 2, 4, 5],
        rows: points.map(({ cutoff, version, value, low, high, baseValue, rows }) => [
          timeElement(view, cutoff),
          String(version),
          view.format.decimal(value),
          low === null ? '' : view.words.bounds(view.format.decimal(low), view.format.decimal(high!)),
          baseValue === null ? '' : view.format.decimal(baseValue),
          view.format.count(rows),
        ]),
      }),
    ),
  );
}

function text(words: string, x: number, y: number, anchor: 'middle' | 'end'): SVGElement {
  const made = svg('text', { x, y, 'text-anchor': anchor });
  made.textContent = words;
  return made;
}
