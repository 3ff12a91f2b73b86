import type { PoolClient } from 'pg';
import { findCheck, type ModelCheckRow, readChecks } from '../db/model-checks.ts';
import {
  claimRetraining,
  endEpisode,
  lockLastEpisode,
  type ModelEpisode,
  openEpisode,
  reviseEpisode,
} from '../db/model-episodes.ts';
import { announceChange, withTransaction } from '../db/pool.ts';
import { modelFinding, modelFindingKey } from '../models/monitoring/model-finding.ts';
import type { Dependencies } from './dependencies.ts';
import { tellIncidents } from './tell-incidents.ts';

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
          await reviseEpisode(client, finding);
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
      await endEpisode(client, open, modelFindingKey(model), check.asOf);
      await tell(client, check.asOf, { opened: [], resolved: [open.incidentId] });
      return { episode: 'ended', incidentId: open.incidentId, retrainWorkflowId: null };
    });
  };

  async function begin(client: PoolClient, model: string, check: ModelCheckRow): Promise<ModelEpisode> {
    const finding = modelFinding(model, check.signs, language, check.asOf.getTime());
    const episode = await openEpisode(client, { model, version: check.version, finding, at: check.asOf });
    await tell(client, check.asOf, { opened: [episode.incidentId], resolved: [] });
    return episode;
  }

  async function tell(
    client: PoolClient,
    at: Date,
    events: { opened: number[]; resolved: number[] },
  ): Promise<void> {
    await tellIncidents(client, dependencies, at, { ...events, worsened: [] });
    await announceChange(client, 'incidents');
  }

  async function isOver(
    client: PoolClient,
    model: string,
    episode: ModelEpisode,
    { version, state, cutoff }: ModelCheckRow,
  ): Promise<boolean> {
    if (state === 'not-enough-data') return false;
    if (version !== episode.version) return true;
    const checks = await readChecks(client, model, 10);
    const before = checks.find((one) => one.cutoff < cutoff);
    return before !== undefined && before.state !== 'degraded' && before.state !== 'not-enough-data';
  }
}

const none: ModelFollowed = { episode: 'none', incidentId: null, retrainWorkflowId: null };
