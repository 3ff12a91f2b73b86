import { type Command, InvalidArgumentError } from 'commander';

/** `forecast override`, `forecast overrides`. */
export function addForecastOverrideCommands(forecast: Command, finish: (code: number) => void): void {
  const json = ['--json', 'one JSON document on stdout'] as const;
  forecast
    .command('override')
    .description('say something of a job in the forecast, beside what the model says')
    .argument('<job>', 'its name, or NAMESPACE/NAME')
    .option('--probability <p>', 'of a failure in the week, 0 to 1 or 5%', probability)
    .option('--ignore', 'the forecast of the job is to be ignored')
    .option('--withdraw', 'take back what was said')
    .option('--until <instant>', 'it ends by itself (ISO 8601)')
    .option('--who <name>', 'who says so (the user of this machine)')
    .requiredOption('--why <reason>', 'why')
    .option(...json)
    .action(async (job, options) =>
      finish(await (await import('./forecast-override.ts')).overrideForecast(job, options)),
    );
  forecast
    .command('overrides')
    .description('what people say of jobs in the forecast')
    .option(...json)
    .action(async (options) =>
      finish(await (await import('./forecast-override.ts')).listForecastOverrides(options)),
    );
}

/** `0.05` or `5%`. */
function probability(text: string): number {
  const share = /^\s*([\d.]+)\s*%\s*$/.exec(text);
  const value = share ? Number(share[1]) / 100 : text.trim() === '' ? Number.NaN : Number(text);
  if (value >= 0 && value <= 1) return value;
  throw new InvalidArgumentError(`expected a probability from 0 to 1, or 0% to 100%, found "${text}"`);
}
