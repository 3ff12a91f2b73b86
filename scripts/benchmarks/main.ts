/** `scripts/bench NAME`: runs one benchmark; its document is the only thing on stdout. */
import { Command, InvalidArgumentError, Option } from 'commander';
import { AlreadyRunning } from '../../stack/home-lock.ts';
import { api } from './api.ts';
import { DiskTooSmall } from './bench-place.ts';
import { chaos } from './chaos.ts';
import { chaosAlerts } from './chaos-alerts.ts';
import { detect } from './detect.ts';
import { type BenchDocument, type BenchResult, machine } from './document.ts';
import { FITTERS, forecast } from './forecast.ts';
import { CONTESTANTS, type Contestant, ingest } from './ingest.ts';
import { mlops } from './mlops.ts';
import { nab } from './nab.ts';
import { UnreadableLabels } from './nab-data.ts';
import { say } from './progress.ts';
import { PythonMissing } from './python-peers.ts';
import { report } from './report.ts';
import { scale } from './scale.ts';
import { sizes } from './sizes.ts';
import { rounded } from './statistics.ts';
import { worlds } from './worlds.ts';

/** `10_000_000` or `10000000`. */
function count(text: string): number {
  const value = Number(text.replaceAll('_', ''));
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new InvalidArgumentError(`expected a whole number from 0, found "${text}"`);
  }
  return value;
}

function size(text: string): number {
  const value = Number(text);
  if (!(value >= 0 && value <= 1_000)) {
    throw new InvalidArgumentError(`expected gigabytes from 0 to 1000, found "${text}"`);
  }
  return value;
}

const namesOf = <Name extends string>(known: readonly Name[]) => {
  return (text: string): Name[] =>
    text.split(',').map((name) => {
      const found = known.find((one) => one === name);
      if (found === undefined)
        throw new InvalidArgumentError(`expected ${known.join(', ')}, found "${name}"`);
      return found;
    });
};

async function print(bench: string, options: object, run: () => Promise<BenchResult>): Promise<void> {
  const startedAt = new Date();
  const { figures, details } = await run();
  const seconds = rounded((Date.now() - startedAt.getTime()) / 1000);
  const document: BenchDocument = {
    bench,
    startedAt: startedAt.toISOString(),
    seconds,
    options: { ...options },
    machine: machine(),
    figures,
    details,
  };
  console.log(JSON.stringify(document, null, 2));
}

const program = new Command('scripts/bench')
  .description(
    'Measures the system on servers of its own; one JSON document on stdout.\nHow to read it: docs/benchmarks.md',
  )
  .showHelpAfterError('(scripts/bench --help tells more)')
  .exitOverride();
const seed = () => new Option('--seed <n>', 'of what is generated').argParser(count).default(1);

program
  .command('ingest')
  .description('a large log, against plain COPY, Polars and pandas in the same rounds')
  .option('--rows <n>', 'rows of the log', count, 2_000_000)
  .option('--rounds <n>', 'loads by every contestant', count, 5)
  .option('--into-existing', 'the months hold as many other rows already', false)
  .option('--contestants <names>', CONTESTANTS.join(','), namesOf(CONTESTANTS), [...CONTESTANTS])
  .option('--visible <n>', 'files timed from complete to visible; 0 leaves that out', count, 100)
  .addOption(seed())
  .action((options: Parameters<typeof ingest>[0] & { contestants: Contestant[] }) =>
    print('ingest', options, () => ingest(options)),
  );

program
  .command('forecast')
  .description(
    'training and scoring of the boosting engine, against LightGBM and scikit-learn in the same rounds; features',
  )
  .option('--rows <n>', 'rows to train on', count, 48_000)
  .option('--rounds <n>', 'fits by every contestant', count, 5)
  .option('--contestants <names>', FITTERS.join(','), namesOf(FITTERS), [...FITTERS])
  .option('--scaling', 'fits of 10,000, 100,000 and 1,000,000 rows as well', false)
  .option('--ml-random-forest', 'on small samples as well, extrapolated', false)
  .option('--feature-runs <n>', 'of 1,000 jobs, to make features of; 0 leaves that out', count, 10_000_000)
  .addOption(seed())
  .action((options: Parameters<typeof forecast>[0]) => print('forecast', options, () => forecast(options)));

program
  .command('worlds')
  .description('the forecast beside the oracle of simulated worlds, and on pure noise')
  .option('--worlds <n>', 'of 120 jobs and 210 days', count, 20)
  .option('--noise-worlds <n>', 'where every run fails by the same chance', count, 20)
  .option('--futures <n>', 'that the oracle plays at each cutoff of the test', count, 100)
  .addOption(seed())
  .action((options: Parameters<typeof worlds>[0]) => print('worlds', options, () => worlds(options)));

