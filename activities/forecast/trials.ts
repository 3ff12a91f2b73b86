import { estateMoment } from '../../db/estate-clock.ts';
import { findForecast } from '../../db/forecast/forecasts.ts';
import { loadSnapshot } from '../../db/forecast/load-snapshot.ts';
import { switchAlias, versionOfAlias } from '../../db/forecast/model-aliases.ts';
import {
  beginTrial,
  endOvertakenTrial,
  findTrial,
  readOpenTrials,
  saveTrialLook,
  type TrialOutcome,
  type TrialRole,
} from '../../db/forecast/model-trials.ts';
import { findModelVersion } from '../../db/forecast/model-versions.ts';
import { hasShadowForecast, readTrialRows, saveShadowForecast } from '../../db/forecast/shadow-forecasts.ts';
import { announceChange, type Queryable, withTransaction } from '../../db/pool.ts';
import { trialOverMessage } from '../../models/alerts/trial-message.ts';
import { sequentialTest } from '../../models/evaluation/sequential-test.ts';
import { encodeSnapshot } from '../../models/forecast/index.ts';
import { trialPairs } from '../../models/promotion/trial-pairs.ts';
import { isUnusableModel } from '../../services/model-registry.ts';
import { tellMessage } from '../alerts/tell-message.ts';
import type { Dependencies } from '../dependencies.ts';
import { withHeartbeat } from '../heartbeat.ts';
import { readVersion, UnknownModelVersion } from './serving-model.ts';

const DAY_MS = 86_400_000;

export interface BegunTrial {
  /** `taken`: another version is on trial in this role; `pointless`: there is no other champion to compare with. */
  state: 'begun' | 'taken' | 'pointless';
  /** The champion it is compared with. */
  against: number | null;
}

export interface TrialLook {
  outcome: TrialOutcome | 'lasts';
  against: number;
  /** What was found, in a sentence. */
  summary: string;
}

/**
 * Lets a version forecast beside the champion from now on: with the alias `shadow`, where it may be promoted. Twice is
 * once.
 */
export function createBeginTrial({ pool, time, now }: Dependencies) {
  return async function begin(input: {
    model: string;
    version: number;
    role: TrialRole;
    days: number;
    who: string;
    why: string;
    workflowId: string;
  }): Promise<BegunTrial> {
    const { model, version, role, who, why, workflowId } = input;
    return withTransaction(pool, async (client): Promise<BegunTrial> => {
      const known = await findTrial(client, workflowId);
      if (known !== null) return { state: 'begun', against: known.against };
      if ((await findModelVersion(client, model, version)) === null) {
        throw new UnknownModelVersion(`${model}/${version} is not registered`);
      }
      const against = await versionOfAlias(client, model, 'champion');
      if (against === null || against === version) return { state: 'pointless', against };
      const beganAsOf = await estateMoment(client, time, now());
      await endOvertaken(client, { model, champion: against, asOf: beganAsOf, workflowId });
      const endsAsOf = new Date(beganAsOf.getTime() + input.days * DAY_MS);
      const trial = { workflowId, model, version, against, role, who, why, beganAsOf, endsAsOf };
      if (!(await beginTrial(client, trial))) return { state: 'taken', against };
      if (role === 'challenger')
        await moveShadow(client, { model, toVersion: version, who, why, workflowId });
      await announceChange(client, 'models');
      return { state: 'begun', against };
    });
  };
}

/** Trials against a champion that serves no more decide nothing, and stand in nobody's way. */
async function endOvertaken(
  client: Queryable,
  { model, champion, asOf, workflowId }: { model: string; champion: number; asOf: Date; workflowId: string },
): Promise<void> {
  for (const trial of await readOpenTrials(client, model)) {
    if (trial.against === champion) continue;
    await endOvertakenTrial(client, trial.workflowId, asOf);
    if (trial.role !== 'challenger' || (await versionOfAlias(client, model, 'shadow')) !== trial.version)
      continue;
    await moveShadow(client, { model, toVersion: null, who: 'trial', why: WORDS.overtaken, workflowId });
  }
}

/** Moves the alias `shadow` from wherever it is. */
async function moveShadow(
  client: Queryable,
  move: { model: string; toVersion: number | null; who: string; why: string; workflowId: string },
): Promise<void> {
  const fromVersion = await versionOfAlias(client, move.model, 'shadow');
  await switchAlias(client, { ...move, alias: 'shadow', fromVersion });
}

