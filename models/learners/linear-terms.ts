import type { FeatureMatrix } from '../features/feature-matrix.ts';
import { logit } from '../log-odds.ts';
import { selectValue } from './select-value.ts';

/** One column of the linear model, made from one feature. */
export interface Term {
  /** Position of the feature. */
  source: number;
  form: 'raw' | 'log' | 'odds' | 'missing';
  /** Stands for a missing value. */
  median: number;
  /** Values are held within what training saw: a line goes on for ever, evidence does not. */
  low: number;
  high: number;
  mean: number;
  deviation: number;
}

/** Features that reach beyond this without being negative get a logarithm beside them. */
const LOG_ABOVE = 10;
const MIN_DEVIATION = 1e-9;
/** Shares nearer to 0 or 1 than this are not told apart. */
export const LEAST_SHARE = 1e-4;

/** A term of one form for one feature; null when it does not vary in training. */
export function planTerm(matrix: FeatureMatrix, source: number, form: Term['form']): Term | null {
  const column = matrix.columns[source]!;
  const range = rangeOf(column);
  return range === null ? null : varying({ source, ...range, form }, column);
}

/** Terms for the features that vary in training: the value, log(1+value) of counts, and a flag where some miss. */
export function planTerms(matrix: FeatureMatrix): Term[] {
  return matrix.columns.flatMap((column, source) => {
    const range = rangeOf(column);
    if (range === null) return [];
    const forms: Term['form'][] = ['raw'];
    if (range.low >= 0 && range.high > LOG_ABOVE) forms.push('log');
    if (column.some(Number.isNaN)) forms.push('missing');
    return forms.flatMap((form) => varying({ source, ...range, form }, column) ?? []);
  });
}

/** Of the known values; null without any. */
function rangeOf(column: Float64Array): Pick<Term, 'median' | 'low' | 'high'> | null {
  const known = new Float64Array(column.length);
  let count = 0;
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let r = 0; r < column.length; r++) {
    const value = column[r]!;
    if (Number.isNaN(value)) continue;
    known[count++] = value;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return count === 0 ? null : { median: selectValue(known.subarray(0, count), count >> 1), low, high };
}

/** The term, standardised; null when it does not vary. */
function varying(plain: Omit<Term, 'mean' | 'deviation'>, column: Float64Array): Term | null {
  const term = standardise({ ...plain, mean: 0, deviation: 1 }, column);
  return term.deviation > MIN_DEVIATION ? term : null;
}

function standardise(term: Term, column: Float64Array): Term {
  let sum = 0;
  for (const value of column) sum += termValue(term, value);
  const mean = sum / column.length;
  let squares = 0;
  for (const value of column) squares += (termValue(term, value) - mean) ** 2;
  return { ...term, mean, deviation: Math.sqrt(squares / column.length) };
}

/** The term's value, standardised by its own mean and deviation. */
export function termValue(term: Term, value: number): number {
  const missing = Number.isNaN(value);
  if (term.form === 'missing') return ((missing ? 1 : 0) - term.mean) / term.deviation;
  const held = missing ? term.median : Math.min(term.high, Math.max(term.low, value));
  return (formed(term.form, held) - term.mean) / term.deviation;
}

function formed(form: Term['form'], value: number): number {
  if (form === 'log') return Math.log1p(value);
  if (form !== 'odds') return value;
  return logit(Math.min(1 - LEAST_SHARE, Math.max(LEAST_SHARE, value)));
}
