/** Runs of the period, or of the one before it. */
export interface TotalsRow {
  inPeriod: boolean;
  jobs: number;
  runs: number;
  succeeded: number;
  failed: number;
  cancelled: number;
  running: number;
  failingJobs: number;
  hours: number;
  /** Spent on runs that failed. */
  lostHours: number;
  rowsWritten: number;
}

export interface CourseRow {
  /** First local day, `2026-10-01`. */
  start: string;
  runs: number;
  failed: number;
  hours: number;
}

export interface HourRow {
  /** 1 is Monday. */
  weekday: number;
  hour: number;
  runs: number;
  failed: number;
  hours: number;
}

export interface DayOfMonthRow {
  day: number;
  runs: number;
  failed: number;
  /** Local days that were counted. */
  days: number;
}

/** Failed runs of a job with one text of an error, of the period and of the one before it. */
export interface ErrorRow {
  /** '' where none was told. */
  error: string;
  jobId: number;
  runs: number;
  inPeriod: number;
  lostHours: number;
}

/** Durations are of runs that succeeded, in milliseconds; null without any. */
export interface JobRow {
  jobId: number;
  job: string;
  owner: string | null;
  criticality: number;
  runs: number;
  succeeded: number;
  failed: number;
  failedDays: number;
  hours: number;
  lostHours: number;
  p10Ms: number | null;
  medianMs: number | null;
  p90Ms: number | null;
  p95Ms: number | null;
  /** Median distance to the median. */
  madMs: number | null;
}

export interface QueryRow {
  query: string;
  jobId: number;
  runs: number;
  hours: number;
  leastMs: number;
  mostMs: number;
}

export interface FailureRow {
  job: string;
  /** Local, `2026-10-31 23:50`. */
  start: string;
  durationMs: number | null;
  host: string | null;
  error: string | null;
}

export interface ResourceRow {
  host: string;
  metric: string;
  samples: number;
  median: number;
  p95: number;
  most: number;
  /** Share of samples at 90 % or more; null of what is no percentage. */
  fullShare: number | null;
}

export interface PeakRow {
  host: string;
  metric: string;
  /** Local, `2026-10-31 23:50`. */
  at: string;
  value: number;
  runs: number;
  jobs: string[];
}

export interface ContentionRow {
  host: string;
  runs: number;
  /** Overlapped at least one other run on the server. */
  shared: number;
  /** Median of their time divided by the job's usual time alone. */
  sharedRatio: number | null;
  extraHours: number;
}

export interface ContentionLevelRow {
  /** Other runs on the server at the start; 8 stands for more as well. */
  others: number;
  runs: number;
  compared: number;
  lowRatio: number | null;
  ratio: number | null;
  highRatio: number | null;
}

export interface ContentionPairRow {
  host: string;
  job: string;
  otherJob: string;
  times: number;
  hours: number;
  ratio: number | null;
  otherRatio: number | null;
}

export interface LoadRow {
  source: string;
  files: number;
  sizeBytes: number;
  rowsIn: number;
  loaded: number;
  duplicate: number;
  quarantined: number;
  /** Files refused or held as a whole. */
  refused: number;
}

export interface QualityRow {
  source: string;
  days: number;
  rows: number;
  completeness: number | null;
  uniqueness: number | null;
  validity: number | null;
  freshnessS: number | null;
  leastValidity: number | null;
  badDays: number;
}

export interface QuarantineRow {
  source: string;
  code: string;
  rows: number;
  files: number;
}

export interface SlotRow {
  job: string;
  met: number;
  late: number;
  missing: number;
  extra: number;
  waived: number;
}

export interface IncidentRow {
  severity: string;
  opened: number;
  resolved: number;
  acknowledged: number;
  toAcknowledgeMinutes: number | null;
  toAcknowledgeP90Minutes: number | null;
  toResolveMinutes: number | null;
  toResolveP90Minutes: number | null;
}

export interface FindingRow {
  kind: string;
  findings: number;
  incidents: number;
  subjects: number;
  delayMinutes: number | null;
}

export interface AlertRow {
  channel: string;
  channelKind: string;
  sent: number;
  dead: number;
  waiting: number;
}

export interface AnswerRow {
  kind: string;
  told: number;
  answered: number;
  useful: number;
  notUseful: number;
}

/** Failed runs of days on which, as on the day before, anything was found at all: else nobody watched. */
export interface DetectionRow {
  jobId: number;
  failed: number;
  found: number;
}

export interface ForecastRow {
  cutoff: string;
  job: string;
  probability: number | null;
  rank: number | null;
  failed: boolean;
}

export interface EarlierRow {
  period: string;
  key: string;
  rank: number;
  kind: string;
  subject: string;
  measure: string;
  measured: number;
  gain: number;
  gainUnit: string;
  state: 'open' | 'accepted' | 'rejected' | 'done';
}

/** What the statements of the annex answer, by their ids. */
export interface ReportFigures {
  totals: TotalsRow[];
  course: CourseRow[];
  hours: HourRow[];
  'days-of-month': DayOfMonthRow[];
  errors: ErrorRow[];
  jobs: JobRow[];
  queries: QueryRow[];
  'last-failures': FailureRow[];
  resources: ResourceRow[];
  peaks: PeakRow[];
  contention: ContentionRow[];
  'contention-levels': ContentionLevelRow[];
  'contention-pairs': ContentionPairRow[];
  loads: LoadRow[];
  quality: QualityRow[];
  quarantine: QuarantineRow[];
  slots: SlotRow[];
  incidents: IncidentRow[];
  findings: FindingRow[];
  alerts: AlertRow[];
  answers: AnswerRow[];
  detection: DetectionRow[];
  forecasts: ForecastRow[];
  'earlier-recommendations': EarlierRow[];
}
