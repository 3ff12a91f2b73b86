/** How long the features of a large estate take, and how much memory, in a process of its own. */
import { fork } from 'node:child_process';
import path from 'node:path';
import { SMALL_NURSERY } from '../../stack/node-script.ts';
import { answerOf, ContestantFailed, endChild } from './child-answer.ts';
import { type Figure, figure } from './document.ts';
import type { ManyOptions } from './many-histories.ts';
import { say } from './progress.ts';

/** Memory is in megabytes, null where the system does not tell. */
export interface FeaturesMeasured {
  /** Of all features of both heads, from histories in memory to matrices in memory. */
  seconds: number;
  cpuSeconds: number;
  weekRows: number;
  dayRows: number;
  /** Of the day head, which has those of the week as well. */
  columns: number;
  /** Of the histories alone, as their columns count. */
  historiesMb: number;
  /** Of the process when the features begin. */
  residentMb: number;
  /** Of the process at most, histories included. */
  peakMb: number | null;
}

const FEATURE_JOBS = 1_000;
const WEEKLY_CUTOFFS = 52;

/** @throws ContestantFailed when the process ends before it answers */
export async function measureFeatures({ runs, seed }: Pick<ManyOptions, 'runs' | 'seed'>) {
  const request: ManyOptions = { seed, jobs: FEATURE_JOBS, runs, cutoffs: WEEKLY_CUTOFFS };
  say(`features of ${request.jobs} jobs at ${request.cutoffs} cutoffs from ${runs} runs`);
  const child = fork(path.join(import.meta.dirname, 'features-child.ts'), {
    // As a worker has it.
    execArgv: ['--disable-warning=ExperimentalWarning', SMALL_NURSERY],
    // The document on stdout is ours alone.
    stdio: ['ignore', 2, 2, 'ipc'],
  });
  const answer = answerOf<FeaturesMeasured | { error: string }>(child, 'the process of the features');
  child.send(request);
  const measured = await answer;
  if ('error' in measured) throw new ContestantFailed(`features: ${measured.error}`);
  await endChild(child);
  const { seconds, cpuSeconds, peakMb } = measured;
  say(`features: ${seconds.toFixed(1)} s, processor ${cpuSeconds.toFixed(1)} s, ${peakMb?.toFixed(0)} MB`);
  return { ...request, ...measured };
}

export const featureFigures = ({ seconds, cpuSeconds, peakMb, historiesMb }: FeaturesMeasured): Figure[] => [
  figure('features_s', seconds, 's', 'lower'),
  figure('features_cpu_s', cpuSeconds, 's', 'lower'),
  figure('features_peak_rss_mb', peakMb, 'MB', 'lower'),
  figure('features_beside_histories_mb', peakMb === null ? null : peakMb - historiesMb, 'MB', 'lower'),
];
