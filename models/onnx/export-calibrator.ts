import { type Calibrator, FLOOR, LOGIT_FLOOR } from '../evaluation/calibrate.ts';
import type { GraphBuilder } from './graph-builder.ts';
import { ELEMENT } from './onnx-model.ts';

/** `applyCalibrator` of calibrate.ts, on a column of probabilities. */
export function addCalibrator(graph: GraphBuilder, probability: string, calibrator: Calibrator): string {
  const { shape, shift } = calibrator;
  const heldLogit = (value: string) => graph.logOdds(graph.held(value, [LOGIT_FLOOR], [1 - LOGIT_FLOOR]));
  let bent = probability;
  if (shape.kind === 'platt') {
    const steeper = graph.operator('Mul', [heldLogit(probability), graph.row([shape.slope])]);
    bent = graph.sigmoid(graph.operator('Add', [steeper, graph.row([shape.intercept])]));
  } else if (shape.kind === 'beta') {
    const inside = graph.held(probability, [LOGIT_FLOOR], [1 - LOGIT_FLOOR]);
    const rest = graph.operator('Sub', [graph.row([1]), inside]);
    const weighted = (value: string, weight: number) =>
      graph.operator('Mul', [graph.operator('Log', [value]), graph.row([weight])]);
    const margin = graph.operator('Sub', [weighted(inside, shape.a), weighted(rest, shape.b)]);
    bent = graph.sigmoid(graph.operator('Add', [margin, graph.row([shape.c])]));
  } else if (shape.kind === 'isotonic') bent = addSteps(graph, probability, shape);
  const moved =
    shift === 0 ? bent : graph.sigmoid(graph.operator('Add', [heldLogit(bent), graph.row([shift])]));
  return graph.held(moved, [FLOOR], [1 - FLOOR]);
}

/** Straight lines between the knots, level beyond them. The knot above is found by counting those below. */
function addSteps(
  graph: GraphBuilder,
  probability: string,
  { from, to }: { from: readonly number[]; to: readonly number[] },
): string {
  const int = (value: number) => graph.constant(ELEMENT.int64, [1, 1], [value]);
  const isBelow = graph.operator('Less', [graph.row(from), probability]);
  const below = graph.operator('Cast', [isBelow], { to: { kind: 'int', value: ELEMENT.int64 } });
  const count = graph.operator('ReduceSum', [below, graph.constant(ELEMENT.int64, [1], [1])], {
    keepdims: { kind: 'int', value: 1 },
  });
  const high = graph.operator('Min', [count, int(from.length - 1)]);
  const low = graph.operator('Max', [graph.operator('Sub', [high, int(1)]), int(0)]);
  const knots = graph.constant(ELEMENT.double, [from.length], from);
  const levels = graph.constant(ELEMENT.double, [to.length], to);
  const at = (list: string, index: string) => graph.operator('Gather', [list, index]);
  const [fromLow, fromHigh, toLow, toHigh] = [
    at(knots, low),
    at(knots, high),
    at(levels, low),
    at(levels, high),
  ];
  const share = graph.operator('Div', [
    graph.operator('Sub', [probability, fromLow!]),
    graph.operator('Sub', [fromHigh!, fromLow!]),
  ]);
  const rise = graph.operator('Mul', [share, graph.operator('Sub', [toHigh!, toLow!])]);
  const between = graph.operator('Add', [toLow!, rise]);
  const isFirst = graph.operator('Equal', [high, int(0)]);
  const isBeyond = graph.operator('LessOrEqual', [fromHigh!, probability]);
  return graph.operator('Where', [graph.operator('Or', [isFirst, isBeyond]), toHigh!, between]);
}
