/** The parts of the stack as lines of a table, for terminals of 80 columns. */
import { styleText } from 'node:util';
import type { PartStatus } from '../stack/part.ts';

const COLOURS = {
  up: 'green',
  done: 'green',
  failing: 'red',
  restarting: 'yellow',
  waiting: 'gray',
  starting: 'gray',
  stopped: 'gray',
} as const;

/** "850 ms", "12 s", "3 min", "5 h", "2 d". */
export function durationText(durationMs: number): string {
  if (durationMs < 1_000) return `${Math.round(durationMs)} ms`;
  const seconds = durationMs / 1_000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 120) return `${Math.floor(seconds)} s`;
  if (seconds < 7_200) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.floor(seconds / 3_600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}

/** One row: title, state, a duration, URL. Colours only where the terminal shows them and NO_COLOR is not set. */
export function partLine(
  part: Pick<PartStatus, 'title' | 'state' | 'url'>,
  durationMs: number | null,
): string {
  const state = styleText(COLOURS[part.state], part.state.padEnd(10), { stream: process.stdout });
  const time = (durationMs === null ? '' : durationText(durationMs)).padStart(7);
  return `  ${part.title.padEnd(13)} ${state} ${time}  ${part.url ?? ''}`.trimEnd();
}

/** Why a part is not up, with the end of its log. */
export const failureLines = (part: PartStatus): string[] => [
  `  ${part.title}: ${part.error?.split('\n')[0] ?? 'no reason known'}`,
  ...part.lastLines.slice(-5).map((line) => `    | ${line.slice(0, 200)}`),
];
