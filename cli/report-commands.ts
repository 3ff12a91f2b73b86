import { type Command, Option } from 'commander';
import type { ExitCode } from './exit-codes.ts';
import { wholeNumber } from './options/whole-number.ts';

/** Adds `smart-etl report …`. What a command needs is loaded when it is called. */
export function addReportCommands(program: Command, finish: (code: ExitCode) => void): void {
  const json = ['--json', 'one JSON document on stdout'] as const;
  const report = program.command('report').description('what a month, a quarter or a year says');
  report
    .command('build')
    .description('build the report of a period as PDF, with its notebook and SQL')
    .option('--period <period>', '2026-10, 2026-Q3 or 2026 (the last month that is over)')
    .addOption(new Option('--lang <language>', 'of the report (that of the settings)').choices(['en', 'fr']))
    .option('--as-of <instant>', 'without what became known later (two days after the period)')
    .option('--out <folder>', 'writes PDF, notebook, SQL and figures there')
    .option('--tell', 'tell people of it, as the monthly one does')
    .option(...json)
    .action(async (options) => finish(await (await import('./report.ts')).buildReport(options)));
  report
    .command('list')
    .description('reports that were built, those of the latest periods first')
    .option('--limit <n>', 'at most', wholeNumber, 20)
    .option(...json)
    .action(async (options) => finish(await (await import('./report.ts')).listReports(options)));
  report
    .command('recommendations')
    .description('what the report of a period recommends, and what was decided')
    .argument('<period>')
    .option(...json)
    .action(async (period, options) =>
      finish(await (await import('./report.ts')).listRecommendations(period, options)),
    );
  report
    .command('decide')
    .description('say what becomes of a recommendation: the next report measures it')
    .argument('<period>')
    .argument('<number>', 'of the recommendation', wholeNumber)
    .argument('<state>', 'accepted, rejected, done or open')
    .requiredOption('--why <reason>', 'why')
    .option('--who <name>', 'who decides (you)')
    .option(...json)
    .action(async (period, rank, state, options) =>
      finish(await (await import('./report.ts')).decide(period, rank, state, options)),
    );
}
