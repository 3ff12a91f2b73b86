import { loadConfig } from '../../config.ts';
import { estateNow } from '../../db/estate-clock.ts';
import { type ListedForecast, listForecast } from '../../db/forecast/read-forecast-table.ts';
import {
  expectedCostText,
  failedRunsText,
  lostTimeText,
  notEnoughDataText,
} from '../../models/alerts/forecast-words.ts';
import { instantText } from '../../models/alerts/message.ts';
import { workflowIds } from '../../workflows/names.ts';
import { withConnections } from '../connections.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { instantOf } from '../options/instant-option.ts';
import { createProgress } from '../progress.ts';
import { runWorkflow } from '../run-workflow.ts';

/**
 * `smart-etl forecast [--as-of T]`: lets the champion forecast the coming week and prints the table. Asked again for
 * the same hour it prints the same forecast.
 */
export async function forecast({
  asOf,
  top = 20,
  json = false,
}: {
  asOf?: string;
  top?: number;
  json?: boolean;
}): Promise<ExitCode> {
  const asked = asOf === undefined ? null : instantOf('--as-of', asOf);
  const config = loadConfig();
  const listed = await withConnections(config, async ({ pool, temporal }) => {
    const progress = createProgress();
    try {
      const instant = asked === null ? await estateNow(pool, config.time, Date.now()) : new Date(asked);
      const at = instant.toISOString();
      progress.step(`forecasting the week after ${at}`);
      const id = workflowIds.forecastWeek(at.slice(0, 10));
      const made = await runWorkflow(
        temporal,
        'forecastWeek',
        id,
        { asOf: at },
        'Forecast of the coming week',
      );
      progress.done(`${made.candidates} jobs by version ${made.modelVersion}`);
      return await listForecast(pool, new Date(made.cutoff));
    } finally {
      progress.end();
    }
  });
  if (json) console.log(JSON.stringify(listed));
  else console.log(forecastTable(listed, config.language, top));
  return EXIT.ok;
}

const percent = (probability: number): string => `${Math.round(probability * 100)}`.padStart(3);

const NAME_WIDTH = 22;
const TEXTS = {
  en: {
    title: (cutoff: string) => `Failures forecast for the 7 days after ${cutoff}`,
    legend: (version: number) => [
      `by model version ${version}; percent, 90 %: bounds; runs: failed runs expected;`,
      'lost: time that they cost, each until the next run',
    ],
    columns: ['job', 'week', '90 %', 'runs', 'lost'],
    day: 'd',
    others: (n: number) => `… and ${n} more jobs`,
  },
  fr: {
    title: (cutoff: string) => `Échecs prévus dans les 7 jours après ${cutoff}`,
    legend: (version: number) => [
      `par la version ${version} du modèle ; pour cent, 90 % : bornes ; échecs : exécutions`,
      'en échec attendues ; perdu : temps perdu, pour chacune, avant la suivante',
    ],
    columns: ['traitement', 'sem.', '90 %', 'échecs', 'perdu'],
    day: 'j',
    others: (n: number) => `… et ${n} traitements de plus`,
  },
};

/** The likeliest jobs, 80 columns wide: week, what it costs, days 1 to 7, and the first reason below. */
export function forecastTable(forecast: ListedForecast, language: 'en' | 'fr', top: number): string {
  const texts = TEXTS[language];
  const line = (rank: string, name: string, [week, bounds, runs, lost]: string[], days: string[]) =>
    `${rank.padStart(3)} ${fitted(name, NAME_WIDTH)} ${week!.padStart(4)} ${bounds!.padStart(6)} ` +
    `${runs!.padStart(6)} ${lost!.padStart(6)} ${days.map((day) => day.padStart(3)).join(' ')}`;
  const [job, ...titles] = texts.columns;
  const days = [1, 2, 3, 4, 5, 6, 7].map((day) => `${texts.day}${day}`);
  const others = forecast.jobs.length - top;
  const cost = expectedCostText(forecast.jobs, language);
  return [
    texts.title(instantText(Date.parse(forecast.cutoff))),
    ...texts.legend(forecast.modelVersion),
    line('', job!, titles, days),
    ...forecast.jobs.slice(0, top).flatMap((told) => {
      const { expectedFailedRuns: runs, expectedLostMinutes: lost } = told;
      const figures = [
        percent(told.probability),
        told.interval === null ? '-' : told.interval.map((bound) => percent(bound).trim()).join('-'),
        runs === null ? '-' : failedRunsText(runs, language),
        lost === null ? '-' : lostTimeText(lost),
      ];
      const reason =
        told.basis === 'group-rate'
          ? notEnoughDataText(told.probability, language)
          : told.reasons[0]?.[language];
      const row = line(String(told.rank), told.name, figures, told.days.map(percent));
      return reason === undefined ? [row] : [row, `      ${fitted(reason, 74).trimEnd()}`];
    }),
    ...(others > 0 ? [`    ${texts.others(others)}`] : []),
    ...(cost === '' ? [] : [cost]),
  ].join('\n');
}

const fitted = (text: string, width: number): string =>
  text.length > width ? `${text.slice(0, width - 1)}…` : text.padEnd(width);
