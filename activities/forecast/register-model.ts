import { saveCalibration } from '../../db/forecast/calibration.ts';
import { saveModelSignature } from '../../db/forecast/model-signatures.ts';
import { type Evaluation, registerModelVersion } from '../../db/forecast/model-versions.ts';
import { withTransaction } from '../../db/pool.ts';
import { calibrationBins } from '../../models/evaluation/calibration-bins.ts';
import type { TrainingReport } from '../../models/forecast/index.ts';
import { decodeTestPredictions, type TestPredictions } from '../../models/forecast/test-predictions.ts';
import { signManifest } from '../../services/model-registry.ts';
import { BUCKETS, sha256Of } from '../../services/object-store.ts';
import type { Dependencies } from '../dependencies.ts';
import { readReport, type TrainedReference } from './train-contestant.ts';

export interface TrainingRun {
  model: string;
  /** Key of the snapshot in the bucket `training`. */
  snapshot: string;
  seed: number;
}

/** Names of the metrics as scikit-learn has them. */
const METRICS = {
  rows: 'support',
  positives: 'positives',
  averagePrecision: 'average_precision',
  rocAuc: 'roc_auc',
  brier: 'brier_score',
  logLoss: 'log_loss',
  calibrationError: 'expected_calibration_error',
} as const;

function evaluationsOf(report: TrainingReport): Evaluation[] {
  return (['week', 'day'] as const).flatMap((head) =>
    (Object.keys(METRICS) as (keyof typeof METRICS)[]).flatMap((metric) => [
      { head, metric: METRICS[metric], value: report[head].test[metric] },
      { head, metric: `onset_${METRICS[metric]}`, value: report[head].onset[metric] },
    ]),
  );
}

/**
 * Registers a trained contestant: bytes, manifest and its signature to the bucket `models`, a version in the database.
 *
 * The manifest holds nothing that differs between two trainings on the same data, so the same model is the same
 * manifest and the same version.
 */
export async function registerModel(
  {
    pool,
    objectStore,
    modelKeys,
    codeVersion,
  }: Pick<Dependencies, 'pool' | 'objectStore' | 'modelKeys' | 'codeVersion'>,
  { model, snapshot, seed }: TrainingRun,
  contestant: TrainedReference,
): Promise<number> {
  const report = await readReport(objectStore, contestant);
  const { imported } = contestant;
  const cutoff = new Date(report.snapshotCutoff);
  const artifact = await objectStore.get(BUCKETS.training, contestant.artifact);
  const artifactSha256 = await objectStore.put(BUCKETS.models, artifact);
  const manifest = {
    format: 1,
    model,
    kind: contestant.kind,
    artifact: { sha256: artifactSha256, bytes: artifact.length },
    data: { cutoff: cutoff.toISOString(), sha256: snapshot, jobs: report.jobs, runs: report.runs },
    testPredictions: { sha256: contestant.predictions },
    codeVersion,
    seed,
    parameters: { week: report.week.settings, day: report.day.settings },
    features: report.features,
    ...(imported && { origin: { week: imported.week, day: imported.day, trainedAt: imported.trainedAt } }),
    metrics: { week: report.week.test, day: report.day.test },
  };
  const manifestBytes = Buffer.from(JSON.stringify(manifest, null, 2));
  const manifestSha256 = await objectStore.put(BUCKETS.models, manifestBytes);
  const signature = await signManifest(objectStore, modelKeys, manifestBytes);
  const test = decodeTestPredictions(await objectStore.get(BUCKETS.training, contestant.predictions));
  return withTransaction(pool, async (client) => {
    const version = await registerModelVersion(
      client,
      {
        model,
        kind: contestant.kind,
        artifactSha256,
        manifestSha256,
        snapshotSha256: snapshot,
        cutoff,
        seed,
        codeVersion,
        // The first who brought these files is named; brought again they are the same version.
        parameters: { ...manifest.parameters, ...(imported && { origin: imported }) },
        fitMs: contestant.fitMs,
        peakMemoryBytes: contestant.peakMemoryBytes,
        predictionsSha256: contestant.predictions,
        featuresSha256: sha256Of(Buffer.from(JSON.stringify(report.features))),
        features: report.features.length,
        jobs: report.jobs,
        runs: report.runs,
      },
      evaluationsOf(report),
    );
    await saveModelSignature(client, { model, version, ...signature });
    for (const head of ['week', 'day'] as const) {
      await saveCalibration(client, { model, version, head }, calibrationOf(test, head));
    }
    return version;
  });
}

/** What was said of the windows of the test, beside what happened. */
function calibrationOf({ horizon, label, probability }: TestPredictions, head: 'week' | 'day') {
  const rows = Array.from(horizon.keys()).filter((r) => (horizon[r] === 0) === (head === 'week'));
  return calibrationBins(
    Uint8Array.from(rows, (r) => label[r]!),
    Float64Array.from(rows, (r) => probability[r]!),
  );
}
