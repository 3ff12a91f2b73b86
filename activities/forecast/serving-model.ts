import { championBefore, versionOfAlias } from '../../db/forecast/model-aliases.ts';
import { findKnownVersion } from '../../db/forecast/model-signatures.ts';
import { withTransaction } from '../../db/pool.ts';
import { unusableModel, unusableModelKey } from '../../models/monitoring/model-finding.ts';
import { isUnusableModel, type VerifiedModel, verifiedModel } from '../../services/model-registry.ts';
import type { Dependencies } from '../dependencies.ts';
import { endIncidentOf, raiseIncidentOf } from '../detect/incident-of-finding.ts';

/** Neither the champion nor any version that served before it can be used. Trying again cannot help. */
export class NoUsableModel extends Error {
  override name = 'NoUsableModel';
}

/** A workflow names a model version that is not registered. */
export class UnknownModelVersion extends Error {
  override name = 'UnknownModelVersion';
}

export interface ServingModel extends VerifiedModel {
  version: number;
  /** Why versions that come before it in line could not be used; empty: it is the one asked for. */
  refused: RefusedVersion[];
}

export interface RefusedVersion {
  version: number;
  /** Names the object, what was expected and what was found. */
  reason: string;
}

type Registry = Pick<Dependencies, 'pool' | 'objectStore' | 'modelKeys'>;

/**
 * A version, verified.
 *
 * @throws UnknownModelVersion when it is not registered; errors of which `isUnusableModel` is true
 */
export async function readVersion(
  { pool, objectStore, modelKeys }: Registry,
  model: string,
  version: number,
): Promise<VerifiedModel> {
  const known = await findKnownVersion(pool, model, version);
  if (known === null) throw new UnknownModelVersion(`${model}/${version} is not registered`);
  return verifiedModel(objectStore, modelKeys, known);
}

/**
 * The version asked for, verified; where it cannot be used, the champion that it took over from, and so on back.
 *
 * @returns `model` null when none of them can be used
 * @throws UnknownModelVersion when the version asked for is not registered
 */
export async function findServingModel(
  { pool, objectStore, modelKeys }: Registry,
  model: string,
  asked: number,
): Promise<{ model: ServingModel | null; refused: RefusedVersion[] }> {
  const refused: RefusedVersion[] = [];
  const seen = new Set<number>();
  for (let version: number | null = asked; version !== null && !seen.has(version); ) {
    seen.add(version);
    const known = await findKnownVersion(pool, model, version);
    if (known === null && version === asked) {
      throw new UnknownModelVersion(`there is no version ${version} of ${model}`);
    }
    try {
      if (known !== null) {
        const verified = await verifiedModel(objectStore, modelKeys, known);
        return { model: { ...verified, version, refused }, refused };
      }
    } catch (error) {
      // A server that does not answer says nothing of the model.
      if (!isUnusableModel(error)) throw error;
      refused.push({ version, reason: error.message });
    }
    version = await championBefore(pool, model, version);
  }
  return { model: null, refused };
}

/**
 * The same for whoever forecasts: opens one incident while the champion cannot be used, and ends it when it can be
 * again.
 *
 * @throws NoUsableModel, after the incident was opened, when none can be used
 */
export async function requireServingModel(
  dependencies: Dependencies,
  model: string,
  asked: number,
  at: Date,
): Promise<ServingModel> {
  const { pool } = dependencies;
  const { model: found, refused } = await findServingModel(dependencies, model, asked);
  const isChampion = (await versionOfAlias(pool, model, 'champion')) === asked;
  if (refused.length === 0) {
    if (isChampion) {
      const key = unusableModelKey(model);
      await withTransaction(pool, (client) => endIncidentOf(client, dependencies, key, at));
    }
    return found!;
  }
  const reasons = refused.map(({ version, reason }) => `version ${version} cannot be used: ${reason}`);
  const detail = [...reasons, found === null ? 'none is left' : `version ${found.version} serves meanwhile`];
  if (isChampion) {
    const finding = unusableModel(model, detail.join('\n'), at.getTime());
    await withTransaction(pool, (client) => raiseIncidentOf(client, dependencies, finding, 'major', at));
  }
  if (found === null) throw new NoUsableModel(`${model}: ${detail.join('; ')}`);
  return found;
}
