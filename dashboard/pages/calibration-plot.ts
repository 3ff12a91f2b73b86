import type { CalibrationBin } from '../../api/contract/model-record.ts';
import { element, svg } from '../element.ts';
import type { Frame } from '../page.ts';
import { tableElement } from '../table.ts';
import { emptyElement } from '../view.ts';
import { wordsIn } from '../words.ts';
import { WORDS } from './models-words.ts';

const SIDE = 240;
const LEFT = 38;
const BOTTOM = 30;
const TICKS = [0, 0.25, 0.5, 0.75, 1];

/** What was said against what happened, with how sure that is; as a table too. */
export function calibrationElement(
  frame: Frame,
  bins: readonly CalibrationBin[],
  missing: string,
): HTMLElement {
  const { view } = frame;
  const words = wordsIn(WORDS, view.language);
  if (bins.length === 0) return emptyElement(words.calibrationNone, missing);
  const { format } = view;
  return element(
    'figure',
    { class: 'plot' },
    plotOf(frame, bins) as unknown as Node,
    element('figcaption', { class: 'muted' }, words.calibrationError(format.oneDigit(100 * gapOf(bins)))),
    element(
      'details',
      { 'data-key': 'calibration table' },
      element('summary', {}, words.asTable),
      tableElement({
        label: words.calibrationTitle,
        columns: [words.said, words.happened, words.between, words.rows],
        numbers: [0, 1, 3],
        rows: bins.map(({ forecast, failed, low, high, rows }) => [
          format.percent(forecast),
          format.percent(failed),
          view.words.bounds(format.percent(low), format.percent(high)),
          format.count(rows),
        ]),
      }),
    ),
  );
}

/** Mean distance of said and happened, each bin by its rows: expected calibration error. */
function gapOf(bins: readonly CalibrationBin[]): number {
  const rows = bins.reduce((sum, bin) => sum + bin.rows, 0);
  return bins.reduce((sum, bin) => sum + bin.rows * Math.abs(bin.forecast - bin.failed), 0) / rows;
}

function plotOf({ view }: Frame, bins: readonly CalibrationBin[]): SVGElement {
  const words = wordsIn(WORDS, view.language);
  const x = (value: number) => LEFT + value * SIDE;
  const y = (value: number) => 8 + (1 - value) * SIDE;
  const most = Math.max(...bins.map(({ rows }) => rows));
  const axis = TICKS.flatMap((tick) => [
    svg('line', { class: 'grid', x1: x(tick), x2: x(tick), y1: y(0), y2: y(1) }),
    svg('line', { class: 'grid', x1: x(0), x2: x(1), y1: y(tick), y2: y(tick) }),
    label(view.format.percent(tick), x(tick), y(0) + 14, 'middle'),
    label(view.format.percent(tick), x(0) - 5, y(tick) + 3, 'end'),
  ]);
  const points = bins.flatMap(({ forecast, failed, low, high, rows }) => [
    svg('line', { class: 'doubt', x1: x(forecast), x2: x(forecast), y1: y(low), y2: y(high) }),
    svg('circle', { cx: x(forecast), cy: y(failed), r: 2.5 + 4.5 * Math.sqrt(rows / most) }),
  ]);
  return svg(
    'svg',
    {
      viewBox: `0 0 ${LEFT + SIDE + 22} ${SIDE + BOTTOM + 18}`,
      role: 'img',
      'aria-label': words.calibrationTitle,
    },
    ...axis,
    svg('line', { class: 'ideal', x1: x(0), y1: y(0), x2: x(1), y2: y(1) }),
    ...points,
    label(words.said, x(0.5), SIDE + BOTTOM + 14, 'middle'),
  );
}

function label(text: string, x: number, y: number, anchor: 'middle' | 'end' | 'start'): SVGElement {
  const made = svg('text', { x, y, 'text-anchor': anchor });
  made.textContent = text;
  return made;
}
