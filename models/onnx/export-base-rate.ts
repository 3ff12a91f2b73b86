import { type RateParameters, RUN_PRIOR_WEIGHT, WINDOW_PRIOR_WEIGHT } from '../learners/base-rates.ts';
import type { LearnerKind } from '../learners/learner.ts';
import type { GraphBuilder } from './graph-builder.ts';

/** The rate of base-rates.ts for rows that stand for weeks, or for days. */
export function addBaseRate(
  graph: GraphBuilder,
  matrix: string,
  head: 'week' | 'day',
  { kind, names, parameters }: { kind: LearnerKind; names: readonly string[]; parameters: RateParameters },
): string {
  const column = (name: string) => graph.columns(matrix, [names.indexOf(name)]);
  const { prior, afterQuiet, afterFailure } = parameters;
  const drawn = (failed: string, of: string, weight: number) =>
    graph.operator('Div', [
      graph.operator('Add', [failed, graph.row([weight * prior])]),
      graph.operator('Add', [of, graph.row([weight])]),
    ]);
  if (kind === 'base-run-rate') return drawn(column('failed_all'), column('runs_all'), RUN_PRIOR_WEIGHT);
  if (kind === 'base-window-rate') {
    const weeks = column('windows_closed');
    const windows = head === 'week' ? weeks : graph.operator('Mul', [weeks, graph.row([7])]);
    const failed = column(head === 'week' ? 'windows_failed' : 'window_days_failed');
    return drawn(failed, windows, WINDOW_PRIOR_WEIGHT);
  }
  const last = column(head === 'week' ? 'last_window_failed' : 'last_day_failed');
  const failed = graph.operator('Equal', [last, graph.row([1])]);
  return graph.operator('Where', [failed, graph.row([afterFailure]), graph.row([afterQuiet])]);
}
