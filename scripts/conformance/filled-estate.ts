/** An estate for the API to tell of: loaded, learned, forecast and reported by the running pipeline. */
import path from 'node:path';
import type { Client } from '@temporalio/client';
import { runWorkflow } from '../../cli/run-workflow.ts';
import { simulateEstate } from '../../cli/simulate/simulate.ts';
import { FAILURE_MODEL, isoWeekOf, workflowIds } from '../../workflows/names.ts';
import { drop } from '../benchmarks/pipeline.ts';
import { say } from '../benchmarks/progress.ts';

const DAY_MS = 86_400_000;
const REPORT_PERIOD = '2026-03';

/** Writes the logs of a small estate, in which things go wrong, into the drop folders of a home. */
export async function writeEstate(home: string, seed: number): Promise<void> {
  const out = path.join(home, 'drop');
  const small = { jobs: 16, hosts: 3, days: 84, startDate: '2026-01-05' };
  await simulateEstate({ out, seed, ...small, anomalies: { fromDay: 60 } });
  await drop(path.join(out, 'runs'), 'damaged.csv', 'no,table\n\u0000\u0001\u0002', 60_000);
  await drop(
    path.join(out, 'runs'),
    'unreadable.csv',
    'job_id,run_id,started_at,duration_s,status\norders,1,soon,60,success\n',
    60_000,
  );
}

/** Has the pipeline do with it what it does in a week, two models and a report included. */
export async function liveThrough(temporal: Client, asOf: () => Promise<Date>): Promise<void> {
  for (const source of ['runs', 'metrics']) {
    say(`loading ${source}`);
    await collectAll(temporal, source);
  }
  const now = await asOf();
  const at = (daysAgo: number) => new Date(now.getTime() - daysAgo * DAY_MS);
  say('learning, training twice, forecasting');
  await runWorkflow(temporal, 'learn', workflowIds.learn, { asOf: at(3).toISOString() }, 'Learn');
  for (const daysAgo of [8, 0]) {
    const then = at(daysAgo);
    const asOf = then.toISOString();
    const week = workflowIds.retrain(isoWeekOf(then.getTime()));
    await runWorkflow(temporal, 'retrain', week, { asOf }, `Retrain ${FAILURE_MODEL}`);
    const forecast = workflowIds.forecastWeek(asOf.slice(0, 10));
    await runWorkflow(temporal, 'forecastWeek', forecast, { asOf }, 'Forecast of the week');
  }
  await runWorkflow(temporal, 'detect', workflowIds.detect, { asOf: now.toISOString() }, 'Detect');
  say('building a report');
  const report = { language: 'fr', period: REPORT_PERIOD, tell: false } as const;
  await runWorkflow(temporal, 'report', workflowIds.report(REPORT_PERIOD, 'fr'), report, 'Report');
}

/** Collects until nothing waits; what the schedule is loading already is waited for. */
async function collectAll(temporal: Client, source: string): Promise<void> {
  for (;;) {
    const id = workflowIds.collect(source);
    const outcome = await runWorkflow(temporal, 'collect', id, { source }, `Collect ${source}`);
    if (outcome.ingestWorkflowId === null) return;
    if (outcome.ingest === null) await temporal.workflow.getHandle(outcome.ingestWorkflowId).result();
  }
}
