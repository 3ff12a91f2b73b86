import type { Command } from 'commander';
import type { ExitCode } from '../exit-codes.ts';
import { wholeNumber } from '../options/whole-number.ts';

/** Adds the commands about incidents and what to do about them. What a command needs is loaded when it is called. */
export function addIncidentCommands(program: Command, finish: (code: ExitCode) => void): void {
  const json = ['--json', 'one JSON document on stdout'] as const;
  const who = ['--who <name>', 'who decides (the user of this machine)'] as const;
  const why = ['--why <reason>', 'why'] as const;
  const incidents = program.command('incidents').description('what is wrong, and what to do about it');
  incidents
    .command('list')
    .description('what lasts, the newest first')
    .option('--all', 'also what is over')
    .option('--limit <n>', 'lines to print', wholeNumber, 100)
    .option(...json)
    .action(async (options) => finish(await (await import('./incidents.ts')).listIncidents(options)));
  incidents
    .command('show')
    .description('its causes, findings, and the re-runs of its victims')
    .argument('<id>')
    .option(...json)
    .action(async (id, options) => finish(await (await import('./incidents.ts')).showIncident(id, options)));
  incidents
    .command('ack')
    .description('take it on: no more reminders, no escalation')
    .argument('<id>')
    .option(...who)
    .requiredOption(...why)
    .option(...json)
    .action(async (id, options) =>
      finish(await (await import('./act-on-incident.ts')).acknowledge(id, options)),
    );
  incidents
    .command('silence')
    .description('no reminders for a while; its end is told all the same')
    .argument('<id>')
    .requiredOption('--for <time>', 'such as 30m, 8h, 2d; at most 30 days')
    .option(...who)
    .requiredOption(...why)
    .option(...json)
    .action(async (id, options) => finish(await (await import('./act-on-incident.ts')).silence(id, options)));
  incidents
    .command('waive')
    .description('live with what lasts of it; what begins anew is told again')
    .argument('<id>')
    .option('--finding <key...>', 'only these of its findings')
    .option(...who)
    .requiredOption(...why)
    .option(...json)
    .action(async (id, options) => finish(await (await import('./act-on-incident.ts')).waive(id, options)));
  incidents
    .command('feedback')
    .description('how useful people found it to be told, by kind')
    .option(...json)
    .action(async (options) => finish(await (await import('./incidents.ts')).showFeedback(options)));
  program
    .command('rerun')
    .description('run jobs, or all victims of an incident, again in the order of their dependencies')
    .argument('[job...]', 'names, or namespace/name')
    .option('--incident <id>', 'all its victims')
    .option('--dry-run', 'only tell which, in which order')
    .option('--wait', 'until each is proved; exit code 7 when some did not succeed')
    .option('--done', 'the named jobs were run by hand')
    .option(...who)
    .requiredOption(...why)
    .option(...json)
    .action(async (jobs, options) => {
      const { markDone, rerun } = await import('./rerun.ts');
      finish(await (options.done ? markDone(jobs, options) : rerun(jobs, options)));
    });
}
