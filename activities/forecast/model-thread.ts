import type {
  Forecast,
  GateDecision,
  ImportedFiles,
  LearnerKind,
  TrainedContestant,
  TrainingToJudge,
} from '../../models/forecast/index.ts';
import type { ModelObservation, ModelUnderWatch } from '../../models/monitoring/observe-model.ts';

/** What a training took. */
export interface TrainingCost {
  fitMs: number;
  /** Largest memory of the training thread seen, bytes. */
  peakMemoryBytes: number;
}

/** Long computations of models/, each on a thread of its own. Implemented in worker/. */
export interface ModelThread {
  /**
   * Trains one contestant on an encoded snapshot.
   *
   * @throws TooFewRuns when there is not enough history; TrainingTooSlow when its time is up; AbortError when
   * `signal` fires.
   */
  trainContestant(
    snapshot: Uint8Array,
    options: { kind: LearnerKind; seed: number },
    signal: AbortSignal,
  ): Promise<TrainedContestant & { cost: TrainingCost }>;
  /**
   * Calibrates and tests a model trained elsewhere on an encoded snapshot.
   *
   * @throws the same, and OnnxNotUnderstood, TestMayBeKnown
   */
  testImported(
    snapshot: Uint8Array,
    options: { files: ImportedFiles; trainedAt: number | null; seed: number },
    signal: AbortSignal,
  ): Promise<TrainedContestant & { cost: TrainingCost }>;
  /**
   * Lets the gate judge a training on an encoded snapshot: features are computed again.
   *
   * @throws TrainingTooSlow; AbortError
   */
  judgeTraining(snapshot: Uint8Array, training: TrainingToJudge, signal: AbortSignal): Promise<GateDecision>;
  /**
   * Forecasts the week after the cutoff of an encoded snapshot: reasons of large models take their time.
   *
   * @throws Error when the artifact is no forecast model; TrainingTooSlow; AbortError
   */
  scoreForecast(artifact: Uint8Array, snapshot: Uint8Array, signal: AbortSignal): Promise<Forecast>;
  /**
   * Lays the data of today beside those a model was trained on.
   *
   * @throws Error when something is not what it should be; TrainingTooSlow; AbortError
   */
  observeModel(watch: ModelUnderWatch, signal: AbortSignal): Promise<ModelObservation>;
}
