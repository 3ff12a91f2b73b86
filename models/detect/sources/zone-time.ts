const HOUR_MS = 3_600_000;

/** Instants as milliseconds on the clock of a zone, as if that clock were UTC; offsets are asked for once an hour of data. */
export function localTimeIn(timeZone: string | null): (instantMs: number) => number {
  if (timeZone === null || timeZone === 'UTC') return (instantMs) => instantMs;
  const format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
  const offsets = new Map<number, number>();
  return (instantMs) => {
    const hour = Math.floor(instantMs / HOUR_MS);
    let offsetMs = offsets.get(hour);
    if (offsetMs === undefined) {
      offsetMs = offsetOf(
        format.formatToParts(hour * HOUR_MS).find(({ type }) => type === 'timeZoneName')!.value,
      );
      offsets.set(hour, offsetMs);
    }
    return instantMs + offsetMs;
  };
}

function offsetOf(text: string): number {
  const [, sign = '+', hours = '0', minutes = '0'] = /([+-])(\d\d):(\d\d)/.exec(text) ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
}
