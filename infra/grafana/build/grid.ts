import type { Panel } from './panel.ts';

/** Columns of Grafana's grid. */
export const GRID_COLUMNS = 24;

export interface GridPosition {
  x: number;
  y: number;
  w: number;
  h: number;
}

export interface PlacedPanel extends Panel {
  id: number;
  gridPos: GridPosition;
}

/** Panels side by side, as high as `height` (a unit of Grafana's grid is 30 pixels), as wide as their share. */
export interface Row {
  height: number;
  panels: Panel[];
}

/** A row whose panels share the width evenly; what does not divide goes to the last one. */
export const row = (height: number, ...panels: Panel[]): Row => ({ height, panels });

/** Gives every panel its number, from 1, and its place, row under row. */
export function placed(rows: readonly Row[]): PlacedPanel[] {
  const all: PlacedPanel[] = [];
  let y = 0;
  for (const { height, panels } of rows) {
    const width = Math.floor(GRID_COLUMNS / panels.length);
    for (const [place, panel] of panels.entries()) {
      const w = place === panels.length - 1 ? GRID_COLUMNS - width * place : width;
      all.push({ id: all.length + 1, ...panel, gridPos: { x: width * place, y, w, h: height } });
    }
    y += height;
  }
  return all;
}
