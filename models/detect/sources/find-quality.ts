import { median } from '../../median.ts';
import type { SourceDay, SourceFacts } from './source-facts.ts';
import type { SourceFinding } from './source-finding.ts';

const DAY_MS = 86_400_000;
/** The spread of a normal distribution is so many times the median of the distances from its middle. */
const NORMAL = 1.4826;
const SPREADS = 4;
/** Days of the baseline, at most and at least; of the same weekday for volume, which follows the week. */
const BASELINE_DAYS = 42;
const LEAST_DAYS = 7;
const LEAST_OF_WEEKDAY = 4;
/** A day that is not over has told enough of a share by then. */
const ENOUGH_OF_DAY = 0.5;
/** A day that nobody followed up for so long is no news. */
const NEWS_DAYS = 3;

/** A share is worse from so much below the usual on, however steady it is. */
const SHARES = { completeness: 0.05, validity: 0.02, uniqueness: 0.1 } as const;
type Share = keyof typeof SHARES;
/** Volume is unusual from half or three times the usual on. */
const LEAST_VOLUME = Math.log(2);
const MOST_VOLUME = Math.log(3);

/**
 * What a source told on its last day, beside its own days before: shares that fell, and too few or too many rows.
 * The day under test is not in its baseline; volume is judged when the day is over.
 */
export function findQualityDrops({ days }: SourceFacts, asOfMs: number): SourceFinding[] {
  const startOf = ({ day }: SourceDay) => Date.parse(`${day}T00:00:00Z`);
  const known = days.filter((day) => startOf(day) <= asOfMs && day.volumeRows > 0);
  const isOver = (day: SourceDay) => startOf(day) + DAY_MS <= asOfMs;
  const isNews = (day: SourceDay) => asOfMs - startOf(day) <= NEWS_DAYS * DAY_MS;
  const found: SourceFinding[] = [];

  const usualRows = median(known.filter(isOver).map(({ volumeRows }) => volumeRows)) ?? 0;
  const told = known.findLast((day) => isOver(day) || day.volumeRows >= ENOUGH_OF_DAY * usualRows);
  if (told !== undefined && isNews(told)) {
    const before = known.slice(0, known.indexOf(told)).slice(-BASELINE_DAYS);
    for (const share of Object.keys(SHARES) as Share[]) {
      const judged = judgeShare(
        share,
        told[share],
        before.flatMap((day) => day[share] ?? []),
      );
      if (judged !== null) found.push({ ...judged, sinceMs: startOf(told) });
    }
  }
  const past = known.findLast(isOver);
  if (past !== undefined && isNews(past)) {
    const before = known.slice(0, known.indexOf(past)).slice(-BASELINE_DAYS);
    const sameWeekday = before.filter((day) => (startOf(past) - startOf(day)) % (7 * DAY_MS) === 0);
    const judged = judgeVolume(past.volumeRows, sameWeekday);
    if (judged !== null) found.push({ ...judged, sinceMs: startOf(past) });
  }
  return found;
}

type Judged = Omit<SourceFinding, 'sinceMs'>;

function judgeShare(share: Share, observed: number | null, before: readonly number[]): Judged | null {
  if (observed === null || before.length < LEAST_DAYS) return null;
  const { middle, spread } = middleAndSpread(before);
  const limit = middle - Math.max(SHARES[share], SPREADS * spread);
  if (observed >= limit) return null;
  const evidence = { observed, expected: middle, limit, unit: 'share', text: share } as const;
  return { kind: 'quality', variant: share, what: share, evidence };
}

function judgeVolume(observed: number, before: readonly SourceDay[]): Judged | null {
  if (before.length < LEAST_OF_WEEKDAY) return null;
  const { middle, spread } = middleAndSpread(before.map(({ volumeRows }) => Math.log(volumeRows)));
  const away = Math.log(observed) - middle;
  const least = -Math.max(LEAST_VOLUME, SPREADS * spread);
  const most = Math.max(MOST_VOLUME, SPREADS * spread);
  if (away >= least && away <= most) return null;
  const limit = Math.exp(middle + (away < least ? least : most));
  const evidence = { observed, expected: Math.exp(middle), limit, unit: 'rows', text: 'volume' } as const;
  return { kind: 'quality', variant: 'volume', what: 'volume', evidence };
}

function middleAndSpread(values: readonly number[]): { middle: number; spread: number } {
  const middle = median(values)!;
  return { middle, spread: NORMAL * median(values.map((value) => Math.abs(value - middle)))! };
}
