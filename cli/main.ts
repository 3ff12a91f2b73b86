/** The `smart-etl` command: what each word means, and what each error means to the caller. */
import { Command, CommanderError } from 'commander';
import { addAccessCommands } from './access/access-commands.ts';
import { addAlertsCommands } from './alerts/alerts-commands.ts';
import { addIncidentCommands } from './alerts/incident-commands.ts';
import { printable } from './byte-text.ts';
import { addContractCommands } from './data/contract-commands.ts';
import { addDataCommands } from './data/data-commands.ts';
import { addDeployCommands } from './deploy-commands.ts';
import { addExpectCommands } from './detect/expect-commands.ts';
import { addOverrideCommands } from './detect/override-commands.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { addBacktestCommand } from './forecast/backtest-command.ts';
import { addForecastOverrideCommands } from './forecast/forecast-override-commands.ts';
import { addModelCommands } from './forecast/model-commands.ts';
import { addRegistryCommands } from './forecast/registry-commands.ts';
import { addOperationsCommands } from './operations/operations-commands.ts';
import { wholeNumber } from './options/whole-number.ts';
import { addReportCommands } from './report-commands.ts';

/**
 * By the name of the error, because importing its class would load the servers' clients: each command imports what
 * it needs when it is called. What is not named here is a bug of ours.
 */
const EXIT_CODES: Readonly<Record<string, ExitCode>> = {
  UsageError: EXIT.usage,
  UnknownUser: EXIT.usage,
  UnknownToken: EXIT.usage,
  RangeError: EXIT.usage,
  InvalidContract: EXIT.usage,
  InvalidCron: EXIT.usage,
  InvalidOverrides: EXIT.usage,
  InvalidPeriod: EXIT.usage,
  UnknownCalendar: EXIT.usage,
  InvalidTag: EXIT.usage,
  ConfigError: EXIT.config,
  BadModelKey: EXIT.config,
  BadTemporalSetting: EXIT.config,
  Unreachable: EXIT.unreachable,
  StackFailed: EXIT.unreachable,
  ServerFailed: EXIT.unreachable,
  AlreadyRunning: EXIT.conflict,
  ConflictError: EXIT.conflict,
  EstateFolderError: EXIT.conflict,
  BackupUnderWay: EXIT.conflict,
  NotAllowed: EXIT.permission,
  NotEmpty: EXIT.conflict,
  WrongTarget: EXIT.conflict,
  UnknownBuild: EXIT.negative,
  NothingLoaded: EXIT.negative,
  NothingRead: EXIT.negative,
  TooShortHistory: EXIT.negative,
  WorkflowEndedBadly: EXIT.negative,
  OnnxNotUnderstood: EXIT.negative,
  CorruptObject: EXIT.negative,
  MissingObject: EXIT.negative,
  NoBackup: EXIT.negative,
  DamagedBackup: EXIT.negative,
  UnsignedModel: EXIT.negative,
  WrongSignature: EXIT.negative,
  WrongManifest: EXIT.negative,
};

