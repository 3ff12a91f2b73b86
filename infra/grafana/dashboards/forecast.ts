import type { DashboardContent } from '../build/dashboard.ts';
import { row } from '../build/grid.ts';
import type { Language, Say } from '../build/language.ts';
import { forecastPanels } from '../panels/forecast-panels.ts';
import { modelPanels } from '../panels/model-panels.ts';

/** The forecast, what it was worth, and the model behind it. */
export function forecast(say: Say, language: Language): DashboardContent {
  const ahead = forecastPanels(say, language);
  const model = modelPanels(say, language);
  return {
    title: say('Smart ETL · Forecast and model', 'Smart ETL · Prévision et modèle'),
    description: say(
      'The forecast of the week, what earlier ones were worth, and the model behind them.',
      'La prévision de la semaine, ce que valaient les précédentes, et le modèle derrière.',
    ),
    from: 'now-90d',
    refresh: '15m',
    rows: [
      row(5, model.champion, ahead.newest),
      row(11, ahead.watchList),
      row(8, ahead.kept, ahead.hits),
      row(8, ahead.calibration, ahead.brier),
      row(8, model.beside, model.estimate),
      row(8, model.moved, model.furthest),
      row(8, ahead.drift, ahead.level),
      row(9, model.versions),
      row(8, model.verdicts, model.promotions),
    ],
  };
}
