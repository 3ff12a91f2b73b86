/** The one document that a benchmark prints. */
import { cpus, totalmem } from 'node:os';
import { rounded } from './statistics.ts';

export interface Figure {
  name: string;
  /** null when it was not measured, or was not reached in the time given. */
  value: number | null;
  unit: string;
  better: 'higher' | 'lower';
  /** Over the rounds; the value is the median. */
  min?: number;
  max?: number;
}

export interface BenchResult {
  figures: Figure[];
  /** What the figures were computed from. */
  details: Record<string, unknown>;
}

export interface BenchDocument extends BenchResult {
  bench: string;
  startedAt: string;
  seconds: number;
  options: Record<string, unknown>;
  machine: { platform: string; processor: string; processors: number; memoryGb: number; node: string };
}

export const machine = (): BenchDocument['machine'] => ({
  platform: `${process.platform}-${process.arch}`,
  processor: cpus()[0]?.model ?? 'unknown',
  processors: cpus().length,
  memoryGb: rounded(totalmem() / 1e9),
  node: process.versions.node,
});

export const figure = (
  name: string,
  value: number | null,
  unit: string,
  better: Figure['better'],
  spread: { min?: number; max?: number } = {},
): Figure => ({
  name,
  value: value === null ? null : rounded(value),
  unit,
  better,
  ...(spread.min === undefined ? {} : { min: rounded(spread.min) }),
  ...(spread.max === undefined ? {} : { max: rounded(spread.max) }),
});