function createProgram(finish: (code: number) => void): Command {
  const program = new Command('smart-etl');
  program
    .description(
      'Keeps ETL pipelines honest: collects their logs, tells what went wrong, forecasts failures.',
    )
    .showHelpAfterError('(smart-etl --help tells more)')
    .exitOverride()
    // What follows the name of a command is its own, also where that has commands below it.
    .enablePositionalOptions();
  const json = ['--json', 'one JSON document on stdout'] as const;

  program
    .command('up')
    .description('start the whole stack, until Ctrl-C')
    .option('--detach', 'return once it serves')
    .action(async (options) => finish(await (await import('./up.ts')).up(options)));
  program
    .command('down')
    .description('stop it')
    .option(...json)
    .action(async (options) => finish(await (await import('./down.ts')).down(options)));
  program
    .command('status')
    .description('what runs')
    .option(...json)
    .action(async (options) => finish(await (await import('./status.ts')).status(options)));
  program
    .command('doctor')
    .description('what is found on this machine, what is not, and which settings are unsafe')
    .option(...json)
    .action(async (options) => finish(await (await import('./doctor.ts')).doctor(options)));
  program
    .command('demo')
    .description('the main job on a simulated estate or on your files, with everything that belongs to it')
    .option('--input <file...>', 'run logs to use instead of the simulated estate')
    .option('--exit', 'stop when the forecast is printed')
    .action(async (options) => finish(await (await import('./demo.ts')).demo(options)));
  program
    .command('ingest')
    .description('load run logs or metrics')
    .argument('<path...>', 'files or folders; .gz and .zip are unpacked')
    .option('--source <name>', 'the configured source they belong to', 'runs')
    .option('--watch', 'go on with what comes into the folders, until Ctrl-C')
    .option(...json)
    .action(async (paths, options) =>
      finish(await (await import('./data/ingest.ts')).ingest(paths, options)),
    );
  program
    .command('exec')
    .description('run a command and tell of its start, end and exit status')
    .requiredOption('--job <name>', 'the job that it runs')
    .option('--namespace <name>', 'of the job', 'default')
    .option('--url <url>', 'where Smart ETL listens')
    .option('--rid <uuid>', 'the id of the run; left out, a new one')
    .argument('<command...>', 'after --, with its arguments')
    .action(async (command, options) =>
      finish(await (await import('./exec/exec.ts')).exec(command, options)),
    );
  const forecast = program.command('forecast').description('which jobs fail in the coming week, and why');
  forecast
    .enablePositionalOptions()
    .option('--as-of <instant>', 'forecast as if now were this instant (ISO 8601)')
    .option('--top <n>', 'rows to print', wholeNumber, 20)
    .option(...json)
    .action(async (options) => finish(await (await import('./forecast/forecast.ts')).forecast(options)));
  addForecastOverrideCommands(forecast, finish);
  program
    .command('drift')
    .description('whether the model is still what it was: data, scores, outcomes, quality')
    .option('--now', 'look now, not only at the last daily look')
    .option('--top <n>', 'features to print', wholeNumber, 12)
    .option(...json)
    .action(async (options) => finish(await (await import('./forecast/drift.ts')).drift(options)));
  program
    .command('simulate')
    .description('write the logs of a simulated estate')
    .requiredOption('--out <folder>', 'gets runs/, metrics/ and truth/')
    .option('--jobs <n>', 'ETL jobs', wholeNumber)
    .option('--hosts <n>', 'servers', wholeNumber)
    .option('--days <n>', 'days of history', wholeNumber)
    .option('--seed <n>', 'another seed is another estate', wholeNumber)
    .option('--start-date <date>', 'first day, such as 2025-09-02')
    .option('--clock <zone>', 'that jobs are scheduled by, such as Europe/Paris (UTC)')
    .option('--anomalies', 'things go wrong on purpose; truth/ tells which')
    .option('--follow', 'then goes on: new files every few seconds, until Ctrl-C')
    .option(...json)
    .action(async (options) =>
      finish(await (await import('./simulate/simulate-command.ts')).simulate(options)),
    );

  program
    .command('simulate-rerun', { hidden: true })
    .description('the scheduler of a simulated estate: run a job again')
    .requiredOption('--out <folder>', 'the estate')
    .requiredOption('--job <name>')
    .requiredOption('--asked <instant>')
    .requiredOption('--key <key>')
    .action(async (options) =>
      finish(await (await import('./simulate/simulate-rerun.ts')).simulateRerun(options)),
    );

  addAccessCommands(program, finish);
  addAlertsCommands(program, finish);
  addBacktestCommand(program, finish);
  addContractCommands(program, finish);
  addDataCommands(program, finish);
  addDeployCommands(program, finish);
  addIncidentCommands(program, finish);
  addExpectCommands(program, finish);
  addOverrideCommands(program, finish);
  addOperationsCommands(program, finish);
  addReportCommands(program, finish);
  const model = program.command('model').description('train, bring, compare, promote and export models');
  model
    .command('train')
    .description('train all contestants now and let the gate decide')
    .option('--seed <n>', 'seed of all randomness', wholeNumber)
    .option(...json)
    .action(async (options) => finish(await (await import('./forecast/model.ts')).trainModel(options)));
  model
    .command('promote')
    .description('make a version the champion')
    .argument('<version>')
    .requiredOption('--who <name>', 'who decides')
    .requiredOption('--why <reason>', 'why')
    .option('--reject', 'say no to a promotion that waits for a decision')
    .option(...json)
    .action(async (version, options) =>
      finish(await (await import('./forecast/model.ts')).promoteModel(version, options)),
    );
  model
    .command('shadow')
    .description('let a version forecast beside the champion, untold, until a test tells which is better')
    .argument('<version>')
    .requiredOption('--days <n>', 'so long at most', wholeNumber)
    .requiredOption('--who <name>', 'who wants it')
    .requiredOption('--why <reason>', 'why')
    .option(...json)
    .action(async (version, options) =>
      finish(await (await import('./forecast/model.ts')).shadowModel(version, options)),
    );
  model
    .command('export')
    .description('write a version as ONNX files, one for weeks and one for days')
    .requiredOption('--onnx <folder>', 'where to')
    .option('--version <version>', 'number or alias (the champion)')
    .option(...json)
    .action(async (options) =>
      finish(await (await import('./forecast/export-model.ts')).exportModel(options)),
    );
  addModelCommands(model, finish);
  addRegistryCommands(model, finish);
  return program;
}

function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  const code = error instanceof Error ? EXIT_CODES[error.name] : undefined;
  if (code === undefined) {
    console.error(error);
    return EXIT.bug;
  }
  // Names of files and jobs in it may be anybody's.
  console.error(`smart-etl: ${printable((error as Error).message)}`);
  return code;
}

// `smart-etl … | head` closes the pipe: nobody reads on, and what was started goes on.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

try {
  await createProgram((code) => {
    process.exitCode = code;
  }).parseAsync();
} catch (error) {
  process.exitCode = exitCodeOf(error);
}
