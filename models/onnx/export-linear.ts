import { LEAST_SHARE, type Term } from '../learners/linear-terms.ts';
import type { GraphBuilder } from './graph-builder.ts';
import { ELEMENT } from './onnx-model.ts';

/** The log-odds as a sum of terms: `termValue` of linear-terms.ts, form by form. */
export function addLinearMargin(
  graph: GraphBuilder,
  matrix: string,
  terms: readonly Term[],
  coefficients: readonly number[],
): string {
  const intercept = coefficients[0]!;
  if (terms.length === 0) return graph.constantColumn(matrix, intercept);
  const forms: Term['form'][] = ['raw', 'log', 'odds', 'missing'];
  const groups = forms
    .map((form) => [...terms.entries()].filter(([, term]) => term.form === form))
    .filter((group) => group.length > 0);
  const values = groups.map((group) =>
    addTermValues(
      graph,
      matrix,
      group.map(([, term]) => term),
    ),
  );
  const all = graph.operator('Concat', values, { axis: { kind: 'int', value: 1 } });
  const slopes = groups.flat().map(([t]) => coefficients[t + 1]!);
  const product = graph.operator('MatMul', [all, graph.constant(ELEMENT.double, [slopes.length, 1], slopes)]);
  return graph.operator('Add', [product, graph.row([intercept])]);
}

/** Standardised values of terms of one form, a column each. */
function addTermValues(graph: GraphBuilder, matrix: string, terms: readonly Term[]): string {
  const of = (key: 'median' | 'low' | 'high' | 'mean' | 'deviation') => terms.map((term) => term[key]);
  const told = graph.columns(
    matrix,
    terms.map(({ source }) => source),
  );
  const missing = graph.operator('IsNaN', [told]);
  const formed = () => {
    const { form } = terms[0]!;
    if (form === 'missing')
      return graph.operator('Cast', [missing], { to: { kind: 'int', value: ELEMENT.double } });
    const known = graph.held(told, of('low'), of('high'));
    const held = graph.operator('Where', [missing, graph.row(of('median')), known]);
    if (form === 'log') return graph.operator('Log', [graph.operator('Add', [held, graph.row([1])])]);
    return form === 'odds' ? graph.logOdds(graph.held(held, [LEAST_SHARE], [1 - LEAST_SHARE])) : held;
  };
  const centred = graph.operator('Sub', [formed(), graph.row(of('mean'))]);
  return graph.operator('Div', [centred, graph.row(of('deviation'))]);
}
