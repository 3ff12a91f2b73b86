import {
  type Client,
  ScheduleAlreadyRunning,
  type ScheduleOptions,
  ScheduleOverlapPolicy,
} from '@temporalio/client';
import type { Config } from '../config.ts';
import type * as workflows from '../workflows/index.ts';
import { FAILURE_MODEL, scheduleIds, TASK_QUEUES, workflowIds } from '../workflows/names.ts';

/** After an outage one collection takes all that came meanwhile; those missed are not owed. */
const COLLECT_CATCH_UP = '1m';
/** The weekly work is owed even when the server was down over the week-end. */
const WEEKLY_CATCH_UP = '3 days';

/** The schedules, one line of purpose each; all can be paused, triggered and changed from the Temporal UI. */
function schedulesOf(config: Config): ScheduleOptions[] {
  const often = (
    scheduleId: string,
    workflowId: string,
    workflowType: keyof typeof workflows,
    every: '15s' | '30s',
    args: unknown[],
    summary: string,
  ): ScheduleOptions => ({
    scheduleId,
    spec: { intervals: [{ every }] },
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: COLLECT_CATCH_UP },
    action: {
      type: 'startWorkflow',
      workflowType,
      workflowId,
      taskQueue: TASK_QUEUES.control,
      args,
      staticSummary: summary,
    },
  });
  const collections = config.sources.map(({ name, intake }) => {
    const input = { source: name, ...(intake?.scrape?.length && { scrape: true }) };
    const summary = `Collect ${name}`;
    return often(scheduleIds.collect(name), workflowIds.collect(name), 'collect', '30s', [input], summary);
  });
  // Retraining first and the forecast after it, early on Monday: the week's first reader finds both.
  const weekly = (
    scheduleId: string,
    workflowId: string,
    workflowType: keyof typeof workflows,
    hour: number,
    summary: string,
  ): ScheduleOptions => ({
    scheduleId,
    spec: { calendars: [{ dayOfWeek: 'MONDAY', hour, minute: 0 }], timezone: config.timeZone },
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: WEEKLY_CATCH_UP },
    action: {
      type: 'startWorkflow',
      workflowType,
      workflowId,
      taskQueue: TASK_QUEUES.control,
      args: [{}],
      staticSummary: summary,
    },
  });
  // A month that is over is dropped on the second day of the next one, when its last logs have come.
  const monthly: ScheduleOptions = {
    scheduleId: scheduleIds.retention,
    spec: { calendars: [{ dayOfMonth: 2, hour: 3, minute: 0 }], timezone: config.timeZone },
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: WEEKLY_CATCH_UP },
    action: {
      type: 'startWorkflow',
      workflowType: 'retention' satisfies keyof typeof workflows,
      workflowId: workflowIds.retention,
      taskQueue: TASK_QUEUES.control,
      args: [config.retention],
      staticSummary: 'Drop what is too old',
    },
  };
  // When the report of a month counts as settled: two days after it.
  const report: ScheduleOptions = {
    scheduleId: scheduleIds.report,
    spec: { calendars: [{ dayOfMonth: 3, hour: 5, minute: 0 }], timezone: config.timeZone },
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: WEEKLY_CATCH_UP },
    action: {
      type: 'startWorkflow',
      workflowType: 'report' satisfies keyof typeof workflows,
      workflowId: workflowIds.report('monthly', config.language),
      taskQueue: TASK_QUEUES.control,
      args: [{ language: config.language, tell: true }],
      staticSummary: 'Report of the last month',
    },
  };
  // Every morning, and on Monday between the retraining and the forecast.
  const daily: ScheduleOptions = {
    scheduleId: scheduleIds.monitorModel,
    spec: { calendars: [{ hour: 5, minute: 30 }], timezone: config.timeZone },
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '1 day' },
    action: {
      type: 'startWorkflow',
      workflowType: 'monitorModel' satisfies keyof typeof workflows,
      workflowId: workflowIds.monitorModel('daily'),
      taskQueue: TASK_QUEUES.control,
      args: [{}],
      staticSummary: `Watch ${FAILURE_MODEL}`,
    },
  };
  return [
    ...collections,
    often(
      scheduleIds.collectEvents,
      workflowIds.collectEvents,
      'collectEvents',
      '30s',
      [],
      'Collect what jobs told over HTTP',
    ),
    often(scheduleIds.detect, workflowIds.detect, 'detect', '15s', [{}], 'Detect what no load tells of'),
    monthly,
    report,
    daily,
    weekly(scheduleIds.retrain, 'retrain/weekly', 'retrain', 4, `Retrain ${FAILURE_MODEL}`),
    weekly(scheduleIds.forecastWeek, 'forecast/weekly', 'forecastWeek', 6, 'Forecast of the coming week'),
  ];
}

/**
 * Creates the schedules, or brings those that exist to today's definition. Whether somebody paused one, and the
 * note they left, stays theirs.
 */
export async function ensureSchedules(client: Client, config: Config): Promise<void> {
  for (const options of schedulesOf(config)) {
    try {
      await client.schedule.create(options);
    } catch (error) {
      if (!(error instanceof ScheduleAlreadyRunning)) throw error;
      const { spec, policies, action } = options;
      await client.schedule
        .getHandle(options.scheduleId)
        .update(({ state }) => ({ spec, policies, action, state }) as never);
    }
  }
}
