import { type ColumnReading, measured } from './column-value.ts';
import type { ColumnType, ValueRange } from './contract.ts';

/** Whether a value lies in the range; a text that is no value of the type is not judged here. */
export function isInRange(text: string, { min, max }: ValueRange, reading: ColumnReading): boolean {
  const value = measured(text, reading);
  return !((min !== null && value < min) || (max !== null && value > max));
}

/** `0 to 86400`, `at least 2026-01-01T00:00:00.000Z`. */
export function describeRange({ min, max }: ValueRange, type: ColumnType): string {
  const text = (bound: number) => (type === 'instant' ? new Date(bound).toISOString() : String(bound));
  if (min !== null && max !== null) return `${text(min)} to ${text(max)}`;
  return min !== null ? `at least ${text(min)}` : `at most ${text(max!)}`;
}
