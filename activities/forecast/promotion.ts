import { estateMoment } from '../../db/estate-clock.ts';
import { findGateVerdict } from '../../db/forecast/gate-verdicts.ts';
import { championBefore, switchAlias, versionOfAlias } from '../../db/forecast/model-aliases.ts';
import { findModelVersion } from '../../db/forecast/model-versions.ts';
import { announceChange, type Queryable, withTransaction } from '../../db/pool.ts';
import { type ChampionChange, championChangedMessage } from '../../models/alerts/champion-message.ts';
import type { Language } from '../../models/alerts/message.ts';
import type { GateCheck } from '../../models/evaluation/gate-check.ts';
import type { Move } from '../../models/promotion/biggest-moves.ts';
import type { PromotionPolicy } from '../../models/promotion/policy.ts';
import { tellMessage } from '../alerts/tell-message.ts';
import type { Dependencies } from '../dependencies.ts';
import { UnknownModelVersion } from './judge-challenger.ts';

/** The gate has not said that this version may replace the champion. */
export class PromotionRefused extends Error {
  override name = 'PromotionRefused';
}

/** Somebody else changed the champion meanwhile: what was decided was decided about another one. */
export class PromotionConflict extends Error {
  override name = 'PromotionConflict';
}

export interface PromotionCheck {
  isChampion: boolean;
  /** The champion it would replace; null: none. */
  championVersion: number | null;
  /** What the gate said, in a sentence. */
  summary: string;
  /** As configured; left out by what was recorded before there was anything to configure. */
  settings?: Pick<PromotionPolicy, 'twoPeople' | 'shadowDays' | 'probationDays'>;
}

/** Looks whether a version may be promoted: by the gate's verdict against today's champion, or by a person. */
export function createCheckPromotion({ pool, promotion }: Dependencies) {
  const { twoPeople, shadowDays, probationDays } = promotion;
  const settings = { twoPeople, shadowDays, probationDays };
  return async function checkPromotion(input: {
    model: string;
    version: number;
    policy: 'gate' | 'approval';
  }): Promise<PromotionCheck> {
    const { model, version, policy } = input;
    await requireVersion(pool, model, version);
    const championVersion = await versionOfAlias(pool, model, 'champion');
    if (championVersion === version) return { isChampion: true, championVersion, summary: '', settings };
    const against = championVersion === null ? 'no champion' : `champion ${championVersion}`;
    const verdict = await findGateVerdict(pool, model, version, championVersion ?? 0);
    const summary = `the gate said "${verdict?.verdict ?? 'nothing yet'}" of version ${version} against ${against}`;
    if (policy === 'gate' && verdict?.verdict !== 'promote') {
      throw new PromotionRefused(`${model}/${version} cannot be promoted: ${summary}`);
    }
    return { isChampion: false, championVersion, summary, settings };
  };
}

/** Looks which version served before a champion that is to go. */
export function createCheckRollback({ pool }: Dependencies) {
  return async function checkRollback(input: {
    model: string;
    fromVersion: number;
  }): Promise<{ version: number }> {
    const { model, fromVersion } = input;
    const champion = await versionOfAlias(pool, model, 'champion');
    if (champion !== fromVersion) {
      throw new PromotionConflict(
        `${model}/${fromVersion} was to be rolled back, but the champion is ${champion ?? 'none'}`,
      );
    }
    const version = await championBefore(pool, model, fromVersion);
    if (version === null) {
      throw new PromotionRefused(`${model}/${fromVersion} cannot be rolled back: none served before it`);
    }
    return { version };
  };
}

/** How promotions are decided, as configured. */
export function createReadPromotionPolicy({ promotion }: Dependencies) {
  return async function readPromotionPolicy(): Promise<{ policy: 'gate' | 'approval' }> {
    return { policy: promotion.policy };
  };
}

/**
 * Makes a version the champion, with audit line, release note and announcement, in one transaction. Twice is once.
 */
export function createSwitchChampion({ pool, alerts, pageUrl, time, now }: Dependencies) {
  return async function switchChampion(input: {
    model: string;
    version: number;
    fromVersion: number | null;
    who: string;
    why: string;
    workflowId: string;
    /** The jobs whose forecast changes most; left out: nobody worked it out. */
    moves?: readonly Move[];
  }): Promise<{ changed: boolean }> {
    const { model, version, fromVersion, who, why, workflowId, moves = null } = input;
    return withTransaction(pool, async (client) => {
      const { kind } = await requireVersion(client, model, version);
      const asOf = await estateMoment(client, time, now());
      const verdict =
        fromVersion === null ? null : await findGateVerdict(client, model, version, fromVersion);
      const change: ChampionChange = {
        ...{ version, previousVersion: fromVersion, kind, who, why, moves },
        at: asOf.getTime(),
        isRollback: workflowId.startsWith('rollback/'),
        checks: (verdict?.checks as GateCheck[] | undefined) ?? [],
      };
      const message = (language: Language) => championChangedMessage(change, language, `${pageUrl}/models`);
      const outcome = await switchAlias(client, {
        ...{ model, alias: 'champion', fromVersion, toVersion: version, who, why, workflowId },
        note: { en: message('en').text, fr: message('fr').text },
      });
      if (outcome === 'conflict') {
        const champion = await versionOfAlias(client, model, 'champion');
        throw new PromotionConflict(
          `${model}/${version} was to replace ${fromVersion ?? 'nothing'}, but the champion is ${champion ?? 'none'}`,
        );
      }
      if (outcome === 'unchanged') return { changed: false };
      await tellMessage(client, alerts, {
        kind: 'champion-changed',
        topic: 'model',
        told: `${workflowId}/${fromVersion}/${version}`,
        message,
        asOf,
      });
      await announceChange(client, 'models');
      return { changed: true };
    });
  };
}

async function requireVersion(client: Queryable, model: string, version: number) {
  const found = await findModelVersion(client, model, version);
  if (found === null) throw new UnknownModelVersion(`${model}/${version} is not registered`);
  return found;
}
