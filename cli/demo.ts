import { type Client, WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { type Config, homeFolder, loadConfigOf } from '../config.ts';
import { estateNow } from '../db/estate-clock.ts';
import { listForecast } from '../db/forecast/read-forecast-table.ts';
import { type DemoSummary, readDemoSummary } from '../db/pages/read-demo-summary.ts';
import type { Pool } from '../db/pool.ts';
import { startStack } from '../stack/stack.ts';
import { FAILURE_MODEL, isoWeekOf, TASK_QUEUES, workflowIds } from '../workflows/names.ts';
import { withConnections } from './connections.ts';
import { datasetOf, demoHome, fillDropFolders, markDemoHome } from './demo-home.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { forecastTable } from './forecast/forecast.ts';
import { filesOf } from './options/store-paths.ts';
import { partLine } from './part-table.ts';
import { createProgress, type Progress } from './progress.ts';
import { runWorkflow } from './run-workflow.ts';
import { followEstate } from './simulate/simulate-live.ts';

/** A champion older than this is retrained, as the weekly schedule would. */
const CHAMPION_DAYS = 7;
/** Speed of the simulated estate once the demo stays up: six simulated minutes a second. */
const HOURS_PER_SECOND = 0.1;
const SLICE_SECONDS = 10;

/**
 * The main job, end to end: servers up, data into the drop folders, collect, clean, load, train, gate, promote,
 * forecast, alert; then it stays up, and a simulated estate goes on living.
 *
 * @throws UsageError for an input that is not there; AlreadyRunning when the stack of this home runs.
 */
export async function demo({
  input = [],
  exit = false,
}: {
  input?: string[];
  exit?: boolean;
}): Promise<ExitCode> {
  const startedMs = performance.now();
  const dataset = await datasetOf(await filesOf(input));
  const home = demoHome(dataset);
  markDemoHome(home, dataset);
  console.log(`Smart ETL demo in ${home}`);
  if (home !== homeFolder()) {
    console.log('  (the usual folder holds another data set; to look at this one later: SMART_ETL_HOME=…)');
  }

  const stopping = new AbortController();
  const { promise: asked, resolve: onSignal } = Promise.withResolvers<void>();
  const stop = () => {
    stopping.abort();
    onSignal();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, stop);

  const progress = createProgress();
  try {
    progress.step('data');
    progress.done(await fillDropFolders(home, dataset));
    const told = new Set<string>();
    const stack = await startStack({
      home,
      signal: stopping.signal,
      onProgress(report) {
        if (report.kind === 'notice') return console.log(`  ${report.text}`);
        const { name, state } = report.status;
        if ((state !== 'up' && state !== 'done') || told.has(name)) return;
        told.add(name);
        console.log(partLine(report.status, performance.now() - startedMs));
      },
    });
    try {
      const config = loadConfigOf(home);
      const isSimulated = dataset.name === 'simulated';
      const { summary, hasRival } = await withConnections(config, async ({ pool, temporal }) => ({
        summary: await mainJob(config, pool, temporal, progress),
        hasRival: isSimulated && !exit && (await trainRival(temporal)),
      }));
      const isGreen = tellSummary(config, summary, home);
      if (hasRival)
        console.log('rival     a second model is trained now: see “Model” on the page in two minutes');
      if (!exit) await stayUp(isSimulated, home, stopping.signal, asked);
      return isGreen ? EXIT.ok : EXIT.partial;
    } finally {
      progress.end();
      console.log('stopping …');
      await stack.stop();
    }
  } catch (error) {
    // Asked to stop while starting: that it did not finish is what was asked for.
    if (stopping.signal.aborted) return EXIT.ok;
    throw error;
  } finally {
    progress.end();
  }
}

async function mainJob(
  config: Config,
  pool: Pool,
  temporal: Client,
  progress: Progress,
): Promise<DemoSummary> {
  for (const source of config.sources) {
    progress.step(`collect ${source.name}`);
    progress.done(await collectAll(temporal, source.name));
  }
  const now = await estateNow(pool, config.time, Date.now());
  const before = await readDemoSummary(pool, FAILURE_MODEL);
  const ageMs =
    before.champion === null ? Number.POSITIVE_INFINITY : now.getTime() - before.champion.cutoff.getTime();
  if (ageMs > CHAMPION_DAYS * 86_400_000) {
    progress.step('retrain');
    const id = workflowIds.retrain(isoWeekOf(now.getTime()));
    const asOf = now.toISOString();
    const retrained = await runWorkflow(temporal, 'retrain', id, { asOf }, `Retrain ${FAILURE_MODEL}`);
    progress.done(
      `challenger ${retrained.kind} (version ${retrained.version}), the gate says ${retrained.verdict}`,
    );
  }
  progress.step('forecast');
  const id = workflowIds.forecastWeek(now.toISOString().slice(0, 10));
  const made = await runWorkflow(
    temporal,
    'forecastWeek',
    id,
    { asOf: now.toISOString() },
    'Forecast of the week',
  );
  progress.done(`${made.candidates} jobs`);
  console.log(`\n${forecastTable(await listForecast(pool, new Date(made.cutoff)), config.language, 10)}\n`);
  return readDemoSummary(pool, FAILURE_MODEL);
}

/**
 * Has a second model trained beside the estate that lives on, once a home: with one version alone there is nothing to
 * promote and nothing to go back to. It is trained and judged as any other, from another seed; nobody waits for it.
 *
 * @returns whether it begins now.
 */
async function trainRival(temporal: Client): Promise<boolean> {
  try {
    await temporal.workflow.start('retrain', {
      workflowId: workflowIds.retrain('rival'),
      taskQueue: TASK_QUEUES.control,
      args: [{ seed: 2 }],
      staticSummary: `Retrain ${FAILURE_MODEL} from another seed`,
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
    });
    return true;
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return false;
    throw error;
  }
}

/** Collects until nothing waits; files that the schedule is loading already are waited for. */
async function collectAll(temporal: Client, source: string): Promise<string> {
  for (let files = 0; ; ) {
    const id = workflowIds.collect(source);
    const outcome = await runWorkflow(temporal, 'collect', id, { source }, `Collect ${source}`);
    if (outcome.ingestWorkflowId === null) return files === 0 ? 'nothing new' : `${files} files loaded`;
    if (outcome.ingest === null) await temporal.workflow.getHandle(outcome.ingestWorkflowId).result();
    else files += outcome.ingest.loaded + outcome.ingest.refused;
  }
}

function tellSummary(config: Config, summary: DemoSummary, home: string): boolean {
  const { files, champion, messages } = summary;
  const { rowsIn, rowsLoaded, rowsDuplicate, rowsQuarantined, refused } = files;
  const lines = [
    `rows      ${rowsIn} in = ${rowsLoaded} loaded + ${rowsDuplicate} duplicate + ${rowsQuarantined} quarantined`,
    `champion  version ${champion?.version} (${champion?.kind}), trained on what was known at ${champion?.cutoff.toISOString()}`,
    `messages  ${messages.sent} sent, ${messages.waiting} waiting${config.mailboxFolder === null ? '' : `: ${config.mailboxFolder}`}`,
    `page      http://${config.apiHost}:${config.apiPort}`,
    `Temporal  ${config.temporalUiUrl}`,
    `state     ${home}`,
  ];
  if (refused > 0) lines.unshift(`refused   ${refused} files: see the page`);
  console.log(lines.join('\n'));
  return refused === 0;
}

async function stayUp(
  isSimulated: boolean,
  home: string,
  signal: AbortSignal,
  asked: Promise<void>,
): Promise<void> {
  if (!isSimulated) {
    console.log('\nCtrl-C stops it.');
    return asked;
  }
  console.log('\nThe estate lives on, six simulated minutes a second. Ctrl-C stops it.');
  await followEstate({
    out: `${home}/drop`,
    hoursPerSecond: HOURS_PER_SECOND,
    everySeconds: SLICE_SECONDS,
    signal,
  });
}
