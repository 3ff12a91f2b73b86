import { estateNowMs, type View } from '../view.ts';
import { type WordsOf, wordsIn } from '../words.ts';
import type { Bar } from './night.ts';
import { WORDS } from './words.ts';

export type NightWords = WordsOf<typeof WORDS>;
export const nightWords = ({ language }: View): NightWords => wordsIn(WORDS, language);

/** What became of it, in words: any state is told without its colour. */
export function stateText(view: View, { state, isLate }: Bar): string {
  const words = nightWords(view);
  const text =
    state === 'due'
      ? words.dueState
      : state === 'missing' || state === 'waived'
        ? words[state]
        : view.words[state];
  return isLate ? `${text}, ${words.late}` : text;
}

const timeOf = (view: View, ms: number): string =>
  view.format.time(new Date(ms).toISOString(), estateNowMs(view));

export const isSlot = ({ state }: Bar): boolean =>
  state === 'due' || state === 'missing' || state === 'waived';
/** Whether somebody may have to do something about it. */
export const isWrong = ({ state, isLate }: Bar): boolean =>
  state === 'failed' || state === 'missing' || isLate;

/** A bar in a few lines. */
export function describeBar(view: View, bar: Bar): string[] {
  const words = nightWords(view);
  const { format } = view;
  const lines = [bar.job, `${stateText(view, bar)} · ${bar.host ?? words.unknownServer}`];
  if (bar.dueMs !== null) lines.push(`${words.due}: ${timeOf(view, bar.dueMs)}`);
  if (isSlot(bar)) return lines;
  const tookMs = bar.toMs - bar.fromMs;
  const until = bar.state === 'running' ? '…' : timeOf(view, bar.toMs);
  lines.push(`${timeOf(view, bar.fromMs)} → ${until} · ${format.duration(tookMs)}`);
  if (bar.expectedEndMs !== null) lines.push(`${words.expectedEnd}: ${timeOf(view, bar.expectedEndMs)}`);
  return lines;
}
