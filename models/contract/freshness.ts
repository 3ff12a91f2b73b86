const UNITS_MS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const TEXT = /^([1-9]\d{0,5})([mhd])$/;

/** `90m`, `26h`, `2d` in milliseconds, NaN for anything else. */
export function parseFreshness(text: string): number {
  const read = TEXT.exec(text);
  return read === null ? Number.NaN : Number(read[1]) * UNITS_MS[read[2] as keyof typeof UNITS_MS];
}

/** The shortest text that `parseFreshness` reads as that many milliseconds, a whole number of minutes. */
export function freshnessText(ms: number): string {
  const unit = ms % UNITS_MS.d === 0 ? 'd' : ms % UNITS_MS.h === 0 ? 'h' : 'm';
  return `${ms / UNITS_MS[unit]}${unit}`;
}
