import { POSTGRES, PROMETHEUS, type SourceReference } from './sources.ts';

/** What a panel asks, as Grafana writes it down. */
export type Target = PostgresTarget | PrometheusTarget;

export interface PostgresTarget {
  refId: string;
  datasource: SourceReference;
  editorMode: 'code';
  /** `time_series`: the column `time`, numbers, and a column `metric` that names the series. */
  format: 'time_series' | 'table';
  rawQuery: true;
  rawSql: string;
}

export interface PrometheusTarget {
  refId: string;
  datasource: SourceReference;
  expr: string;
  legendFormat: string;
  range: boolean;
  instant: boolean;
}

/** A query without its letter, which it gets in its panel. */
export type Query = Omit<PostgresTarget, 'refId'> | Omit<PrometheusTarget, 'refId'>;

/** SQL with the macros of Grafana; the time in a column `time`. */
export const overTime = (sql: string): Query => ask('time_series', sql);

/** SQL whose columns are shown under their own names. */
export const rowsOf = (sql: string): Query => ask('table', sql);

const ask = (format: PostgresTarget['format'], sql: string): Query => ({
  datasource: POSTGRES,
  editorMode: 'code',
  format,
  rawQuery: true,
  rawSql: trimmed(sql),
});

/** PromQL over the time shown. */
export const metric = (expr: string, legendFormat: string): Query => ({
  datasource: PROMETHEUS,
  expr,
  legendFormat,
  range: true,
  instant: false,
});

/** Lines without the indentation of the TypeScript around them. */
export function trimmed(sql: string): string {
  const lines = sql.split('\n').filter((line) => line.trim() !== '');
  const indent = Math.min(...lines.slice(1).map((line) => line.search(/\S/)), 80);
  return [lines[0]!.trim(), ...lines.slice(1).map((line) => line.slice(indent).trimEnd())].join('\n');
}
