/** Whether memory and cost per row stay flat, whatever the size and however many. */
import type { BenchResult } from './document.ts';
import { largeFile, largeRecord, type Measured, manyRuns } from './large-inputs.ts';
import { say } from './progress.ts';
import { type Servers, STORES, withServers } from './servers.ts';
import { smallFiles } from './small-files.ts';
import { visible } from './visible.ts';

/** What is 0 is left out. */
export interface SizesOptions {
  gigabytes: number;
  recordGigabytes: number;
  runs: number;
  rowsPerFile: number;
  smallFiles: number;
  visible: number;
  seed: number;
}

export async function sizes(options: SizesOptions): Promise<BenchResult> {
  const { gigabytes, recordGigabytes, runs, rowsPerFile, seed } = options;
  /** Each with servers of its own: what one leaves in the log or the store is no matter of the next. */
  const onStores = (work: (servers: Servers) => Promise<Measured>) => withServers('sizes', STORES, {}, work);
  const parts: [name: string, size: number, measure: () => Promise<Measured>][] = [
    ['largeFile', gigabytes, () => onStores((servers) => largeFile(servers, gigabytes, seed))],
    ['largeRecord', recordGigabytes, () => onStores((servers) => largeRecord(servers, recordGigabytes))],
    ['runs', runs, () => onStores((servers) => manyRuns(servers, { runs, rowsPerFile, seed }))],
    ['smallFiles', options.smallFiles, () => smallFiles(options.smallFiles, seed)],
    ['visible', options.visible, () => visible(options.visible, seed)],
  ];
  const result: BenchResult = { figures: [], details: {} };
  for (const [name, size, measure] of parts) {
    if (size === 0) continue;
    say(`${name}: ${size}`);
    const { figures, details } = await measure();
    result.figures.push(...figures);
    result.details[name] = details;
  }
  return result;
}
