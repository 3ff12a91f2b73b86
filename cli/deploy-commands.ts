import type { Command } from 'commander';
import type { ExitCode } from './exit-codes.ts';

/** Adds `smart-etl deploy …`. What a command needs is loaded when it is called. */
export function addDeployCommands(program: Command, finish: (code: ExitCode) => void): void {
  const json = ['--json', 'one JSON document on stdout'] as const;
  const deploy = program.command('deploy').description('builds of workers that run beside each other');
  deploy
    .command('status')
    .description('which builds there are, and what they still run')
    .option(...json)
    .action(async (options) => finish(await (await import('./deploy.ts')).deployStatus(options)));
  deploy
    .command('current')
    .description('begin new work on a build, such as the one before')
    .argument('<build>')
    .option('--who <name>', 'who decides')
    .requiredOption('--why <reason>', 'why')
    .option(...json)
    .action(async (build, options) =>
      finish(await (await import('./deploy.ts')).deployCurrent(build, options)),
    );
  deploy
    .command('release')
    .description('let what a build began go on with the current one: its workers are gone')
    .argument('<build>')
    .option('--who <name>', 'who decides')
    .requiredOption('--why <reason>', 'why')
    .option(...json)
    .action(async (build, options) =>
      finish(await (await import('./deploy.ts')).deployRelease(build, options)),
    );
}
