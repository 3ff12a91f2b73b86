import { type Command, InvalidArgumentError } from 'commander';
import type { ExitCode } from '../exit-codes.ts';
import { duration } from '../options/duration-option.ts';
import { wholeNumber } from '../options/whole-number.ts';

function number(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) {
    throw new InvalidArgumentError(`expected a number such as 0.5, found "${text}"`);
  }
  return value;
}

/** Adds `smart-etl override …`. What a command needs is loaded when it is called. */
export function addOverrideCommands(program: Command, finish: (code: ExitCode) => void): void {
  const json = ['--json', 'one JSON document on stdout'] as const;
  const override = program.command('override').description('limits that people set for a job, with a reason');
  override
    .command('list')
    .description('which jobs are judged by limits that a person set, and why')
    .option(...json)
    .action(async (options) => finish(await (await import('./overrides.ts')).listOverrides(options)));
  override
    .command('set')
    .description('judge a job by these limits; what is not said is learned')
    .argument('<job>', 'its name, or NAMESPACE/NAME')
    .option('--slow-limit <time>', 'a run is slow beyond, such as 45m', duration)
    .option('--slow-factor <x>', 'or beyond so many times its usual', number)
    .option('--fast-limit <time>', 'a run is suspiciously fast below', duration)
    .option('--fast-factor <x>', 'or below this share of its usual', number)
    .option('--least-rows <n>', 'a run is incomplete with fewer', wholeNumber)
    .option('--least-share <x>', 'or with less than this share of those expected', number)
    .option('--ignore <kind...>', 'kinds of findings nobody wants to hear of')
    .option('--withdraw', 'judge it as learned again')
    .option('--who <name>', 'who decides')
    .requiredOption('--why <reason>', 'why')
    .option(...json)
    .action(async (job, options) =>
      finish(await (await import('./overrides.ts')).setOverrides(job, options)),
    );
}
