import type { ForecastScores } from '../../api/contract/model-record.ts';
import { element, svg } from '../element.ts';
import type { Frame } from '../page.ts';
import { tableElement } from '../table.ts';
import { emptyElement, timeElement } from '../view.ts';
import { wordsIn } from '../words.ts';
import { WORDS } from './models-words.ts';

type Score = ForecastScores['items'][number];
type Measured = Score & { brier: number; brierOfShare: number };

const WIDTH = 440;
const HEIGHT = 170;
const LEFT = 44;

/** The Brier score of each forecast whose week is over, beside what needs no model; oldest left. */
export function scorePlotElement(frame: Frame, items: readonly Score[]): HTMLElement {
  const { view } = frame;
  const words = wordsIn(WORDS, view.language);
  const measured = items
    .filter((item): item is Measured => item.brier !== null && item.brierOfShare !== null)
    .toReversed();
  if (measured.length < 2) return emptyElement(words.scoreNone, words.scoreNoneHow);
  return element(
    'figure',
    { class: 'plot wide' },
    plotOf(frame, measured) as unknown as Node,
    element(
      'figcaption',
      { class: 'keys-of-plot' },
      element('span', { class: 'model-key' }, words.ofModel),
      element('span', { class: 'share-key' }, words.ofShare),
    ),
    element(
      'details',
      { 'data-key': 'score table' },
      element('summary', {}, words.asTable),
      tableElement({
        label: words.scoreTitle,
        columns: [words.made, words.version, words.ofModel, words.ofShare],
        numbers: [1, 2, 3],
        rows: measured.map(({ cutoff, modelVersion, brier, brierOfShare }) => [
          timeElement(view, cutoff),
          String(modelVersion),
          view.format.decimal(brier),
          view.format.decimal(brierOfShare),
        ]),
      }),
    ),
  );
}

function plotOf({ view }: Frame, items: readonly Measured[]): SVGElement {
  const words = wordsIn(WORDS, view.language);
  const top = Math.max(0.01, ...items.flatMap(({ brier, brierOfShare }) => [brier, brierOfShare])) * 1.1;
  const x = (index: number) => LEFT + (index * (WIDTH - LEFT - 12)) / (items.length - 1);
  const y = (value: number) => 8 + HEIGHT * (1 - value / top);
  const lineOf = (value: (item: Measured) => number, name: string) =>
    svg('polyline', {
      class: name,
      points: items.map((item, index) => `${x(index).toFixed(1)},${y(value(item)).toFixed(1)}`).join(' '),
    });
  const axis = [0, top / 2, top].flatMap((tick) => [
    svg('line', { class: 'grid', x1: LEFT, x2: WIDTH - 12, y1: y(tick), y2: y(tick) }),
    label(view.format.decimal(tick), LEFT - 5, y(tick) + 3, 'end'),
  ]);
  const ends = [0, items.length - 1].map((index) =>
    label(view.format.date(items[index]!.cutoff), x(index), HEIGHT + 24, index === 0 ? 'start' : 'end'),
  );
  const points = items.map(({ brier }, index) => svg('circle', { cx: x(index), cy: y(brier), r: 3 }));
  return svg(
    'svg',
    { viewBox: `0 0 ${WIDTH} ${HEIGHT + 32}`, role: 'img', 'aria-label': words.scoreTitle },
    ...axis,
    lineOf(({ brierOfShare }) => brierOfShare, 'share-line'),
    lineOf(({ brier }) => brier, 'model-line'),
    ...points,
    ...ends,
  );
}

function label(text: string, x: number, y: number, anchor: 'start' | 'end'): SVGElement {
  const made = svg('text', { x, y, 'text-anchor': anchor });
  made.textContent = text;
  return made;
}
