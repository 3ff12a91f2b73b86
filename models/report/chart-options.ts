import type { ChartOption } from './document.ts';

/** Told apart by those who do not see red and green, and by their brightness on paper. */
export const COLOURS = {
  runs: '#33628f',
  failed: '#c0462b',
  quiet: '#b7c0ca',
  third: '#d9a02e',
  fourth: '#3f7f66',
  text: '#2b3440',
  faint: '#e3e7ec',
} as const;

const FONT = 'Source Sans 3';
const TEXT = { fontFamily: FONT, fontSize: 12, color: COLOURS.text };
const AXIS_LINE = { lineStyle: { color: '#8a94a1' } };

export type Formatter = (value: number) => string;

export const valueAxis = (name: string, format: Formatter, more: object = {}) => ({
  type: 'value',
  name,
  nameTextStyle: { ...TEXT, align: 'left' },
  axisLabel: { ...TEXT, formatter: format },
  splitLine: { lineStyle: { color: COLOURS.faint } },
  splitNumber: 4,
  ...more,
});

export const categoryAxis = (data: readonly string[], more: object = {}) => ({
  type: 'category',
  data,
  axisLabel: { ...TEXT, ...(more as { axisLabel?: object }).axisLabel },
  axisLine: AXIS_LINE,
  axisTick: { alignWithLabel: true, lineStyle: AXIS_LINE.lineStyle },
});

/** What all charts share. */
export const chart = (option: object): ChartOption => ({
  animation: false,
  textStyle: TEXT,
  backgroundColor: '#ffffff',
  grid: { left: 8, right: 12, top: 34, bottom: 4, containLabel: true },
  ...option,
});

export const legend = (names: readonly string[]) => ({
  data: names,
  right: 8,
  top: 2,
  itemWidth: 14,
  itemHeight: 9,
  textStyle: TEXT,
});

/** Horizontal bars, the first on top, their values written beside them. */
export const bars = (
  rows: readonly { name: string; value: number; label: string }[],
  colour: string,
  format: Formatter,
): ChartOption =>
  chart({
    grid: { left: 8, right: 64, top: 6, bottom: 4, containLabel: true },
    xAxis: valueAxis('', format),
    yAxis: { ...categoryAxis(rows.map(({ name }) => name)), inverse: true },
    series: [
      {
        type: 'bar',
        barCategoryGap: '28%',
        itemStyle: { color: colour },
        data: rows.map(({ value, label }) => ({
          value,
          label: { show: true, position: 'right', formatter: label, ...TEXT },
        })),
      },
    ],
  });
