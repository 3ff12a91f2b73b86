import type { Query, Target } from './query.ts';
import { plain, type Thresholds } from './thresholds.ts';

/** A link of a panel or of a cell. */
export interface Link {
  title: string;
  url: string;
  targetBlank?: boolean;
}

export interface FieldConfig {
  unit?: string;
  decimals?: number;
  min?: number;
  max?: number;
  noValue?: string;
  thresholds?: Thresholds;
  color?: { mode: string; fixedColor?: string };
  links?: Link[];
  mappings?: object[];
  custom?: object;
}

export interface Override {
  matcher: { id: 'byName' | 'byRegexp'; options: string };
  properties: { id: string; value: unknown }[];
}

/** A panel as Grafana writes it down, before it has its number and place. */
export interface Panel {
  type: PanelKind;
  title: string;
  description: string;
  datasource: Query['datasource'];
  targets: Target[];
  fieldConfig: { defaults: FieldConfig; overrides: Override[] };
  options: object;
  links?: Link[];
  interval?: string;
}

export type PanelKind = 'timeseries' | 'stat' | 'table' | 'bargauge' | 'barchart' | 'state-timeline';

/** What every panel says of itself. */
export interface PanelWords {
  title: string;
  /** What is shown and how it is computed; behind the `i` of the panel. */
  description: string;
  /** Said in place of an empty panel. */
  noData: string;
  /** Of Grafana: `short`, `percentunit`, `ms`, `dtdurations`, `locale`… */
  unit: string;
  queries: Query[];
  decimals?: number;
  min?: number;
  max?: number;
  thresholds?: Thresholds;
  links?: Link[];
  overrides?: Override[];
  /** The shortest step of time, such as `15m`: bars of a minute say nothing. */
  interval?: string;
}

const LEGEND = { displayMode: 'list', placement: 'bottom', showLegend: true, calcs: [] };
const NO_LEGEND = { displayMode: 'list', placement: 'bottom', showLegend: false, calcs: [] };
const TOOLTIP = { mode: 'multi', sort: 'desc' };

function panelOf(type: PanelKind, words: PanelWords, options: object, defaults: FieldConfig): Panel {
  const { title, description, noData, unit, queries, decimals, min, max, thresholds, links, interval } =
    words;
  return {
    type,
    title,
    description,
    datasource: queries[0]!.datasource,
    targets: queries.map((query, place) => ({ refId: String.fromCharCode(65 + place), ...query })),
    fieldConfig: {
      defaults: {
        unit,
        noValue: noData,
        thresholds: thresholds ?? plain(),
        ...(decimals === undefined ? {} : { decimals }),
        ...(min === undefined ? {} : { min }),
        ...(max === undefined ? {} : { max }),
        ...defaults,
      },
      overrides: words.overrides ?? [],
    },
    options,
    ...(links === undefined ? {} : { links }),
    ...(interval === undefined ? {} : { interval }),
  };
}

export interface TimeSeriesWords extends PanelWords {
  /** Left out: lines. */
  draw?: 'lines' | 'bars' | 'points';
  /** One above the other, where their sum says something. */
  stacked?: boolean;
}

/** Numbers over time. A threshold is drawn as a dashed line. */
export function timeSeries(words: TimeSeriesWords): Panel {
  const { draw = 'lines', stacked = false, thresholds } = words;
  return panelOf(
    'timeseries',
    words,
    { legend: LEGEND, tooltip: TOOLTIP },
    {
      color: { mode: 'palette-classic' },
      custom: {
        drawStyle: draw === 'bars' ? 'bars' : draw === 'points' ? 'points' : 'line',
        lineWidth: draw === 'bars' ? 0 : 1,
        fillOpacity: draw === 'bars' ? 80 : stacked ? 30 : 0,
        pointSize: 4,
        showPoints: draw === 'points' ? 'always' : 'auto',
        spanNulls: false,
        axisSoftMin: 0,
        stacking: { group: 'A', mode: stacked ? 'normal' : 'none' },
        thresholdsStyle: { mode: thresholds === undefined ? 'off' : 'dashed' },
      },
    },
  );
}

/** One number a series, large. `field` names the column where there are several, or one that is a text. */
export function stat(words: PanelWords & { field?: string; sparkline?: boolean }): Panel {
  const { field = '', sparkline = false } = words;
  return panelOf(
    'stat',
    words,
    {
      reduceOptions: { calcs: ['lastNotNull'], fields: field, values: false },
      colorMode: 'value',
      graphMode: sparkline ? 'area' : 'none',
      justifyMode: 'auto',
      textMode: 'auto',
      orientation: 'auto',
      wideLayout: true,
      showPercentChange: false,
      percentChangeColorMode: 'standard',
    },
    { color: { mode: 'thresholds' } },
  );
}

/** Rows as they come. */
export function table(words: PanelWords): Panel {
  return panelOf(
    'table',
    words,
    { frameIndex: 0, showHeader: true, cellHeight: 'sm' },
    {
      color: { mode: 'thresholds' },
      custom: { align: 'auto', cellOptions: { type: 'auto', wrapText: false }, inspect: false },
    },
  );
}

/** One bar a row: the first text names it, the number is its length. */
export function barGauge(words: PanelWords): Panel {
  return panelOf(
    'bargauge',
    words,
    {
      displayMode: 'basic',
      valueMode: 'color',
      namePlacement: 'left',
      showUnfilled: true,
      sizing: 'auto',
      minVizWidth: 8,
      minVizHeight: 16,
      maxVizHeight: 300,
      orientation: 'horizontal',
      legend: NO_LEGEND,
      reduceOptions: { calcs: [], fields: '', values: true },
    },
    { color: { mode: 'thresholds' } },
  );
}

/** Bars over categories: `xField` names the column of these. */
export function barChart(words: PanelWords & { xField: string; stacked?: boolean }): Panel {
  return panelOf(
    'barchart',
    words,
    {
      xField: words.xField,
      orientation: 'auto',
      xTickLabelRotation: 0,
      xTickLabelMaxLength: 24,
      xTickLabelSpacing: 0,
      stacking: words.stacked ? 'normal' : 'none',
      showValue: 'auto',
      barWidth: 0.9,
      groupWidth: 0.7,
      fullHighlight: false,
      legend: LEGEND,
      tooltip: TOOLTIP,
    },
    { color: { mode: 'palette-classic' }, custom: { lineWidth: 0, fillOpacity: 80, axisSoftMin: 0 } },
  );
}

/** The colour of one series or column, wherever it stands in the palette. */
export const coloured = (name: string, fixedColor: string): Override => ({
  matcher: { id: 'byName', options: name },
  properties: [{ id: 'color', value: { mode: 'fixed', fixedColor } }],
});

/** Another unit for one column. */
export const inUnit = (name: string, unit: string, decimals?: number): Override => ({
  matcher: { id: 'byName', options: name },
  properties: [
    { id: 'unit', value: unit },
    ...(decimals === undefined ? [] : [{ id: 'decimals', value: decimals }]),
  ],
});

/** A column whose cells lead somewhere; `${__data.fields["…"]}` in the address is the cell of another column. */
export const linked = (name: string, link: Link): Override => ({
  matcher: { id: 'byName', options: name },
  properties: [{ id: 'links', value: [link] }],
});

/** A column as wide as its texts need, in pixels. */
export const wide = (name: string, widthPx: number): Override => ({
  matcher: { id: 'byName', options: name },
  properties: [{ id: 'custom.width', value: widthPx }],
});
