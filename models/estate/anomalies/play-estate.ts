import type { MetricSample } from '../../records/run.ts';
import { advanceDay, type Estate } from '../estate.ts';
import type { RunRow } from '../run-row.ts';
import type { AnomalyTruth } from './anomaly-truth.ts';
import type { EstateFile } from './file-feed.ts';
import { type Played, wholeTruth } from './natural-truth.ts';

/** An estate that was played from its first day on, with the whole truth about it. */
export interface PlayedEstate {
  runs: RunRow[];
  samples: MetricSample[];
  files: EstateFile[];
  truth: AnomalyTruth[];
  fromMs: number;
  untilMs: number;
}

/**
 * Plays the next days of an estate and tells all that went wrong in them. Holds everything: 180 days of 120 jobs are
 * half a million rows.
 */
export function playEstate(estate: Estate, dayCount: number): PlayedEstate {
  const runs: RunRow[] = [];
  const samples: MetricSample[] = [];
  const files: EstateFile[] = [];
  const injected: AnomalyTruth[] = [];
  const days: { startMs: number; endMs: number; phases: Played['days'][number]['phases'] }[] = [];
  const fromMs = estate.nextDayMs;
  for (let d = 0; d < dayCount; d++) {
    const startMs = estate.nextDayMs;
    const day = advanceDay(estate);
    for (const run of day.runs) runs.push(run);
    for (const sample of day.samples) samples.push(sample);
    for (const file of day.files) files.push(file);
    for (const row of day.anomalies) injected.push(row);
    days.push({ startMs, endMs: estate.nextDayMs, phases: day.phases });
  }
  const untilMs = estate.nextDayMs;
  const { clock } = estate.hidden;
  const instantOf = (wallMs: number) => (clock === null ? wallMs : clock.instantOf(wallMs));
  const truth = wholeTruth({ estate, runs, samples, days, injected, untilMs, instantOf });
  return { runs, samples, files, truth, fromMs, untilMs };
}
