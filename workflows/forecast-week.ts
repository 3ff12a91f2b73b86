import { ActivityFailure } from '@temporalio/common';
import {
  getExternalWorkflowHandle,
  log,
  patched,
  setCurrentDetails,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import { besides, control, deliverPending, train } from './calls.ts';
import { FAILURE_MODEL, LOOK_AGAIN } from './names.ts';
import { modelVersionKey, outcomeKey } from './search-attributes.ts';

export interface ForecastInput {
  /** Forecast the seven days after the hour of this instant; ISO 8601. Left out: now. */
  asOf?: string;
}

export interface ForecastOutcome {
  cutoff: string;
  candidates: number;
  modelVersion: number;
  /** false: this cutoff had its forecast already, which stands. */
  made: boolean;
  /** The champion, where it could not be used and another version made the forecast. */
  insteadOf?: number;
}

/** Lets the champion forecast the coming week, stores it and tells people. */
export async function forecastWeek({ asOf }: ForecastInput = {}): Promise<ForecastOutcome> {
  const now = await control.resolveAsOf(asOf === undefined ? {} : { asOf });
  setCurrentDetails(`Scoring as of ${now.asOf}`);
  const outcome = await train.makeForecast({ model: FAILURE_MODEL, asOf: now.asOf });
  upsertSearchAttributes([
    { key: modelVersionKey, value: `${FAILURE_MODEL}/${outcome.modelVersion}` },
    { key: outcomeKey, value: outcome.made ? 'made' : 'made-before' },
  ]);
  // What the forecast of last week was worth belongs beside the new one.
  if (patched('score-card')) await control.tellScoreCard({ asOf: now.asOf });
  await deliverPending();
  if (patched('beside')) await scoreBeside(outcome.cutoff);
  const insteadOf =
    outcome.insteadOf === undefined ? '' : `, because version ${outcome.insteadOf} cannot be used`;
  setCurrentDetails(
    `${outcome.candidates} jobs forecast for the 7 days after ${outcome.cutoff} by version ${outcome.modelVersion}${insteadOf}`,
  );
  return outcome;
}

/** Versions on trial say what they would have forecast; a trial that cannot is no reason for the forecast to fail. */
async function scoreBeside(cutoff: string): Promise<void> {
  try {
    const trials = await besides.scoreBeside({ model: FAILURE_MODEL, cutoff });
    await Promise.allSettled(
      trials.workflowIds.map((workflowId) => getExternalWorkflowHandle(workflowId).signal(LOOK_AGAIN)),
    );
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
    log.warn('versions on trial could not forecast', { cutoff, error: error.cause?.message });
  }
}
