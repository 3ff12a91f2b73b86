import { UsageError } from './usage-error.ts';

const UNITS_MS: Record<string, number> = { s: 1_000, m: 60_000, h: 3_600_000 };
const MOST_HOURS = 168;

/** `45s`, `10m`, `2h` in milliseconds. @throws UsageError for anything else, nothing and more than a week */
export function duration(text: string): number {
  const [, count, unit] = /^(\d{1,6})([smh])$/.exec(text) ?? [];
  const ms = Number(count) * (UNITS_MS[unit ?? ''] ?? Number.NaN);
  if (!(ms > 0 && ms <= MOST_HOURS * 3_600_000)) {
    throw new UsageError(`expected a time such as 45s, 10m or 2h, at most ${MOST_HOURS}h, found "${text}"`);
  }
  return ms;
}
