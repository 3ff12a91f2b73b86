import { element } from '../element.ts';

const NAMES = [
  'paper', 'surface', 'ink', 'muted', 'line', 'soft', 'accent', 'good', 'bad', 'warn', 'busy', 'band',
] as const; // biome-ignore format: one name a line says no more

export type Palette = Record<(typeof NAMES)[number], string>;

/** The colours of the page as they are now: a canvas knows no variables, and of a pair only one side holds. */
export function paletteOf(place: Element): Palette {
  const probe = element('i', { hidden: true });
  place.append(probe);
  const style = getComputedStyle(probe);
  const palette = Object.fromEntries(
    NAMES.map((name) => {
      probe.style.color = `var(--${name})`;
      return [name, style.color];
    }),
  );
  probe.remove();
  return palette as Palette;
}
