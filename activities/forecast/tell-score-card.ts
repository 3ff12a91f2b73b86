import { settleOutcomes } from '../../db/forecast/forecast-outcomes.ts';
import { readForecastPairs } from '../../db/forecast/read-calibration.ts';
import { forecastOutcomes, lastClosedForecast, weekOfAlerts } from '../../db/forecast/read-score-card.ts';
import { withTransaction } from '../../db/pool.ts';
import { scoreCard, scoreCardMessage } from '../../models/alerts/score-card.ts';
import { scoreForecasts } from '../../models/forecast/score-forecasts.ts';
import { tellMessage } from '../alerts/tell-message.ts';
import type { Dependencies } from '../dependencies.ts';

/** Told beside the newest one. */
const WEEKS_BEFORE = 4;

/**
 * Tells people how the newest forecast whose week is over did, and what they said of the alerts of that week. Each
 * forecast is told of once; without one nobody is told anything.
 */
export function createTellScoreCard({ pool, alerts, pageUrl }: Dependencies) {
  return async function tellScoreCard(input: { asOf: string }): Promise<{ cutoff: string | null }> {
    const asOf = new Date(input.asOf);
    await withTransaction(pool, (client) => settleOutcomes(client, asOf, { onlyNew: true }));
    const forecast = await lastClosedForecast(pool, asOf);
    if (forecast === null) return { cutoff: null };
    const { cutoff, model, modelVersion } = forecast;
    await withTransaction(pool, async (client) => {
      const card = scoreCard(await forecastOutcomes(client, cutoff));
      const week = await weekOfAlerts(client, cutoff);
      const pairs = await readForecastPairs(client, { model, asOf: cutoff, forecasts: WEEKS_BEFORE });
      const earlier = scoreForecasts(pairs).items;
      await tellMessage(client, alerts, {
        kind: 'score-card',
        topic: 'score-card',
        told: cutoff.toISOString(),
        message: (language) =>
          scoreCardMessage(cutoff.getTime(), modelVersion, card, week, language, `${pageUrl}/week`, earlier),
        asOf,
      });
    });
    return { cutoff: cutoff.toISOString() };
  };
}
