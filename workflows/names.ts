/** Ids, queues, schedules and search attributes: the words the Temporal UI shows. No imports, so everybody may read it. */

/** Scaled separately: `ingest` is bound by I/O, `train` by the processor, `control` must always answer. */
export const TASK_QUEUES = { ingest: 'ingest', train: 'train', control: 'control' } as const;
export type TaskQueue = (typeof TASK_QUEUES)[keyof typeof TASK_QUEUES];

/** All are keywords. */
export const SEARCH_ATTRIBUTES = [
  'JobName',
  'Host',
  'Owner',
  'Source',
  'Severity',
  'Slot',
  'ModelVersion',
  'Outcome',
  'ReRunOf',
] as const;

/** The one forecasting model of the estate; its versions are counted from 1. */
export const FAILURE_MODEL = 'job-failure';

export const workflowIds = {
  collect: (source: string) => `collect/${source}`,
  collectEvents: 'collect/events',
  /** What a watcher saw arrive is collected beside the look by schedule. */
  collectArrived: (source: string) => `collect/${source}/arrived`,
  ingestFiles: (source: string, batch: string) => `ingest/${source}/${batch}`,
  replayQuarantine: (what: string) => `replay/${what}`,
  rebuild: 'rebuild',
  eraseOwner: (erasureId: number) => `erase/${erasureId}`,
  retention: 'retention',
  retentionDryRun: 'retention/dry-run',
  releaseSource: (source: string) => `release/${source}`,
  detect: 'detect',
  learn: 'learn',
  retrain: (isoWeek: string) => `retrain/${isoWeek}`,
  /** The same files are the same challenge. */
  challengeImported: (week: string, day: string) => `challenge/${week.slice(0, 16)}-${day.slice(0, 16)}`,
  promoteModel: (model: string, version: number) => `promote/${model}/${version}`,
  /** `key`: a version may be on trial again. Its end: identifiers of one minute begin alike. */
  trialModel: (model: string, version: number, role: 'challenger' | 'predecessor', key: string) =>
    `trial/${model}/${version}/${role}/${key.slice(-8)}`,
  /** `word`: a hash of what is said; the same said twice is once. */
  overrideForecast: (jobId: number, word: string) => `forecast-override/${jobId}/${word}`,
  /** Of a champion: rolled back twice at once it is once. */
  rollbackModel: (model: string, fromVersion: number) => `rollback/${model}/${fromVersion}`,
  /** `word`: a hash of what is written and why; the same asked twice is once. */
  tagModel: (model: string, version: number, word: string) => `tag/${model}/${version}/${word}`,
  deliver: (notificationId: string) => `deliver/${notificationId}`,
  testChannel: (channel: string) => `test-channel/${channel}`,
  forecastWeek: (date: string) => `forecast/${date}`,
  monitorModel: (date: string) => `monitor/${date}`,
  report: (period: string, language: string) => `report/${period}/${language}`,
  /** Of a recommendation one at a time. */
  decideRecommendation: (period: string, key: string) => `decide/${period}/${key}`,
  predict: (model: string, version: number, cutoff: string) => `predict/${model}/${version}/${cutoff}`,
  pulse: 'pulse',
  incident: (id: number) => `incident/${id}`,
  /** Of an incident one at a time. */
  rerunIncident: (id: number) => `rerun/incident/${id}`,
  rerunJobs: (what: string) => `rerun/jobs/${what}`,
};

/** Told to `collectEvents`: look again. */
export const EVENT_ARRIVED = 'eventArrived';
/** Told to `incident`: it was changed, or people were told of it. */
export const INCIDENT_CHANGED = 'changed';
/** What people can do about an incident: updates of its workflow. */
export const INCIDENT_ACTIONS = ['acknowledge', 'silence', 'waive', 'rerun'] as const;
export type IncidentAction = (typeof INCIDENT_ACTIONS)[number];
/** Told to `trialModel`: there is something new to look at. */
export const LOOK_AGAIN = 'lookAgain';
/** How what `decide` answers ends while one person more is asked for. */
export const SECOND_PERSON = 'a second person has to approve';
/** Told to `rerun`: runs were loaded. */
export const RUNS_KNOWN = 'runsKnown';

export const scheduleIds = {
  collect: (source: string) => `collect-${source}`,
  collectEvents: 'collect-events',
  detect: 'detect',
  retrain: 'retrain-weekly',
  forecastWeek: 'forecast-weekly',
  retention: 'retention-monthly',
  report: 'report-monthly',
  monitorModel: 'monitor-daily',
};

/**
 * Name of a batch of files: the first characters of its first hash, and how many. Files are loaded in the order the
 * ledger gives, so a batch that starts with another file is another batch.
 */
export const batchOf = (sha256s: readonly string[]): string =>
  `${sha256s[0]?.slice(0, 16)}-${sha256s.length}`;

/** `2026-W09`: the ISO 8601 week of an instant, in UTC. */
export function isoWeekOf(epochMs: number): string {
  const day = new Date(epochMs);
  // The week belongs to the year of its Thursday.
  day.setUTCDate(day.getUTCDate() + 3 - ((day.getUTCDay() + 6) % 7));
  const firstOfYear = Date.UTC(day.getUTCFullYear(), 0, 1);
  const week = 1 + Math.floor((day.getTime() - firstOfYear) / 604_800_000);
  return `${day.getUTCFullYear()}-W${String(week).padStart(2, '0')}`;
}
