import type { Command } from 'commander';
import type { ExitCode } from '../exit-codes.ts';
import { duration } from '../options/duration-option.ts';
import { instantOf } from '../options/instant-option.ts';

/** Adds `smart-etl expect …`. What a command needs is loaded when it is called. */
export function addExpectCommands(program: Command, finish: (code: ExitCode) => void): void {
  const json = ['--json', 'one JSON document on stdout'] as const;
  const who = ['--who <name>', 'who decides'] as const;
  const why = ['--why <reason>', 'why'] as const;
  const expect = program.command('expect').description('when jobs are due, and what became of it');
  expect
    .command('list')
    .description('the schedule of every job, when it is due next, and how its last slots ended')
    .option(...json)
    .action(async (options) => finish(await (await import('./expect.ts')).listExpected(options)));
  expect
    .command('show')
    .description('the schedule of a job and its slots of these days')
    .argument('<job>', 'its name, or NAMESPACE/NAME')
    .option(...json)
    .action(async (job, options) => finish(await (await import('./expect.ts')).showExpected(job, options)));
  expect
    .command('declare')
    .description('say when a job is due; what is not said is learned')
    .argument('<job>', 'its name, or NAMESPACE/NAME')
    .option('--cron <text>', 'minute, hour, day, month, weekday, such as "30 2 * * 1-5"')
    .option('--zone <zone>', 'the zone of these times (that of the settings)')
    .option('--start-within <time>', 'after that it is late to start, such as 10m', duration)
    .option('--end-within <time>', 'after that it is late to end, such as 1h', duration)
    .option('--withdraw', 'go by what is learned again')
    .option(...who)
    .requiredOption(...why)
    .option(...json)
    .action(async (job, options) => {
      const { declareSchedule } = await import('./expect-change.ts');
      finish(await declareSchedule(job, options));
    });
  expect
    .command('waive')
    .description('say that a run is not missed')
    .argument('<job>', 'its name, or NAMESPACE/NAME')
    .argument('<due>', 'when it is due, such as 2026-03-01T02:30Z', (text) => instantOf('DUE', text))
    .option(...who)
    .requiredOption(...why)
    .option(...json)
    .action(async (job, due, options) => {
      const { waiveDue } = await import('./expect-change.ts');
      finish(await waiveDue(job, due, options));
    });
}
