import { patched, setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
import { control, deliverPending, train } from './calls.ts';
import { FAILURE_MODEL } from './names.ts';
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
  setCurrentDetails(
    `${outcome.candidates} jobs forecast for the 7 days after ${outcome.cutoff} by version ${outcome.modelVersion}`,
  );
  return outcome;
}
