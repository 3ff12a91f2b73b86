import type { ForecastMetrics } from '../../models/evaluation/measure-forecast.ts';
import type { Queryable } from '../pool.ts';

/** What a contestant was worth on the test windows. */
export interface ContestantMetrics {
  week: ForecastMetrics;
  day: ForecastMetrics;
}

/** Who competed in a training. */
export type ContestantEntry =
  | {
      kind: string;
      outcome: 'trained';
      /** Keys in the bucket `training`. */
      artifact: string;
      predictions: string;
      report: string;
      fitMs: number;
      peakMemoryBytes: number;
      metrics: ContestantMetrics;
    }
  | { kind: string; outcome: 'too-few-runs' | 'too-slow'; reason: string };

/** Keeps who competed on a snapshot with a seed; told twice is once. Belongs in a transaction. */
export async function saveContestants(
  client: Queryable,
  { model, snapshot, seed }: { model: string; snapshot: string; seed: number },
  contestants: readonly ContestantEntry[],
): Promise<void> {
  for (const contestant of contestants) {
    const trained = contestant.outcome === 'trained' ? contestant : null;
    await client.query(
      `insert into model_contestant (model, snapshot_sha256, seed, kind, outcome, artifact_sha256, predictions_sha256,
         report_sha256, fit_ms, peak_memory_bytes, metrics, reason)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) on conflict do nothing`,
      [
        ...[model, snapshot, seed, contestant.kind, contestant.outcome],
        ...[trained?.artifact ?? null, trained?.predictions ?? null, trained?.report ?? null],
        ...[trained?.fitMs ?? null, trained?.peakMemoryBytes ?? null],
        trained && JSON.stringify(trained.metrics),
        contestant.outcome === 'trained' ? null : contestant.reason,
      ],
    );
  }
}
