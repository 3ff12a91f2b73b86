import { EXIT, type ExitCode } from '../exit-codes.ts';
import { createProgress } from '../progress.ts';
import { type SimulateOptions, simulateEstate } from './simulate.ts';

/** `smart-etl simulate`: writes the logs, metrics and true hazards of a simulated estate. */
export async function simulate({
  json = false,
  anomalies = false,
  ...options
}: Omit<SimulateOptions, 'anomalies'> & { json?: boolean; anomalies?: boolean }): Promise<ExitCode> {
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
    return EXIT.ok;
  } finally {
    progress.end();
  }
}