program
  .command('mlops')
  .description(
    'trainings before the gate, on pure noise and with leaks planted; rollbacks; kills at steps; a year; 0 leaves one out',
  )
  .option('--noise <n>', 'estates where every run fails by the same chance', count, 200)
  .option('--leaks <n>', 'estates of each kind of leak', count, 10)
  .option('--rollbacks <n>', 'champions that a person takes back', count, 5)
  .option('--kills <n>', 'of a server at a step of a training or a promotion, 32 at most', count, 32)
  .option('--year', 'a year in simulated time in which causes change twice', false)
  .option('--weeks <n>', 'of the year', count, 52)
  .addOption(seed())
  .action((options: Parameters<typeof mlops>[0]) => print('mlops', options, () => mlops(options)));

program
  .command('detect')
  .description(
    'what detection finds of all that goes wrong in simulated worlds, and how soon a mail about it is there',
  )
  .option('--worlds <n>', 'of 129 days; 0 leaves them out', count, 20)
  .option('--jobs <n>', 'of a world', count, 120)
  .option('--no-starts', 'runs are told when they have ended only')
  .option('--live <n>', 'failed runs that the running pipeline mails; 0 leaves that out', count, 50)
  .addOption(seed())
  .action((options: Parameters<typeof detect>[0]) => print('detect', options, () => detect(options)));

program
  .command('report')
  .description('the report of a simulated year, from the question to the bytes of the PDF')
  .option('--jobs <n>', 'of the year', count, 150)
  .option('--rounds <n>', 'reports', count, 5)
  .addOption(seed())
  .action((options: Parameters<typeof report>[0]) => print('report', options, () => report(options)));

program
  .command('sizes')
  .description(
    'memory and cost per row for large files, large records, many runs, many files; 0 leaves one out',
  )
  .option('--gigabytes <n>', 'of one large file', size, 5)
  .option('--record-gigabytes <n>', 'of one record', size, 1)
  .option('--runs <n>', 'in files of --rows-per-file', count, 10_000_000)
  .option('--rows-per-file <n>', 'of the files of --runs', count, 1_000_000)
  .option('--small-files <n>', 'a backlog that the collection drains', count, 100_000)
  .option('--visible <n>', 'files timed from complete to visible', count, 100)
  .addOption(seed())
  .action((options: Parameters<typeof sizes>[0]) => print('sizes', options, () => sizes(options)));

program
  .command('chaos')
  .description(
    'files load while worker, API, PostgreSQL, MinIO and Temporal are killed, cut off or frozen; nothing may be lost or doubled',
  )
  .option('--files <n>', 'files that load meanwhile', count, 500)
  .option('--kills <n>', 'kills, at random and named points', count, 200)
  .option('--faults <n>', 'failing links and storms of duplicates', count, 64)
  .option('--freezes <n>', 'times that the worker freezes and wakes up', count, 4)
  .option('--short', 'each fault once and two kills instead, as the tests do')
  .option('--minutes <n>', 'no more of all this after so long', count, 120)
  .addOption(seed())
  .action((options: Parameters<typeof chaos>[0]) => print('chaos', options, () => chaos(options)));

program
  .command('scale')
  .description(
    'files load with 1, 2 and 4 workers on the services of docker-compose.yml; one is lost; a release replaces another',
  )
  .option('--files <n>', 'of each stage', count, 400)
  .addOption(seed())
  .action((options: Parameters<typeof scale>[0]) => print('scale', options, () => scale(options)));

program
  .command('nab')
  .description('the watch of server metrics on labelled ones, by the score of the Numenta benchmark')
  .requiredOption('--data <file>', 'CSV, .gz too: series,ts,value,in_anomaly_window')
  .action((options: { data: string }) => print('nab', options, () => nab(options)));

program
  .command('chaos-alerts')
  .description('messages leave while their sender is killed between send and record; none may be lost')
  .option('--kills <n>', 'kills, each with a message on its way', count, 200)
  .addOption(seed())
  .action((options: Parameters<typeof chaosAlerts>[0]) =>
    print('chaos-alerts', options, () => chaosAlerts(options)),
  );

program
  .command('api')
  .description('how fast the API answers what pages ask, of many runs, and what a first visit loads')
  .option('--runs <n>', 'of the jobs', count, 10_000_000)
  .option('--jobs <n>', 'of the estate', count, 1_000)
  .option('--rounds <n>', 'visits of every page', count, 40)
  .option('--concurrency <n>', 'requests at a time', count, 8)
  .addOption(seed())
  .action((options: Parameters<typeof api>[0]) => print('api', options, () => api(options)));

// Settings of an estate that somebody works with would make its servers ours, to be filled and killed.
for (const name of Object.keys(process.env)) if (name.startsWith('SMART_ETL_')) delete process.env[name];

try {
  await program.parseAsync();
} catch (error) {
  const { code, exitCode } = error as { code?: string; exitCode?: number };
  if (code?.startsWith('commander.')) process.exitCode = exitCode === 0 ? 0 : 2;
  else {
    const isPlain = [DiskTooSmall, AlreadyRunning, PythonMissing, UnreadableLabels].some(
      (known) => error instanceof known,
    );
    say(isPlain ? (error as Error).message : ((error as Error).stack ?? String(error)));
    process.exitCode = 1;
  }
}
// A connection that is still being closed must not hold up whoever waits for the document.
process.exit();
