import type { Command } from 'commander';
import { wholeNumber } from '../options/whole-number.ts';

/** `model rollback`, `list`, `card`, `import`, `matrix`. */
export function addModelCommands(model: Command, finish: (code: number) => void): void {
  const json = ['--json', 'one JSON document on stdout'] as const;
  model
    .command('rollback')
    .description('give the place of the champion back to the version before it')
    .requiredOption('--who <name>', 'who decides')
    .requiredOption('--why <reason>', 'why')
    .option(...json)
    .action(async (options) => finish(await (await import('./rollback-model.ts')).rollbackModel(options)));
  model
    .command('list')
    .description('registered versions, newest first')
    .option('--limit <n>', 'how many', wholeNumber, 20)
    .option(...json)
    .action(async (options) => finish(await (await import('./model-card.ts')).listModels(options)));
  model
    .command('card')
    .description('all that is known of a version: use, data, quality, gate, lineage, signature')
    .argument('[version]', 'number, alias or models:/… (the champion)')
    .option(...json)
    .action(async (version, options) =>
      finish(await (await import('./model-card.ts')).showModelCard(version, options)),
    );
  model
    .command('import')
    .description('bring a model trained elsewhere before the gate')
    .argument('<files...>', 'WEEK.onnx and DAY.onnx, or a folder with …week.onnx and …day.onnx')
    .option('--name <text>', 'what to call it (the name of the first file)')
    .option('--who <name>', 'who brings it (the user of this machine)')
    .option('--trained-at <instant>', 'runs known later were not learned from; else the files tell it')
    .option('--as-of <instant>', 'calibrate and test it on what was known at this instant (ISO 8601)')
    .option(...json)
    .action(async (files, options) =>
      finish(await (await import('./import-model.ts')).importModel(files, options)),
    );
  model
    .command('matrix')
    .description('write what our learners are taught with, to train a model elsewhere')
    .argument('<folder>', 'gets week.csv, day.csv and about.json')
    .option('--as-of <instant>', 'as if now were this instant (ISO 8601)')
    .option(...json)
    .action(async (folder, options) =>
      finish(await (await import('./training-matrix.ts')).writeTrainingMatrix(folder, options)),
    );
}
