import { EXIT, type ExitCode } from '../exit-codes.ts';
import { createProgress } from '../progress.ts';
import { type SimulateOptions, simulateEstate } from './simulate.ts';
import { followEstate } from './simulate-live.ts';

/** `smart-etl simulate`: writes the logs, metrics and true hazards of a simulated estate; with `follow` it goes on. */
export async function simulate({
  json = false,
  anomalies = false,
  follow = false,
  ...options
}: Omit<SimulateOptions, 'anomalies'> & {
  json?: boolean;
  anomalies?: boolean;
  follow?: boolean;
}): Promise<ExitCode> {
  const progress = createProgress();
  try {
    progress.step('simulating the estate');
    const simulated = await simulateEstate({ ...options, anomalies: anomalies ? {} : null });
    progress.done(`${simulated.counts.rows_total} rows of run logs`);
    if (json) console.log(JSON.stringify(simulated));
    else {
      console.log(`runs      ${simulated.runsFolder}`);
      console.log(`metrics   ${simulated.metricsFolder}`);
      console.log(`truth     ${simulated.truthFolder} (for evaluation only)`);
    }
    if (follow) await goOn(options.out, progress);
    return EXIT.ok;
  } finally {
    progress.end();
  }
}

async function goOn(out: string, progress: ReturnType<typeof createProgress>): Promise<void> {
  const asked = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => asked.abort());
  progress.step('the estate goes on');
  const until = await followEstate({
    out,
    signal: asked.signal,
    onProgress: ({ until: reached }) => progress.at(minuteOf(reached)),
  });
  progress.done(`up to ${minuteOf(until)}`);
}

const minuteOf = (instant: number): string => new Date(instant).toISOString().slice(0, 16).replace('T', ' ');
