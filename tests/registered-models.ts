import { createFreezeSnapshot } from '../activities/forecast/freeze-snapshot.ts';
import { createJudgeChallenger } from '../activities/forecast/judge-challenger.ts';
import { createSwitchChampion } from '../activities/forecast/promotion.ts';
import { createRegisterChallenger } from '../activities/forecast/register-challenger.ts';
import { registerModel } from '../activities/forecast/register-model.ts';
import {
  type ContestantReference,
  createTrainContestant,
  trainedOf,
} from '../activities/forecast/train-contestant.ts';
import { createLoadFile } from '../activities/load/load-file.ts';
import type { LearnerKind } from '../models/forecast/index.ts';
import { FAILURE_MODEL } from '../workflows/names.ts';
import type { ActivityStage } from './activity-stage.ts';

const DAY_MS = 86_400_000;
/** Versions 1, 2, 3 of the order in which they served. */
export const KINDS: readonly LearnerKind[] = ['base-run-rate', 'base-persistence', 'base-window-rate'];
export const AS_OF = '2026-03-01T06:00:00.000Z';

/** Job k of 2, 3 and 5 fails on every day whose number k divides, for 60 days. */
function runLog(): string {
  const lines = ['job_id,owner,run_id,started_at,duration_s,status'];
  for (let day = 1; day <= 60; day++) {
    const at = new Date(Date.parse(AS_OF) - day * DAY_MS).toISOString();
    for (const job of [2, 3, 5]) {
      lines.push(`job_${job},ann,${day},${at},60,${day % job === 0 ? 'failed' : 'success'}`);
    }
  }
  return lines.join('\n');
}

export interface Registered {
  snapshot: string;
  contestants: ContestantReference[];
  /** The version that the gate judged. */
  judged: number;
}

/**
 * Runs, a snapshot of them, and versions 1, 2 and 3 trained on it, of which none serves.
 *
 * @param seed another one makes other bytes: tests share the object store, and some damage what is theirs
 */
export async function registerVersions(
  stage: ActivityStage,
  seed: number,
): Promise<Omit<Registered, 'judged'>> {
  const { dependencies } = stage;
  const sha256 = await stage.storeFile(runLog());
  await stage.run(createLoadFile(dependencies), { sha256 });
  const { snapshot } = await stage.run(createFreezeSnapshot(dependencies), { asOf: AS_OF });
  const contestants: ContestantReference[] = [];
  for (const kind of KINDS) {
    contestants.push(await stage.run(createTrainContestant(dependencies), { snapshot, kind, seed }));
  }
  const run = { model: FAILURE_MODEL, snapshot, seed };
  for (const trained of trainedOf(contestants)) await registerModel(dependencies, run, trained);
  return { snapshot, contestants };
}

/** The same, and all three were champion one after the other: the last one is. */
export async function registerModels(stage: ActivityStage, seed: number): Promise<Registered> {
  const { dependencies } = stage;
  const { snapshot, contestants } = await registerVersions(stage, seed);
  const run = { model: FAILURE_MODEL, snapshot, seed };
  for (const version of [1, 2, 3]) {
    await stage.run(createSwitchChampion(dependencies), {
      ...{ model: FAILURE_MODEL, version, fromVersion: version === 1 ? null : version - 1 },
      ...{ who: 'ann', why: `number ${version} is next`, workflowId: `promote/${FAILURE_MODEL}/${version}` },
    });
  }
  const training = { ...run, contestants };
  const { version: judged } = await stage.run(createRegisterChallenger(dependencies), {
    ...training,
    workflowId: 'retrain/test',
  });
  await stage.run(createJudgeChallenger(dependencies), { ...training, version: judged });
  return { snapshot, contestants, judged };
}
