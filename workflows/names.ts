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
  ingestFiles: (source: string, batch: string) => `ingest/${source}/${batch}`,
  retrain: (isoWeek: string) => `retrain/${isoWeek}`,
  promoteModel: (model: string, version: number) => `promote/${model}/${version}`,
  forecastWeek: (date: string) => `forecast/${date}`,
};

export const scheduleIds = {
  collect: (source: string) => `collect-${source}`,
  retrain: 'retrain-weekly',
  forecastWeek: 'forecast-weekly',
};
