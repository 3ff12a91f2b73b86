import { withTransaction } from '../db/pool.ts';
import { forecastOutcomes, lastClosedForecast, weekOfAlerts } from '../db/read-score-card.ts';
import { scoreCard, scoreCardMessage } from '../models/alerts/score-card.ts';
import type { Dependencies } from './dependencies.ts';
import { tellMessage } from './tell-message.ts';

/**
 * Tells people how the newest forecast whose week is over did, and what they said of the alerts of that week. Each
 * forecast is told of once; without one nobody is told anything.
 */
export function createTellScoreCard({ pool, alerts, pageUrl }: Dependencies) {
  return async function tellScoreCard(input: { asOf: string }): Promise<{ cutoff: string | null }> {
    const asOf = new Date(input.asOf);
    const forecast = await lastClosedForecast(pool, asOf);
    if (forecast === null) return { cutoff: null };
    const { cutoff, modelVersion } = forecast;
    await withTransaction(pool, async (client) => {
      const card = scoreCard(await forecastOutcomes(client, cutoff, asOf));
      const week = await weekOfAlerts(client, cutoff);
      await tellMessage(client, alerts, {
        kind: 'score-card',
        topic: 'score-card',
        told: cutoff.toISOString(),
        message: (language) =>
          scoreCardMessage(cutoff.getTime(), modelVersion, card, week, language, `${pageUrl}/week`),
        asOf,
      });
    });
    return { cutoff: cutoff.toISOString() };
  };
}
