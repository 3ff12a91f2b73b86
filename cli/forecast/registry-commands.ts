import type { Command } from 'commander';
import { wholeNumber } from '../options/whole-number.ts';

/** `model compare`, `history`, `verify`, `sign`, `keys`, `explain`, `tag`, `rebuild`. */
export function addRegistryCommands(model: Command, finish: (code: number) => void): void {
  const json = ['--json', 'one JSON document on stdout'] as const;
  const reference = 'number, alias, or as MLflow writes it: models:/job-failure@champion';
  model
    .command('compare')
    .description('two versions beside each other, metric by metric')
    .argument('<one>', reference)
    .argument('<other>', reference)
    .option(...json)
    .action(async (one, other, options) =>
      finish(await (await import('./model-compare.ts')).compareModels(one, other, options)),
    );
  model
    .command('history')
    .description('which version was the champion when')
    .option('--at <instant>', 'only the one of then (ISO 8601)')
    .option('--alias <name>', 'champion, challenger or shadow', 'champion')
    .option('--limit <n>', 'how many', wholeNumber, 50)
    .option(...json)
    .action(async (options) => finish(await (await import('./model-history.ts')).showModelHistory(options)));
  model
    .command('verify')
    .description('are bytes, manifest and signature as they were registered?')
    .argument('[version]', `${reference} (all that have an alias)`)
    .option('--all', 'every registered version')
    .option(...json)
    .action(async (version, options) =>
      finish(await (await import('./model-verify.ts')).verifyModels(version, options)),
    );
  model
    .command('sign')
    .description('sign a version that no trusted key vouches for')
    .argument('<version>', reference)
    .option('--who <name>', 'who vouches for it (the user of this machine)')
    .requiredOption('--why <reason>', 'why')
    .option(...json)
    .action(async (version, options) =>
      finish(await (await import('./model-verify.ts')).signModel(version, options)),
    );
  model
    .command('keys')
    .description('whose signatures are trusted here')
    .option(...json)
    .action(async (options) => finish((await import('./model-verify.ts')).showModelKeys(options)));
  model
    .command('explain')
    .description('why the last forecast says of a job what it says')
    .argument('<job>', 'its name, or NAMESPACE/NAME')
    .option(...json)
    .action(async (job, options) =>
      finish(await (await import('./model-explain.ts')).explainForecast(job, options)),
    );
  model
    .command('tag')
    .description('write tags on a version, or show them')
    .argument('<version>', reference)
    .argument('[tags...]', 'KEY=VALUE')
    .option('--remove <key...>', 'take these off')
    .option('--who <name>', 'who does (the user of this machine)')
    .option('--why <reason>', 'why')
    .option(...json)
    .action(async (version, tags, options) =>
      finish(await (await import('./model-tag.ts')).tagModel(version, tags, options)),
    );
  model
    .command('rebuild')
    .description('train a version again from its manifest: are the bytes the same?')
    .argument('[version]', `${reference} (the champion)`)
    .option(...json)
    .action(async (version, options) =>
      finish(await (await import('./model-rebuild.ts')).rebuildModel(version, options)),
    );
}
