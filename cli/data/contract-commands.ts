import type { Command } from 'commander';
import type { ExitCode } from '../exit-codes.ts';

/** Adds `smart-etl contract …`. What a command needs is loaded when it is called. */
export function addContractCommands(program: Command, finish: (code: ExitCode) => void): void {
  const json = ['--json', 'one JSON document on stdout'] as const;
  const contract = program.command('contract').description('what sources and we agreed on');
  contract
    .command('infer')
    .description('propose a contract from files, with its evidence')
    .argument('<path...>', 'files or folders')
    .option('--source <name>', 'the configured source they belong to')
    .option('--out <file>', 'write it there; an existing file is kept')
    .option(...json)
    .action(async (paths, options) => {
      const { inferFrom } = await import('./contract-infer.ts');
      finish(await inferFrom(paths, options));
    });
  contract
    .command('check')
    .description('compare files with a contract')
    .argument('<path...>', 'files or folders')
    .option('--contract <file>', 'a contract in a file')
    .option('--source <name>', 'the accepted contract of a source')
    .option(...json)
    .action(async (paths, options) => {
      const { checkAgainst } = await import('./contract-check.ts');
      finish(await checkAgainst(paths, options));
    });
  contract
    .command('diff')
    .description('what changed, and what of it is breaking')
    .argument('<before>', 'a file, SOURCE or SOURCE/VERSION')
    .argument('<after>', 'the same')
    .option(...json)
    .action(async (before, after, options) => {
      const { diffOf } = await import('./contract-diff.ts');
      finish(await diffOf(before, after, options));
    });
  contract
    .command('accept')
    .description('make it count for a source; files held are loaded again')
    .argument('<file>', 'the contract, of the next version')
    .requiredOption('--source <name>', 'the configured source')
    .requiredOption('--who <name>', 'who decides')
    .requiredOption('--why <reason>', 'why')
    .option(...json)
    .action(async (file, options) => {
      const { accept } = await import('./contract-accept.ts');
      finish(await accept(file, options));
    });
  contract
    .command('refuse')
    .description('give up the files of a source that are held')
    .requiredOption('--source <name>', 'the configured source')
    .requiredOption('--who <name>', 'who decides')
    .requiredOption('--why <reason>', 'why')
    .option(...json)
    .action(async (options) => {
      const { refuse } = await import('./contract-refuse.ts');
      finish(await refuse(options));
    });
}
