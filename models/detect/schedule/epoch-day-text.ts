import { DAY_MS } from '../../features/feature.ts';

/** `2026-03-01` of days since 1970-01-01. */
export const epochDayText = (epochDay: number): string =>
  new Date(epochDay * DAY_MS).toISOString().slice(0, 10);
