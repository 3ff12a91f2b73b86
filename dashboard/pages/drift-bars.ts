import type { Drift } from '../../api/contract/forecasts.ts';
import { element, svg } from '../element.ts';
import type { Frame } from '../page.ts';
import type { DriftWords } from './drift-words.ts';

type Feature = NonNullable<Drift['features']>[number];

const WIDTH = 520;
const ROW = 20;
const NAMES = 240;
/** Small moves do not look large. */
const LEAST_TOP = 0.5;
/**
 * The stability index of features as bars, with what is usual of each week as a tick.
 *
 * @param limit from which on a feature had moved, as configured at the look; null: not kept, no line is drawn
 */
export function driftBars(
  { view }: Frame,
  features: readonly Feature[],
  limit: number | null,
  words: DriftWords,
): HTMLElement {
  const shown = features.filter((feature): feature is Feature & { psi: number } => feature.psi !== null);
  if (shown.length === 0) return element('p', { class: 'muted' }, words.noneHow);
  const top = Math.max(2 * (limit ?? LEAST_TOP / 2), ...shown.map(({ psi }) => Math.min(psi, 2)));
  const x = (value: number) => NAMES + (Math.min(value, top) / top) * (WIDTH - NAMES - 44);
  const height = shown.length * ROW + 8;
  const bars = shown.flatMap(({ meaning, psi, usualPsi, state }, index) => {
    const y = index * ROW + 4;
    return [
      label(meaning[view.language], NAMES - 6, y + 12),
      svg('rect', {
        class: state === 'drifted' ? 'bar moved' : 'bar',
        ...{ x: NAMES, y: y + 2, width: Math.max(1, x(psi) - NAMES), height: ROW - 8 },
      }),
      ...(usualPsi === null
        ? []
        : [svg('line', { class: 'usual', x1: x(usualPsi), x2: x(usualPsi), y1: y, y2: y + ROW - 4 })]),
      label(view.format.decimal(psi), x(psi) + 4, y + 12, 'start'),
    ];
  });
  const drawn = svg(
    'svg',
    { viewBox: `0 0 ${WIDTH} ${height}`, role: 'img', 'aria-label': words.bars },
    ...(limit === null
      ? []
      : [
          svg('line', { class: 'ideal', 'data-limit': limit, x1: x(limit), x2: x(limit), y1: 0, y2: height }),
        ]),
    ...bars,
  );
  return element(
    'figure',
    { class: 'plot wide drift-bars' },
    drawn as unknown as Node,
    element(
      'figcaption',
      { class: 'muted' },
      limit === null ? words.barsHowNoLimit : words.barsHow(view.format.decimal(limit)),
    ),
  );
}

const MOST_LETTERS = 40;

function label(text: string, x: number, y: number, anchor: 'start' | 'end' = 'end'): SVGElement {
  const made = svg('text', { x, y, 'text-anchor': anchor });
  made.textContent = text.length > MOST_LETTERS ? `${text.slice(0, MOST_LETTERS - 1)}…` : text;
  return made;
}
