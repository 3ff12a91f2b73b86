import { brierScore } from '../evaluation/brier-score.ts';
import { checkAtMost, type GateCheck } from '../evaluation/gate-check.ts';
import type { GateThresholds } from '../evaluation/gate-thresholds.ts';
import { decodeArtifact } from './artifact.ts';
import { gateInput } from './gate-input.ts';
import type { PreparedSnapshot } from './prepare-training.ts';
import type { TestPredictions } from './test-predictions.ts';
import { testWeekly } from './test-weekly.ts';

/** Of a Brier score: where failures are certain or never come, a share of nearly nothing would be asked. */
const NOTHING = 0.001;

/**
 * Whether what would serve is what was tested, fitted on all: of the windows of the test, which have taught it since, it has
 * to say what happened as well as what was there when each week began. That it does proves no quality, that it does not
 * proves that the last fit went wrong.
 *
 * @returns null where what was tested is what serves
 */
export function checkServed(
  prepared: PreparedSnapshot,
  artifact: Uint8Array,
  predictions: TestPredictions,
  { sliceTolerance }: GateThresholds,
): GateCheck | null {
  const model = decodeArtifact(artifact);
  const { firstTest } = prepared.split;
  if (firstTest === null || model.trainedAt <= firstTest) return null;
  const { kind } = model;
  const { labels, challenger, champion } = gateInput({
    challenger: { kind, predictions },
    champion: { kind, predictions: testWeekly(prepared, () => model) },
    baseRates: [],
  });
  const now = brierScore(labels, champion!.probabilities);
  const then = brierScore(labels, challenger.probabilities) ?? Number.NaN;
  const limit = Math.max(then * (1 + sliceTolerance), then + NOTHING);
  const [shown, shownLimit] = [now, limit].map((one) => one?.toFixed(4));
  return checkAtMost('serves-as-tested', now, limit, {
    en: `Fitted with the windows of the test as well, it has a Brier score of ${shown ?? 'unknown'} on them, at most ${shownLimit} allowed.`,
    fr: `Entraîné aussi sur les fenêtres du test, il y a un score de Brier de ${shown ?? 'inconnu'}, au plus ${shownLimit} admis.`,
  });
}
