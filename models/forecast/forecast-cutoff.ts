const HOUR_MS = 3_600_000;

/**
 * The cutoff of a forecast made at an instant: the full hour before it, so that two forecasts of one morning are
 * the same one.
 *
 * @param asOfMs epoch milliseconds.
 */
export const forecastCutoff = (asOfMs: number): number => Math.floor(asOfMs / HOUR_MS) * HOUR_MS;
