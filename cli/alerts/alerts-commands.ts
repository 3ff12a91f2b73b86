import type { Command } from 'commander';
import type { ExitCode } from '../exit-codes.ts';
import { wholeNumber } from '../options/whole-number.ts';

/** Adds `smart-etl alerts …`. What a command needs is loaded when it is called. */
export function addAlertsCommands(program: Command, finish: (code: ExitCode) => void): void {
  const json = ['--json', 'one JSON document on stdout'] as const;
  const alerts = program.command('alerts').description('what people are told, and whether it arrives');
  alerts
    .command('list')
    .description('messages of the outbox, newest first')
    .option('--dead', 'only those that were given up')
    .option('--channel <name>', 'only those of a channel')
    .option('--limit <n>', 'at most', wholeNumber, 20)
    .option(...json)
    .action(async (options) => finish(await (await import('./alerts.ts')).listAlerts(options)));
  alerts
    .command('retry')
    .description('try a message again that was given up')
    .argument('<id>', 'of the message, or how it begins')
    .requiredOption('--why <reason>', 'what has changed')
    .option('--who <name>', 'who decides (you)')
    .option(...json)
    .action(async (id, options) => finish(await (await import('./alerts.ts')).retryAlert(id, options)));
  alerts
    .command('test')
    .description('send a message to a channel now and tell what it answers')
    .argument('<channel>', 'name of the configured channel')
    .option('--who <name>', 'who asks (you)')
    .option(...json)
    .action(async (channel, options) =>
      finish(await (await import('./alerts.ts')).testChannel(channel, options)),
    );
}
