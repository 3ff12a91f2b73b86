import type { Language } from '../alerts/message.ts';

/** What ECharts draws; without anything that depends on a clock or on chance. */
export type ChartOption = Readonly<Record<string, unknown>>;

export interface Column {
  title: string;
  align?: 'left' | 'right';
  /** Shares of the width; left out: as wide as its content. */
  share?: number;
  /** Texts of machines: SQL, errors. */
  mono?: boolean;
}

/** A part of the report. Texts are plain: whatever is in them, they are shown as they are. */
export type Block =
  | { type: 'heading'; level: 1 | 2; text: string }
  | { type: 'text'; text: string }
  | { type: 'list'; items: readonly string[] }
  | { type: 'facts'; facts: readonly { label: string; value: string; note: string }[] }
  | {
      type: 'chart';
      /** Names its file; unique in the report. */
      id: string;
      caption: string;
      /** Says what the chart shows to those who do not see it. */
      alternative: string;
      option: ChartOption;
      heightPx: number;
      /** The statements it is drawn from. */
      queries: readonly string[];
    }
  | {
      type: 'table';
      caption: string;
      columns: readonly Column[];
      rows: readonly (readonly string[])[];
      queries: readonly string[];
    }
  | { type: 'code'; text: string }
  | { type: 'page-break' };

export interface ReportDocument {
  language: Language;
  title: string;
  subtitle: string;
  /** In the footer of every page. */
  footer: string;
  contentsTitle: string;
  /** Words before the number of a chart and of a table. */
  figureWord: string;
  tableWord: string;
  /** Before the names of statements under charts and tables. */
  sourceWord: string;
  /** One page. */
  summary: readonly Block[];
  body: readonly Block[];
}
