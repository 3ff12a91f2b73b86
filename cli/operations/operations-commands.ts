import type { Command } from 'commander';
import type { ExitCode } from '../exit-codes.ts';

/** Adds `smart-etl backup` and `restore`. What a command needs is loaded when it is called. */
export function addOperationsCommands(program: Command, finish: (code: ExitCode) => void): void {
  const json = ['--json', 'one JSON document on stdout'] as const;
  program
    .command('backup')
    .description('save database and objects as of one instant into a new folder')
    .argument('<folder>', 'new, empty, or with a backup that was interrupted')
    .option(
      '--keys',
      'also the keys of models, links, pings and pseudonyms: keep such a backup like a password',
    )
    .option(...json)
    .action(async (folder, options) => finish(await (await import('./backup.ts')).backup(folder, options)));
  program
    .command('restore')
    .description('put a backup into an empty database and object store')
    .argument('<folder>', 'of the backup')
    .option('--check', 'only read the backup through and compare it with its hashes')
    .option('--replace', 'lose what is in the database')
    .option('--who <name>', 'who asks for it (the user of this machine)')
    .option('--why <reason>', 'why, for the audit log')
    .option(...json)
    .action(async (folder, options) => finish(await (await import('./restore.ts')).restore(folder, options)));
}
