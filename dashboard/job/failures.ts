import type { Run } from '../../api/contract/runs.ts';
import { element } from '../element.ts';
import { timeElement, type View } from '../view.ts';
import { jobWords } from './words.ts';

export interface ErrorFamily {
  /** As the newest of them told it; null: nothing was told. */
  error: string | null;
  /** Newest first. */
  runs: Run[];
}

/** Numbers, hexadecimal ones and what stands in quotes differ from run to run of the same fault. */
const shapeOf = (error: string | null): string =>
  (error ?? '').replaceAll(/"[^"]*"|'[^']*'|\b0x[0-9a-f]+\b|[0-9]+/gi, '#');

/** Failed runs by the shape of their error, the one that came last first. @param runs newest first */
export function errorFamilies(runs: readonly Run[]): ErrorFamily[] {
  const families = Map.groupBy(runs, ({ error }) => shapeOf(error));
  return [...families.values()].map((own) => ({ error: own[0]!.error, runs: own }));
}

const TIMES_SHOWN = 5;

/** Each error once, with how often and when. */
export function failureList(view: View, runs: readonly Run[]): HTMLElement {
  const words = jobWords(view);
  return element(
    'ul',
    { class: 'failures', role: 'list' },
    ...errorFamilies(runs).map(({ error, runs: own }) =>
      element(
        'li',
        {},
        element(
          'p',
          { class: error === null ? 'muted' : 'message', ...(error !== null && { tabindex: 0 }) },
          error ?? view.words.noError,
        ),
        element(
          'p',
          { class: 'muted' },
          `${words.times(own.length)} · `,
          ...own
            .slice(0, TIMES_SHOWN)
            .flatMap((run, index) => [...(index > 0 ? [', '] : []), timeElement(view, run.startedAt)]),
          own.length > TIMES_SHOWN && ', …',
        ),
      ),
    ),
  );
}
