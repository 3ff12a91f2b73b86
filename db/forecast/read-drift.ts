import type { KeptDrift } from '../../models/monitoring/describe-drift.ts';
import type { Queryable } from '../pool.ts';
import { type ModelCheck, readChecks, readFeatureDrift } from './model-checks.ts';
import { lastEpisode, type ModelEpisode } from './model-episodes.ts';
import { type ModelQualityRow, readQuality } from './model-quality.ts';

/** Forecasts whose quality is told. */
const FORECASTS = 26;
/** Looks whose state is told. */
const LOOKS = 60;

/** The newest look at the champion, and how good its forecasts were. */
export interface DriftRecord {
  /** Null: nobody has looked yet. */
  check: ModelCheck | null;
  /** Those that moved first, then the furthest first. */
  features: KeptDrift[];
  scores: KeptDrift | null;
  quality: ModelQualityRow[];
  /** Newest first. */
  looks: Pick<ModelCheck, 'cutoff' | 'version' | 'state' | 'features' | 'drifted'>[];
  episode: ModelEpisode | null;
}

const SCORES = '_scores';

export async function readDriftRecord(client: Queryable, model: string): Promise<DriftRecord> {
  const checks = await readChecks(client, model, LOOKS);
  const check = checks[0] ?? null;
  const drift = check === null ? [] : await readFeatureDrift(client, model, check.cutoff);
  return {
    check,
    features: drift.filter(({ feature }) => feature !== SCORES),
    scores: drift.find(({ feature }) => feature === SCORES) ?? null,
    quality: await readQuality(client, model, FORECASTS),
    looks: checks.map(({ cutoff, version, state, features, drifted }) => ({
      ...{ cutoff, version, state, features, drifted },
    })),
    episode: await lastEpisode(client, model),
  };
}
