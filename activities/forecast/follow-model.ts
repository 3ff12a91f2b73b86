import type { PoolClient } from 'pg';
import { reviseFindings } from '../../db/detect/findings.ts';
import { readWaivers } from '../../db/detect/incident-life.ts';
import {
  degradedSince,
  findCheck,
  foundSince,
  type ModelCheck,
  readChecks,
} from '../../db/forecast/model-checks.ts';
import {
  claimRetraining,
  endEpisode,
  lockLastEpisode,
  type ModelEpisode,
  openEpisode,
} from '../../db/forecast/model-episodes.ts';
import { withTransaction } from '../../db/pool.ts';
import { withoutWaived } from '../../models/detect/incidents/waiver.ts';
import { isPromiseRestored } from '../../models/monitoring/judge-model.ts';
import { modelFinding, modelFindingKey } from '../../models/monitoring/model-finding.ts';
import type { Dependencies } from '../dependencies.ts';
import { endIncidentOf, raiseIncidentOf } from '../detect/incident-of-finding.ts';

export interface ModelFollowed {
  episode: 'none' | 'opened' | 'lasts' | 'ended';
  incidentId: number | null;
  /** The retraining that this episode gives rise to, to be started; null: none, or it was started before. */
  retrainWorkflowId: string | null;
}

/**
 * Draws the conclusion of a look: opens the one incident of an episode when the model is no longer what it was, with one
 * retraining, and ends it when it is again. It is again at the second look in a row that finds nothing grave, where its
 * promise was broken not before it is kept again, and at the first look at another champion. What somebody decided to
 * live with ends at the next look, and is no reason for another incident until a look has found the model well.
 */
export function createFollowModel(dependencies: Dependencies) {
  const { pool, language, monitoring } = dependencies;

  return async function followModel(input: {
    model: string;
    cutoff: string;
    /** Its id, should one be due. */
    retrainWorkflowId: string;
  }): Promise<ModelFollowed> {
    const { model } = input;
    return withTransaction(pool, async (client) => {
      const last = await lockLastEpisode(client, model);
      const open = last?.resolvedAt === null ? last : null;
      const check = await findCheck(client, model, new Date(input.cutoff));
      if (check === null) return none;
      if (check.state === 'degraded') {
        // A look of before the last episode ended, told again, opens none.
        if (open === null && last?.resolvedAt && check.asOf <= last.resolvedAt) return none;
        if (await isWaived(client, model, check)) return open === null ? none : end(client, open, check);
        const episode = open ?? (await begin(client, model, check));
        if (open !== null) {
          const finding = modelFinding(model, check.signs, language, open.openedAt.getTime());
          await reviseFindings(client, [finding]);
        }
        const claimed = await claimRetraining(client, episode.id, input.retrainWorkflowId);
        // Told again, the same workflow is named again: to start it twice is to start it once.
        const isOurs = claimed.workflowId === input.retrainWorkflowId;
        return {
          episode: open === null ? 'opened' : 'lasts',
          incidentId: episode.incidentId,
          retrainWorkflowId: isOurs && (claimed.isFirst || open === null) ? claimed.workflowId : null,
        };
      }
      if (open === null) return none;
      if (!(await isOver(client, model, open, check))) {
        return { episode: 'lasts', incidentId: open.incidentId, retrainWorkflowId: null };
      }
      return end(client, open, check);
    });

    async function end(client: PoolClient, open: ModelEpisode, { asOf }: ModelCheck): Promise<ModelFollowed> {
      await endIncidentOf(client, dependencies, modelFindingKey(model), asOf);
      await endEpisode(client, open.id, asOf);
      return { episode: 'ended', incidentId: open.incidentId, retrainWorkflowId: null };
    }
  };

  async function isWaived(client: PoolClient, model: string, { cutoff }: ModelCheck): Promise<boolean> {
    const key = modelFindingKey(model);
    const since = await degradedSince(client, model, cutoff);
    const found = [{ key, sinceMs: since.getTime() }];
    return withoutWaived(found, await readWaivers(client, [key])).length === 0;
  }

  async function begin(client: PoolClient, model: string, check: ModelCheck): Promise<ModelEpisode> {
    const { version, signs, asOf: at } = check;
    const finding = modelFinding(model, signs, language, at.getTime());
    // An incident of this finding lasts exactly as long as an episode: none is open.
    const incidentId = (await raiseIncidentOf(client, dependencies, finding, 'minor', at))!;
    return openEpisode(client, { model, version, incidentId, at });
  }

  async function isOver(
    client: PoolClient,
    model: string,
    episode: ModelEpisode,
    { version, state, cutoff, signs }: ModelCheck,
  ): Promise<boolean> {
    if (state === 'not-enough-data') return false;
    if (version !== episode.version) return true;
    const wasBroken = await foundSince(client, { model, sign: 'promise', since: episode.openedAt });
    if (wasBroken && !isPromiseRestored(signs, monitoring)) return false;
    const checks = await readChecks(client, model, 10);
    const before = checks.find((one) => one.cutoff < cutoff);
    return before !== undefined && before.state !== 'degraded' && before.state !== 'not-enough-data';
  }
}

const none: ModelFollowed = { episode: 'none', incidentId: null, retrainWorkflowId: null };
