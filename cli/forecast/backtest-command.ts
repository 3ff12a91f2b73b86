import { type Command, InvalidArgumentError } from 'commander';
import type { ExitCode } from '../exit-codes.ts';
import { wholeNumber } from '../options/whole-number.ts';

function share(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) {
    throw new InvalidArgumentError(`expected a number such as 0.22, found "${text}"`);
  }
  return value;
}

/** Adds `smart-etl backtest`. What it needs is loaded when it is called. */
export function addBacktestCommand(program: Command, finish: (code: ExitCode) => void): void {
  const backtest = program
    .command('backtest')
    .description('how well the past of run logs could have been forecast; needs no server')
    .argument('<path...>', 'run logs: CSV, CSV.gz, or folders of them')
    .option('--horizon <days>', 'forecast the next 7 days, or the next 1', wholeNumber, 7)
    .option('--step <days>', 'between two forecasts (the horizon)', wholeNumber)
    .option('--min-history <days>', 'before the first forecast', wholeNumber, 28)
    .option('--active-days <days>', 'forecast jobs that ran in these days before', wholeNumber, 7)
    .option('--test <share>', 'of the forecasts, the latest, are the test', share, 0.22)
    .option('--metrics <path...>', 'metrics of the servers')
    .option('--calendar <name>', 'holidays: none, a country (FR), or its region (DE-BY)', 'FR')
    .option('--models <names>', 'learners beside the base rates, separated by commas')
    .option('--predictions <file>', 'write every forecast of the test there, as CSV')
    .option('--seed <n>', 'seed of all randomness', wholeNumber, 0)
    .option('--lang <language>', 'of the table: en or fr (that of the configuration)')
    .option('--json', 'one JSON document on stdout')
    .action(async (paths, options) => {
      const { runBacktest } = await import('./backtest.ts');
      finish(await runBacktest(paths, options));
    });
  // Else the options of detect would be read as those of its parent where both have them.
  backtest.enablePositionalOptions();
  backtest
    .command('detect')
    .description('what detection would have told of the past of run logs, and when; needs no server')
    .argument('<path...>', 'run logs: CSV, CSV.gz, or folders of them')
    .option('--metrics <path...>', 'metrics of the servers')
    .option('--rules <file>', 'JSON: what people decided for jobs')
    .option('--against <file>', 'the same as it might be: both are replayed, and the difference is told')
    .option('--alerts <file>', 'JSON: who is told what, as in smart-etl.json (one channel, everything)')
    .option('--from <instant>', 'look from here on; what was before is only learned from (the start)')
    .option('--until <instant>', 'look no further (the last that became known)')
    .option('--relearn-days <n>', 'learn what is usual of a job anew so often', wholeNumber, 7)
    .option('--zone <name>', 'time zone of the schedules', 'Europe/Paris')
    .option('--calendar <name>', 'holidays: none, a country (FR), or its region (DE-BY)', 'FR')
    .option('--findings <file>', 'write every finding there, as CSV')
    .option('--lang <language>', 'of the table: en or fr (that of the configuration)')
    .option('--json', 'one JSON document on stdout')
    .action(async (paths, options) => {
      const { runBacktestDetect } = await import('../detect/backtest-detect.ts');
      finish(await runBacktestDetect(paths, options));
    });
}
