/**
 * What a cleaning rule is, as data; the catalogue of anomalies is rendered from it.
 *
 * `refuse`: the row goes to quarantine. `repair`: a value was changed or dropped, the row is kept.
 * `doubt`: nothing was changed, the record says that it is doubtful.
 */
export interface CleaningRule {
  code: string;
  kind: 'refuse' | 'repair' | 'doubt';
  appliesTo: 'runs' | 'metrics' | 'events' | 'all';
  title: { en: string; fr: string };
  meaning: string;
  example: string;
  whatIsDone: string;
}

/** Why a row is refused: the rule's code, and what was expected and found. */
export interface RowRefusal {
  code: string;
  detail: string;
}

/** The times of one run while they are being cleaned; `knownAt` null means that no column told it. */
export interface RunTimes {
  running: boolean;
  startedAt: number;
  endedAt: number | null;
  durationMs: number | null;
  knownAt: number | null;
}

/** A found value as it is shown in a sentence: quoted, at most 80 characters. */
export function found(text: string): string {
  return text.length === 0 ? 'nothing' : JSON.stringify(text.length > 80 ? `${text.slice(0, 79)}…` : text);
}
