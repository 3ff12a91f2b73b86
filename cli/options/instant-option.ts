import { UsageError } from './usage-error.ts';

/** Epoch milliseconds of an option's ISO 8601 text. @throws UsageError naming the option */
export function instantOf(option: string, text: string): number {
  const instant = Date.parse(text);
  if (Number.isNaN(instant)) {
    throw new UsageError(`${option} must be an ISO 8601 instant such as 2026-03-01T06:00:00Z, got "${text}"`);
  }
  return instant;
}
