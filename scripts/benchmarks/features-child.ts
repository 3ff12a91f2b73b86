/** The child process that makes features for `forecast`: the library on histories in memory, nothing around it. */
import { buildMatrices } from '../../models/features/build-matrices.ts';
import type { FeaturesMeasured } from './features.ts';
import { bytesOf, type ManyOptions, manyHistories } from './many-histories.ts';
import { peakMb } from './memory.ts';

const MB = 2 ** 20;

function measured(options: ManyOptions): FeaturesMeasured {
  const { histories, cutoffs } = manyHistories(options);
  const residentMb = process.memoryUsage.rss() / MB;
  const startedMs = performance.now();
  const startedCpu = process.cpuUsage();
  const { week, day } = buildMatrices(histories, [], cutoffs);
  const seconds = (performance.now() - startedMs) / 1000;
  const cpu = process.cpuUsage(startedCpu);
  return {
    seconds,
    cpuSeconds: (cpu.user + cpu.system) / 1e6,
    weekRows: week.rows,
    dayRows: day.rows,
    columns: day.names.length,
    historiesMb: bytesOf(histories) / MB,
    residentMb,
    peakMb: peakMb('self'),
  };
}

process.on('message', (options: ManyOptions) => {
  try {
    process.send!(measured(options));
  } catch (error) {
    process.send!({ error: (error as Error).stack ?? String(error) });
  }
});
process.once('disconnect', () => process.exit(0));
