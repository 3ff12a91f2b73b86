import type { OutageKind, SingleKind } from './anomaly-plan.ts';

/** What an anomaly is about, by the names of the estate. */
export type TrueSubject = { job: string } | { host: string } | { source: string };

/** Something that really was wrong. Instants are epoch milliseconds. */
export interface AnomalyTruth {
  kind: SingleKind;
  /** Which of several ways: `truncated`, `repeated`, `gap`, `schema-change`, `cpu`, `silent`; null where one. */
  variant: string | null;
  subject: TrueSubject;
  /** Anomalies of one cause share it: people need to be told of it once. */
  cause: string;
  causeKind: 'single' | OutageKind | 'natural';
  /** Since when it was so, and until when. */
  fromMs: number;
  untilMs: number;
  /** Nobody who reads the logs can know of it before. */
  knowableMs: number;
  /** The runs it was seen in; for a missing one, none. */
  runIds: readonly string[];
  /** When the run would have started, of slots that were not kept; null otherwise. */
  dueMs: number | null;
  /** Name of the file, of transmissions; null otherwise. */
  file: string | null;
  /**
   * Whether it has to be found. Where it is false, finding it is right and not finding it is no mistake: a run on a
   * server in trouble takes half as long again, and whether that is slow is a matter of taste.
   */
  certain: boolean;
}

export const ANOMALY_HEADER =
  'kind,variant,subject_type,subject,cause,cause_kind,from,until,knowable,due,file,certain,run_ids\n';

const instantText = (instant: number) => new Date(instant).toISOString();

/** Lines of `truth/anomalies.csv`, without header; run ids are separated by spaces. */
export function anomalyLines(rows: readonly AnomalyTruth[]): string {
  return rows
    .map((row) => {
      const [[type, name]] = Object.entries(row.subject) as [[string, string]];
      const due = row.dueMs === null ? '' : instantText(row.dueMs);
      const instants = [row.fromMs, row.untilMs, row.knowableMs].map(instantText);
      return `${row.kind},${row.variant ?? ''},${type},${name},${row.cause},${row.causeKind},${instants.join(',')},${due},${row.file ?? ''},${row.certain},${row.runIds.join(' ')}\n`;
    })
    .join('');
}
