import { brierScore } from '../evaluation/brier-score.ts';
import { checkAtMost, type GateCheck } from '../evaluation/gate-check.ts';
import type { GateThresholds } from '../evaluation/gate-thresholds.ts';
import { decodeArtifact } from './artifact.ts';
import type { PreparedSnapshot } from './prepare-training.ts';
import { replay } from './replay-champion.ts';
import type { TestPredictions } from './test-predictions.ts';

/** Of a Brier score: where failures are certain or never come, a share of nearly nothing would be asked. */
const NOTHING = 0.001;

/**
 * Whether what would serve is the model that was tested, fitted once more: of the windows of the test, which have taught it
 * since, it has to say what happened as well as what was tested did. That it does proves no quality, that it does not proves
 * that the second fit went wrong.
 *
 * @returns null where what was tested is what serves
 */
export function checkServed(
  prepared: PreparedSnapshot,
  artifact: Uint8Array,
  tested: TestPredictions,
  { sliceTolerance }: GateThresholds,
): GateCheck | null {
  const model = decodeArtifact(artifact);
  if (model.tested === null) return null;
  const served = replay({ ...model, tested: null }, prepared, tested);
  const weeks = Array.from(tested.horizon.keys()).filter((row) => tested.horizon[row] === 0);
  const labels = Uint8Array.from(weeks, (row) => tested.label[row]!);
  const brierOf = ({ probability }: TestPredictions) =>
    brierScore(
      labels,
      Float64Array.from(weeks, (row) => probability[row]!),
    );
  const [now, then] = [brierOf(served), brierOf(tested)];
  const limit = Math.max((then ?? Number.NaN) * (1 + sliceTolerance), (then ?? Number.NaN) + NOTHING);
  const [shown, shownLimit] = [now, limit].map((one) => one?.toFixed(4));
  return checkAtMost('serves-as-tested', now, limit, {
    en: `Fitted once more with the windows of the test, it has a Brier score of ${shown ?? 'unknown'} on them, at most ${shownLimit} allowed.`,
    fr: `Entraîné une fois de plus avec les fenêtres du test, il y a un score de Brier de ${shown ?? 'inconnu'}, au plus ${shownLimit} admis.`,
  });
}
