import type { Command } from 'commander';
import type { ExitCode } from '../exit-codes.ts';
import { wholeNumber } from '../options/whole-number.ts';

/** Adds the commands about what was collected. What a command needs is loaded when it is called. */
export function addDataCommands(program: Command, finish: (code: ExitCode) => void): void {
  const json = ['--json', 'one JSON document on stdout'] as const;
  const who = ['--who <name>', 'who asks for it (the user of this machine)'] as const;
  const quarantine = program.command('quarantine').description('rows and files that were refused');
  quarantine
    .command('list')
    .description('how many rows, per source, rule and file')
    .option('--source <name>', 'only of this source')
    .option('--code <code>', 'only refused by this rule')
    .option(...json)
    .action(async (options) => finish(await (await import('./quarantine.ts')).listQuarantine(options)));
  quarantine
    .command('show')
    .description('reason, place and original bytes')
    .argument('<file[:row]>', 'its name or the first digits of its SHA-256, and the number of a row')
    .option('--limit <n>', 'rows to print', wholeNumber, 20)
    .option(...json)
    .action(async (file, options) =>
      finish(await (await import('./quarantine.ts')).showQuarantine(file, options)),
    );
  quarantine
    .command('replay')
    .description('read refused rows again, after a rule or a contract changed')
    .option('--source <name>', 'only of this source')
    .option('--file <file>', 'only of this file')
    .option(...who)
    .option('--why <reason>', 'why')
    .option(...json)
    .action(async (options) => finish(await (await import('./quarantine.ts')).replayQuarantine(options)));
  quarantine
    .command('release')
    .description('let held files through and start the intake of their source again')
    .argument('<source>')
    .option(...who)
    .requiredOption('--why <reason>', 'why')
    .option(...json)
    .action(async (source, options) =>
      finish(await (await import('./quarantine.ts')).releaseQuarantine(source, options)),
    );
  program
    .command('retention')
    .description('drop months of runs and samples that are older than the configuration keeps')
    .option('--dry-run', 'only tell what would go')
    .option(...json)
    .action(async (options) => finish(await (await import('./retention.ts')).retention(options)));
  program
    .command('erase-owner')
    .description('erase a person from originals and tables, for ever')
    .argument('<name>')
    .option('--yes', 'it cannot be undone')
    .option(...who)
    .requiredOption('--why <reason>', 'why')
    .option(...json)
    .action(async (name, options) =>
      finish(await (await import('./erase-owner.ts')).eraseOwner(name, options)),
    );
  program
    .command('rebuild')
    .description('make every table anew from the originals; readers see the old ones until it is done')
    .option('--check', 'only compare the tables with what the originals say')
    .option(...who)
    .option('--why <reason>', 'why')
    .option(...json)
    .action(async (options) => finish(await (await import('./rebuild.ts')).rebuild(options)));
}