/**
 * Lets the versions on trial say what they would have forecast at a cutoff, from what was known then. It is kept apart;
 * nobody is told of it. A cutoff that has it keeps it.
 */
export function createScoreBeside(dependencies: Dependencies) {
  const { pool, modelThread, time } = dependencies;
  return async function scoreBeside(input: {
    model: string;
    cutoff: string;
  }): Promise<{ workflowIds: string[] }> {
    const { model } = input;
    const cutoff = new Date(input.cutoff);
    return withHeartbeat(async (signal) => {
      const trials = await readOpenTrials(pool, model);
      const made = await findForecast(pool, cutoff);
      let snapshot: Uint8Array | null = null;
      for (const { version, against } of trials) {
        const of = { cutoff, model, version };
        if (made?.modelVersion !== against || (await hasShadowForecast(pool, of))) continue;
        const beside = await readVersion(dependencies, model, version).catch(unusable);
        if (beside === null) continue;
        snapshot ??= encodeSnapshot(await loadSnapshot(pool, cutoff, time));
        const { weeks } = await modelThread.scoreForecast(beside.artifact, snapshot, signal);
        await saveShadowForecast(pool, of, weeks);
      }
      return { workflowIds: trials.map(({ workflowId }) => workflowId) };
    });
  };
}

/** A version that cannot be used says nothing, and the trial stays undecided; an outage is to be waited for. */
function unusable(error: unknown): null {
  if (isUnusableModel(error)) return null;
  throw error;
}

/**
 * Compares a version on trial with the champion on the weeks that are over, and ends the trial where that decides, the
 * time is up, or another champion serves by now. Of a challenger that did not prove better people are told here; of one
 * that did they are by its promotion. Twice is once: what ended stays as it ended.
 */
export function createLookAtTrial(dependencies: Dependencies) {
  const { pool, promotion, alerts, pageUrl, language, time, now } = dependencies;
  const { alpha, minBlocks } = promotion;
  return async function lookAtTrial({ workflowId }: { workflowId: string }): Promise<TrialLook> {
    return withTransaction(pool, async (client): Promise<TrialLook> => {
      const trial = await findTrial(client, workflowId, { lock: true });
      if (trial === null) throw new UnknownModelVersion(`no trial of workflow ${workflowId} was begun`);
      const { model, version, against, role, said } = trial;
      if (trial.outcome !== null) {
        return { outcome: trial.outcome, against, summary: said?.[language] ?? '' };
      }
      const asOf = await estateMoment(client, time, now());
      const test = sequentialTest(trialPairs(await readTrialRows(client, trial, asOf)), { alpha, minBlocks });
      const champion = await versionOfAlias(client, model, 'champion');
      const isOver = asOf.getTime() >= trial.endsAsOf.getTime();
      const outcome: TrialLook['outcome'] =
        champion !== against
          ? 'overtaken'
          : test.decision !== 'undecided'
            ? test.decision
            : isOver
              ? 'undecided'
              : 'lasts';
      const ended = outcome === 'lasts' ? null : { asOf, outcome };
      await saveTrialLook(client, workflowId, { ...test, said: test.explanation, ended });
      if (
        ended !== null &&
        role === 'challenger' &&
        (await versionOfAlias(client, model, 'shadow')) === version
      ) {
        const why = `${WORDS[ended.outcome]} ${test.explanation.en}`;
        await moveShadow(client, { model, toVersion: null, who: 'trial', why, workflowId });
      }
      if (role === 'challenger' && (outcome === 'worse' || outcome === 'undecided')) {
        const { who, why } = trial;
        const over = { version, against, outcome, who, why, said: test.explanation };
        await tellMessage(client, alerts, {
          kind: 'trial-over',
          topic: 'model',
          told: workflowId,
          message: (spoken) => trialOverMessage(over, spoken, `${pageUrl}/models?v=${version}`),
          asOf,
        });
      }
      if (ended !== null) await announceChange(client, 'models');
      return { outcome, against, summary: test.explanation[language] };
    });
  };
}

const WORDS: Record<TrialOutcome, string> = {
  better: 'Its trial ended: better than the champion.',
  worse: 'Its trial ended: worse than the champion.',
  undecided: 'Its trial ended undecided: the champion stays.',
  overtaken: 'Its trial ended: another champion serves by now.',
};
