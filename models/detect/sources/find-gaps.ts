import { calendarNamed } from '../../features/holiday-calendar.ts';
import { type NumberedName, nameOf, numberedName } from './name-series.ts';
import type { SourceFacts, SourceFile } from './source-facts.ts';
import type { SourceFinding } from './source-finding.ts';

const DAY_MS = 86_400_000;
/** A gap is news for a week: what has not come by then will not. */
const NEWS_MS = 7 * DAY_MS;
/** Fewer names are no series. */
const LEAST_NAMES = 8;
/** So many of the steps of a series that counts are by one. */
const LEAST_STEPS = 0.9;
/** Days of a weekday that were there, of those that could be; and so many of them at least. */
const LEAST_PRESENT = 0.9;
const LEAST_OF_WEEKDAY = 3;
/** Later than the latest of those that came out of order by half as much. */
const DISORDER = 1.5;
const MOST_MISSING = 1_000;
/** Told at a time; more is no series with holes. */
const MOST_HOLES = 50;

interface Member extends NumberedName {
  receivedAtMs: number;
}

interface Missing {
  name: string;
  /** The one behind the hole, and when it came. */
  behind: Member;
  sinceMs: number;
}

/**
 * Numbers and dates that are missing in the names of a source, between those that came: one finding for each hole,
 * the latest first. What came out of order before may do so again: so long is waited.
 */
export function findGaps({ files, calendar }: SourceFacts, asOfMs: number): SourceFinding[] {
  const series = Map.groupBy(membersOf(files, asOfMs), ({ template }) => template);
  return [...series.values()]
    .flatMap((unordered) => {
      const members = unordered.toSorted((a, b) => order(a) - order(b) || a.receivedAtMs - b.receivedAtMs);
      const graceMs = DISORDER * disorderOf(members);
      const missing = (missingNumbers(members) ?? missingDays(members, calendar)).filter(
        ({ sinceMs }) => asOfMs - sinceMs >= graceMs && asOfMs - sinceMs <= NEWS_MS,
      );
      return [...Map.groupBy(missing, ({ behind }) => behind).values()];
    })
    .sort(([one], [other]) => other!.sinceMs - one!.sinceMs || (one!.name < other!.name ? -1 : 1))
    .slice(0, MOST_HOLES)
    .map(asGap);
}

function asGap(hole: readonly Missing[]): SourceFinding {
  const { name, sinceMs } = hole[0]!;
  const text = hole.length === 1 ? name : `${name} +${hole.length - 1}`;
  const evidence = { observed: hole.length, expected: 0, limit: 0, unit: 'files', text } as const;
  return { kind: 'transmission', variant: 'sequence-gap', what: `sequence-gap/${name}`, sinceMs, evidence };
}

/** Of each name the first receipt. */
function membersOf(files: readonly SourceFile[], asOfMs: number): Member[] {
  const members = new Map<string, Member>();
  for (const { name, receivedAtMs } of files) {
    if (receivedAtMs > asOfMs || members.has(name)) continue;
    const numbered = numberedName(name);
    if (numbered !== null) members.set(name, { ...numbered, receivedAtMs });
  }
  return [...members.values()];
}

/** By date, then by number: no series counts to a billion in a day. */
const order = ({ day, number }: NumberedName) => (day ?? 0) * 1e9 + (number ?? 0);

/** The longest that a member came after one that belongs behind it. */
function disorderOf(members: readonly Member[]): number {
  let earliestBehind = Number.POSITIVE_INFINITY;
  let longest = 0;
  for (const { receivedAtMs } of members.toReversed()) {
    longest = Math.max(longest, receivedAtMs - earliestBehind);
    earliestBehind = Math.min(earliestBehind, receivedAtMs);
  }
  return longest;
}

/** Missing numbers of a series that counts by one, from the start or anew each day; null when it does not. */
function missingNumbers(members: readonly Member[]): Missing[] | null {
  const counted = members.filter(({ number }) => number !== null);
  if (counted.length < LEAST_NAMES) return null;
  const everOn = counted.toSorted((a, b) => a.number! - b.number! || a.receivedAtMs - b.receivedAtMs);
  if (countsByOne([everOn])) return holesIn(everOn);
  const days = [...Map.groupBy(counted, ({ day }) => day).values()];
  return countsByOne(days) ? days.flatMap(holesIn) : null;
}

function countsByOne(runs: readonly (readonly Member[])[]): boolean {
  let steps = 0;
  let byOne = 0;
  for (const run of runs) {
    for (let place = 1; place < run.length; place++) {
      steps++;
      if (run[place]!.number! - run[place - 1]!.number! === 1) byOne++;
    }
  }
  return steps >= LEAST_NAMES - 1 && byOne / steps >= LEAST_STEPS;
}

function holesIn(run: readonly Member[]): Missing[] {
  const holes: Missing[] = [];
  for (let place = 1; place < run.length; place++) {
    const before = run[place - 1]!;
    const behind = run[place]!;
    for (let number = before.number! + 1; number < behind.number! && holes.length < MOST_MISSING; number++) {
      holes.push({ name: nameOf(before, before.day, number), behind, sinceMs: behind.receivedAtMs });
    }
  }
  return holes;
}

/** Missing days of a series with a file a day, on weekdays that usually have one; none on holidays. */
function missingDays(members: readonly Member[], calendarName: string): Missing[] {
  const dated = members.filter(({ day }) => day !== null);
  if (dated.length < LEAST_NAMES) return [];
  const first = dated[0]!.day!;
  const last = dated.at(-1)!.day!;
  if (last - first > MOST_MISSING) return [];
  const present = new Set(dated.map(({ day }) => day!));
  const calendar = calendarNamed(calendarName);
  const isUsual = [0, 1, 2, 3, 4, 5, 6].map((weekday) => {
    const all = daysBetween(first, last).filter(
      (day) => day % 7 === weekday && calendar.holidayOn(day) === null,
    );
    const there = all.filter((day) => present.has(day)).length;
    // One that is missing must not make its own weekday unusual.
    return there >= LEAST_OF_WEEKDAY && there / Math.max(1, all.length - 1) >= LEAST_PRESENT;
  });
  return daysBetween(first + 1, last - 1)
    .filter((day) => !present.has(day) && isUsual[day % 7] && calendar.holidayOn(day) === null)
    .map((day) => {
      const behind = dated.find((one) => one.day! > day)!;
      return { name: nameOf(behind, day, behind.number), behind, sinceMs: behind.receivedAtMs };
    });
}

const daysBetween = (first: number, last: number): number[] =>
  Array.from({ length: Math.max(0, last - first + 1) }, (_, place) => first + place);
