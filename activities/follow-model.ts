import type { PoolClient } from 'pg';
import { reviseFindings } from '../db/findings.ts';
import { findCheck, type ModelCheck, readChecks } from '../db/model-checks.ts';
import {
  claimRetraining,
  endEpisode,
  lockLastEpisode,
  type ModelEpisode,
  openEpisode,
} from '../db/model-episodes.ts';
import { withTransaction } from '../db/pool.ts';
import { modelFinding, modelFindingKey } from '../models/monitoring/model-finding.ts';
import type { Dependencies } from './dependencies.ts';
import { endIncidentOf, raiseIncidentOf } from './incident-of-finding.ts';

export interface ModelFollowed {
  episode: 'none' | 'opened' | 'lasts' | 'ended';
  incidentId: number | null;
  /** The retraining that this episode gives rise to, to be started; null: none, or it was started before. */
  retrainWorkflowId: string | null;
}

/**
 * Draws the conclusion of a look: opens the one incident of an episode when the model is no longer what it was, with one
 * retraining, and ends it when it is again. It is again at the second look in a row that finds nothing grave, and at the
 * first one of another champion.
 */
export function createFollowModel(dependencies: Dependencies) {
  const { pool, language } = dependencies;

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
      if (check === null) return { episode: 'none', incidentId: null, retrainWorkflowId: null };
      if (check.state === 'degraded') {
        // A look of before the last episode ended, told again, opens none.
        if (open === null && last?.resolvedAt && check.asOf <= last.resolvedAt) return none;
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
      await endIncidentOf(client, dependencies, modelFindingKey(model), check.asOf);
      await endEpisode(client, open.id, check.asOf);
      return { episode: 'ended', incidentId: open.incidentId, retrainWorkflowId: null };
    });
  };

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
    { version, state, cutoff }: ModelCheck,
  ): Promise<boolean> {
    if (state === 'not-enough-data') return false;
    if (version !== episode.version) return true;
    const checks = await readChecks(client, model, 10);
    const before = checks.find((one) => one.cutoff < cutoff);
    return before !== undefined && before.state !== 'degraded' && before.state !== 'not-enough-data';
  }
}

const none: ModelFollowed = { episode: 'none', incidentId: null, retrainWorkflowId: null };
