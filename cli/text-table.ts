import { oneLine } from './byte-text.ts';

const WIDTH = 79;
const GAP = '  ';

/** Rows below their titles, in columns; where 80 columns are too few the widest is cut until they are enough. */
export function textTable(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [titles, ...rows].map((cells) => cells.map(oneLine));
  const widths = titles.map((_, column) => Math.max(...lines.map((cells) => cells[column]!.length)));
  const tooMany = () => widths.reduce((sum, width) => sum + width + GAP.length, -GAP.length) - WIDTH;
  while (tooMany() > 0) widths[widths.indexOf(Math.max(...widths))]! -= 1;
  return lines
    .map((cells) =>
      cells
        .map((cell, column) => {
          const width = widths[column]!;
          return (cell.length > width ? `${cell.slice(0, width - 1)}…` : cell).padEnd(width);
        })
        .join(GAP)
        .trimEnd(),
    )
    .join('\n');
}
