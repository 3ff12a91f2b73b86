import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import {
  createDeliverNotification,
  createListPendingNotifications,
} from '../activities/alerts/deliver-notification.ts';
import type { Dependencies } from '../activities/dependencies.ts';
import { createDetect } from '../activities/detect/detect.ts';
import { createKeepSlots } from '../activities/detect/keep-slots.ts';
import { createLearnFollows } from '../activities/detect/learn-follows.ts';
import { createLearnProfiles } from '../activities/detect/learn-profiles.ts';
import { createFreezeSnapshot } from '../activities/forecast/freeze-snapshot.ts';
import { createJudgeChallenger } from '../activities/forecast/judge-challenger.ts';
import { createMakeForecast } from '../activities/forecast/make-forecast.ts';
import { createObserveModel } from '../activities/forecast/observe-model.ts';
import { createSwitchChampion } from '../activities/forecast/promotion.ts';
import { createRegisterChallenger } from '../activities/forecast/register-challenger.ts';
import { createSettleOutcomes } from '../activities/forecast/settle-outcomes.ts';
import { createTrainContestant } from '../activities/forecast/train-contestant.ts';
import { createLoadFile } from '../activities/load/load-file.ts';
import { createRefreshQuality } from '../activities/load/refresh-quality.ts';
import { simulateEstate } from '../cli/simulate/simulate.ts';
import { startMailSink } from '../stack/mail-sink.ts';
import { freePort } from '../stack/ports.ts';
import { FAILURE_MODEL } from '../workflows/names.ts';
import { type ActivityStage, openActivityStage } from './activity-stage.ts';

export interface LivedEstate {
  stage: ActivityStage;
  /** The instant up to which everything is told, epoch milliseconds. */
  endsAtMs: number;
  close(): Promise<void>;
}

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
/** Weeks before the end at which a forecast is made; the last ones have no week behind them yet. */
const FORECAST_WEEKS_AGO = [3, 2, 1, 0];

/**
 * A database in which a simulated estate has lived: runs and samples of some weeks, slots, incidents and messages of the
 * last days, a champion, and forecasts of which some have their week behind them. Done by the activities, in the order
 * in which the workflows call them.
 */
export async function openLivedEstate(overrides: Partial<Dependencies> = {}): Promise<LivedEstate> {
  const port = await freePort();
  const stage = await openActivityStage(overrides, `smtp://127.0.0.1:${port}`);
  const { dependencies, run } = stage;
  const out = path.join(stage.folder, 'estate');
  const { endsAt, runsFolder, metricsFolder } = await simulateEstate({
    ...{ out, jobs: 40, hosts: 3, days: 84, seed: 5 },
    startDate: new Date(startOfTodayMs() - 84 * DAY_MS).toISOString().slice(0, 10),
    anomalies: { fromDay: 60 },
  });
  for (const [source, folder] of [
    ['metrics', metricsFolder],
    ['runs', runsFolder],
  ] as const) {
    for (const file of readdirSync(folder).sort()) {
      const sha256 = await stage.storeFile(readFileSync(path.join(folder, file)), source, file);
      await run(createLoadFile(dependencies), { sha256 });
    }
  }
  for (const [name, source, text] of [
    ['damaged.csv', 'runs', 'no,table\n\u0000\u0001\u0002'],
    ['unreadable.csv', 'runs', 'job_id,run_id,started_at,duration_s,status\norders,1,soon,60,success\n'],
    ['full.csv', 'metrics', fullDisk(endsAt)],
  ] as const) {
    await run(createLoadFile(dependencies), { sha256: await stage.storeFile(text, source, name) });
  }
  await run(createRefreshQuality(dependencies), { source: null });

  const ago = (ms: number) => new Date(endsAt - ms).toISOString();
  await run(createLearnProfiles(dependencies), { asOf: ago(3 * DAY_MS) });
  await run(createKeepSlots(dependencies), { asOf: ago(3 * DAY_MS) });
  await run(createLearnFollows(dependencies), { asOf: ago(3 * DAY_MS) });

  await trainChampion(stage, ago(22 * DAY_MS));
  for (const weeks of FORECAST_WEEKS_AGO) {
    await run(createMakeForecast(dependencies), { model: FAILURE_MODEL, asOf: ago(weeks * 7 * DAY_MS) });
  }

  await run(createSettleOutcomes(dependencies), { asOf: ago(0) });
  await run(createObserveModel(dependencies), { model: FAILURE_MODEL, asOf: ago(0) });

  for (let hours = 72; hours >= 0; hours -= 6) {
    await run(createDetect(dependencies), { asOf: ago(hours * HOUR_MS) });
  }
  const sink = await startMailSink({ home: stage.folder, port });
  const { ids } = await run(createListPendingNotifications(dependencies), undefined);
  for (const id of ids.slice(0, 10)) await run(createDeliverNotification(dependencies), { id });
  await sink.stop();
  return { stage, endsAtMs: endsAt, close: () => stage.close() };
}

/** As workflow retrain does: a challenger stands before the gate, and serves whatever that says. */
async function trainChampion(stage: ActivityStage, asOf: string): Promise<void> {
  const { version, promoteVersion, summary } = await trainChallenger(stage, asOf);
  await stage.run(createSwitchChampion(stage.dependencies), {
    model: FAILURE_MODEL,
    version: promoteVersion ?? version,
    fromVersion: null,
    who: 'gate',
    why: summary,
    workflowId: `promote/${FAILURE_MODEL}/${version}`,
  });
}

/** Trains the contestants that are quickest to train, registers the best, and has the gate judge it. */
export async function trainChallenger(
  { run, dependencies }: ActivityStage,
  asOf: string,
): Promise<{ version: number; promoteVersion: number | null; summary: string }> {
  const { snapshot } = await run(createFreezeSnapshot(dependencies), { asOf });
  const contestants = [];
  for (const kind of ['base-run-rate', 'base-window-rate', 'logistic'] as const) {
    contestants.push(await run(createTrainContestant(dependencies), { snapshot, kind, seed: 1 }));
  }
  const training = { model: FAILURE_MODEL, snapshot, seed: 1, contestants };
  const { version } = await run(createRegisterChallenger(dependencies), {
    ...training,
    workflowId: 'retrain/test',
  });
  const { promoteVersion, summary } = await run(createJudgeChallenger(dependencies), {
    ...training,
    version,
  });
  return { version, promoteVersion, summary };
}

/** Samples of the last twelve hours of a server whose disk is full. */
function fullDisk(endsAtMs: number): string {
  const lines = ['host,metric,ts,value'];
  for (let at = endsAtMs - 12 * HOUR_MS; at < endsAtMs; at += HOUR_MS / 12) {
    lines.push(`srv-full,disk_used_percent,${new Date(at).toISOString()},98.5`);
  }
  return lines.join('\n');
}

const startOfTodayMs = (): number => Math.floor(Date.now() / DAY_MS) * DAY_MS;
