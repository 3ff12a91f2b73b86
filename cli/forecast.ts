import { loadConfig } from '../config.ts';
import { estateNow } from '../db/estate-clock.ts';
import { type ListedForecast, listForecast } from '../db/read-forecast-table.ts';
import { workflowIds } from '../workflows/names.ts';
import { withConnections } from './connections.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { createProgress } from './progress.ts';
import { runWorkflow } from './run-workflow.ts';
import { UsageError } from './usage-error.ts';

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
  if (asOf !== undefined && Number.isNaN(Date.parse(asOf))) {
    throw new UsageError(`--as-of must be an ISO 8601 instant such as 2026-03-01T06:00:00Z, got "${asOf}"`);
  }
  const config = loadConfig();
  const listed = await withConnections(config, async ({ pool, temporal }) => {
    const progress = createProgress();
    try {
      const instant = asOf === undefined ? await estateNow(pool, config.time, Date.now()) : new Date(asOf);
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

/** The likeliest jobs, 80 columns wide: week, days 1 to 7, and the first reason below. */
export function forecastTable(forecast: ListedForecast, language: 'en' | 'fr', top: number): string {
  const heading = `Failures forecast for the 7 days after ${forecast.cutoff} (percent, model version ${forecast.modelVersion})`;
  const lines = forecast.jobs.slice(0, top).flatMap((job) => {
    const name = job.name.length > 36 ? `${job.name.slice(0, 35)}…` : job.name.padEnd(36);
    const row = `${String(job.rank).padStart(3)} ${name} ${percent(job.probability)}  ${job.days.map(percent).join(' ')}`;
    const reason = job.reasons[0]?.[language];
    return reason === undefined ? [row] : [row, `      ${reason.slice(0, 74)}`];
  });
  const others = forecast.jobs.length - top;
  return [
    heading,
    `    ${'job'.padEnd(36)} week  ${[1, 2, 3, 4, 5, 6, 7].map((day) => `d${day}`.padStart(3)).join(' ')}`,
    ...lines,
    ...(others > 0 ? [`    … and ${others} more jobs`] : []),
  ].join('\n');
}
