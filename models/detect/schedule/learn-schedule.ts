import { DAY_MS } from '../../features/feature.ts';
import type { HolidayCalendar } from '../../features/holiday-calendar.ts';
import { quantile } from '../quantile.ts';
import { type Comparison, compareWithStarts } from './compare-with-starts.ts';
import { edgeZone } from './edge-zone.ts';
import { learnDayRule } from './learn-day-rule.ts';
import { learnElapsed } from './learn-elapsed.ts';
import { type LearnedRhythm, learnTimes, type Watch } from './learn-times.ts';
import { learnTolerance } from './learn-tolerance.ts';
import { learnWindows } from './learn-windows.ts';
import { localDays } from './local-days.ts';
import { type OwnStarts, ownStarts, type ScheduleHistory } from './own-starts.ts';
import { rememberedCalendar } from './remembered-calendar.ts';
import type { DayRule, DeclaredSchedule, LearnedSchedule, Rhythm } from './schedule.ts';
import { ZoneClock } from './zone-clock.ts';

export interface LearningOptions {
  /** The zone of clocks on the wall, where the runs do not tell that it is UTC. */
  timeZone: string;
  calendar: HolidayCalendar;
  /** Whether runs are known when they start, not only when they end. */
  tellsStarts: boolean;
  /** Goes before anything learned; only what is usual around it is learned then. */
  declared?: DeclaredSchedule | null;
}

/** Less than that is no schedule. */
const LEAST_RUNS = 3;
const LEAST_EXPLAINED = 0.75;
const LEAST_FILLED = 0.5;
/** Starts that vary more, as a share of the gap and at most, keep no time. */
const MOST_SPREAD = { shareOfGap: 0.6, mostMs: 2 * 3_600_000 };
/** Silent for so long, and for so many usual gaps, a job is retired. */
const RETIRED = { days: 14, gaps: 3 };
/** The zone of the wall is believed unless UTC is nearer by so many minutes. */
const NEARER_MINUTES = 0.5;
/** While nothing fits all runs, the last of them are tried alone. */
const PARTS = [0.5, 0.25, 0.12, 0.05];
/** So often a schedule may have changed in the time looked at. */
const MOST_CHANGES = 3;
/** Of the runs of a job whose schedule was declared so many must keep it to tell how late they usually are. */
const LEAST_KEPT = 0.5;
/** A cron text is slow to follow: so many runs say enough of it. */
const RUNS_BESIDE_CRON = 400;

interface Fit {
  rhythm: Rhythm;
  comparison: Comparison;
  /** The first of the starts it was learned from. */
  first: number;
}

/**
 * Learns when a job runs from its runs known by an instant: which days, which times, in which zone, and how late
 * starts and ends are usually known. A schedule that changed is learned from what came after the change, as soon as
 * three days, or a few runs of a frequent job, agree.
 *
 * @returns null where the runs keep no schedule, are too few to tell, or have ended for good
 */
export function learnSchedule(
  history: ScheduleHistory,
  asOfMs: number,
  given: LearningOptions,
): LearnedSchedule | null {
  const options = { ...given, calendar: rememberedCalendar(given.calendar) };
  const starts = ownStarts(history, asOfMs);
  const { timeZone } = options;
  const zone = timeZone === 'UTC' ? null : edgeZone(history.startedAt, asOfMs, timeZone);
  const fit = options.declared
    ? besideDeclared(starts, options.declared, options.calendar)
    : fitRhythm({ startedAt: starts.startedAt, asOfMs, options, zone });
  if (fit === null) return null;
  const { rhythm, comparison, first } = fit;
  const { declared, tellsStarts } = options;
  const own = partOf(starts, first);
  const tolerance = learnTolerance(own, comparison, { tellsStarts, gapMs: usualGapMs(comparison.instants) });
  if (declared) {
    // Whoever declares a time means that time, not what became of it.
    tolerance.leadMs = Math.max(tolerance.leadMs - tolerance.usualStartMs, 120_000);
    tolerance.endWithinMs += tolerance.usualStartMs;
    if (tolerance.startWithinMs !== null) tolerance.startWithinMs += tolerance.usualStartMs;
    tolerance.usualStartMs = 0;
    tolerance.startWithinMs = declared.startWithinMs ?? tolerance.startWithinMs;
    tolerance.endWithinMs = Math.max(
      declared.endWithinMs ?? tolerance.endWithinMs,
      tolerance.startWithinMs ?? 0,
    );
  }
  return {
    rhythm,
    tolerance,
    runs: own.startedAt.length,
    sinceMs: own.startedAt[0] ?? asOfMs,
    explained: round(comparison.explained),
    filled: round(comparison.filled),
    isZoneProven:
      zone !== null ||
      rhythm.kind === 'elapsed' ||
      options.declared != null ||
      !isSteadyOver(own.startedAt, timeZone),
  };
}

/** What does not change while a rhythm is looked for. */
interface Search {
  startedAt: Float64Array;
  asOfMs: number;
  options: LearningOptions;
  /** The zone whose clock the runs are known to follow; null: not known. */
  zone: string | null;
}

function fitRhythm(search: Search): Fit | null {
  const { startedAt, asOfMs } = search;
  if (startedAt.length < LEAST_RUNS || isRetired(startedAt, asOfMs)) return null;
  const whole = fitFrom(search, 0, null);
  const fit = whole === null ? null : sinceItChanged(search, whole);
  if (fit !== null) return fit;
  // Nothing fits all runs: the last of them may keep a schedule of their own.
  const span = asOfMs - startedAt[0]!;
  const former = daysWithStarts(search);
  for (const part of PARTS) {
    const first = startedAt.findIndex((start) => start >= asOfMs - part * span);
    const last = first > 0 ? fitFrom(search, first, former) : null;
    if (last !== null && isGood(last)) return last;
  }
  return null;
}

/** The rhythm since it last changed, as long as that is a good one. */
function sinceItChanged(search: Search, whole: Fit): Fit | null {
  let fit = whole;
  for (let round = 0; round < MOST_CHANGES; round++) {
    const { changedAt, heldFrom } = fit.comparison;
    if (changedAt === 0 && heldFrom === 0) break;
    const first = fit.first + Math.max(changedAt, heldFrom);
    if (search.startedAt.length - first < LEAST_RUNS) break;
    const since = fitFrom(
      search,
      first,
      changedAt === 0 ? daysOf(fit) : daysBefore(search, fit.first, first),
    );
    if (since === null || !isGood(since) || (changedAt > 0 && isSameRhythm(since, fit))) break;
    fit = since;
  }
  return isGood(fit) ? fit : null;
}

/** On which days it runs at all, whatever the time. */
function daysWithStarts({ startedAt, asOfMs, options, zone }: Search): DayRule | null {
  const clock = ZoneClock.of(zone ?? options.timeZone);
  const { day, cutMinute } = localDays(startedAt, clock);
  const today = Math.floor((clock.toLocal(asOfMs) - cutMinute * 60_000) / DAY_MS);
  const active = [...new Set(day)].filter((one) => one < today);
  return learnDayRule({ active, from: day[0]!, to: today - 1 }, options.calendar);
}

/** On which days it ran before a change, from what was known then: too few runs came since to tell. */
function daysBefore(search: Search, from: number, first: number): DayRule | null {
  const startedAt = search.startedAt.slice(0, first);
  const before = fitFrom({ ...search, startedAt, asOfMs: search.startedAt[first]! - 1 }, from, null);
  return before === null ? null : daysOf(before);
}

const isSameRhythm = (a: Fit, b: Fit): boolean =>
  isGood(b) && JSON.stringify(a.rhythm) === JSON.stringify(b.rhythm);

/** The best rhythm of the starts from one on. */
function fitFrom(
  { startedAt, asOfMs, options, zone }: Search,
  first: number,
  former: DayRule | null,
): Fit | null {
  const own = first === 0 ? startedAt : startedAt.slice(first);
  if (own.length < LEAST_RUNS) return null;
  const watch: Watch = { startedAt: own, asOfMs, calendar: options.calendar, former };
  const kinds = [
    () => inBestZone(watch, options.timeZone, zone, learnWindows),
    () => learnElapsed(watch),
    () => inBestZone(watch, options.timeZone, zone, learnTimes),
  ];
  let best: Fit | null = null;
  for (const learn of kinds) {
    const learned = learn();
    if (learned === null) continue;
    const comparison = compareWithStarts(learned.rhythm, own, options.calendar);
    const fit = { rhythm: learned.rhythm, comparison, first };
    if (isGood(fit) && comparison.changedAt === 0 && comparison.heldFrom === 0) return fit;
    // It held once, or holds now: where it ends, another begins.
    if (best === null || (isGood(fit) && !isGood(best))) best = fit;
  }
  return best;
}

function isGood({ comparison }: Fit): boolean {
  const { explained, filled, spreadMs, instants } = comparison;
  const gapMs = usualGapMs(instants);
  return (
    explained >= LEAST_EXPLAINED &&
    filled >= LEAST_FILLED &&
    spreadMs <= Math.min(MOST_SPREAD.mostMs, MOST_SPREAD.shareOfGap * gapMs)
  );
}

function inBestZone(
  watch: Watch,
  timeZone: string,
  known: string | null,
  learn: (watch: Watch, clock: ZoneClock) => LearnedRhythm | null,
): LearnedRhythm | null {
  const inUsual = learn(watch, ZoneClock.of(known ?? timeZone));
  // Without a change of the clock in between, nothing tells the two apart.
  if (known !== null || timeZone === 'UTC' || isSteadyOver(watch.startedAt, timeZone)) return inUsual;
  const inUtc = learn(watch, ZoneClock.of('UTC'));
  if (inUsual === null || inUtc === null) return inUsual ?? inUtc;
  return inUtc.distance < inUsual.distance - NEARER_MINUTES ? inUtc : inUsual;
}

/** Whether the clock of a zone was not changed between the first and the last of some starts. */
function isSteadyOver(startedAt: Float64Array, timeZone: string): boolean {
  const first = startedAt[0];
  return first === undefined || isSteady(ZoneClock.of(timeZone), first, startedAt.at(-1)!);
}

function isSteady(clock: ZoneClock, fromMs: number, toMs: number): boolean {
  const offset = clock.offsetAt(fromMs);
  for (let at = fromMs; at < toMs; at += 20 * DAY_MS) if (clock.offsetAt(at) !== offset) return false;
  return clock.offsetAt(toMs) === offset;
}

function daysOf({ rhythm }: Fit): DayRule | null {
  if (rhythm.kind === 'windows') return rhythm.days;
  return rhythm.kind === 'times' && rhythm.lines.length === 1 ? rhythm.lines[0]!.days : null;
}

function isRetired(startedAt: Float64Array, asOfMs: number): boolean {
  const gaps = new Float64Array(Math.min(startedAt.length, 200) - 1);
  const first = startedAt.length - gaps.length;
  for (let i = 0; i < gaps.length; i++) gaps[i] = startedAt[first + i]! - startedAt[first + i - 1]!;
  const usual = quantile(gaps.sort(), 0.9);
  return asOfMs - startedAt.at(-1)! > Math.max(RETIRED.days * DAY_MS, RETIRED.gaps * usual);
}

function besideDeclared(
  starts: OwnStarts,
  { cron, timeZone }: DeclaredSchedule,
  calendar: HolidayCalendar,
): Fit {
  const rhythm: Rhythm = { kind: 'cron', cron, timeZone };
  const first = Math.max(0, starts.startedAt.length - RUNS_BESIDE_CRON);
  const own = starts.startedAt.slice(first);
  const beside = own.length === 0 ? null : compareWithStarts(rhythm, own, calendar);
  const isKept = beside !== null && beside.explained >= LEAST_KEPT;
  return { rhythm, comparison: isKept ? beside : besideThemselves(own), first };
}

/** Runs that do not keep what was declared tell how long they take, not when they start. */
const besideThemselves = (startedAt: Float64Array): Comparison => ({
  instantOf: Int32Array.from(startedAt.keys()),
  instants: [...startedAt],
  offsetMs: new Float64Array(startedAt.length),
  usualMs: 0,
  spreadMs: 0,
  explained: 0,
  filled: 0,
  changedAt: 0,
  heldFrom: 0,
});

function partOf(starts: OwnStarts, first: number): OwnStarts {
  if (first === 0) return starts;
  return {
    startedAt: starts.startedAt.slice(first),
    startLagMs: starts.startLagMs.slice(first),
    endKnownAt: starts.endKnownAt.slice(first),
    lagMs: starts.lagMs.slice(first),
  };
}

function usualGapMs(instants: readonly number[]): number {
  if (instants.length < 2) return DAY_MS;
  const gaps = new Float64Array(Math.min(400, instants.length) - 1);
  for (let i = 0; i < gaps.length; i++) gaps[i] = instants[i + 1]! - instants[i]!;
  return quantile(gaps.sort(), 0.25);
}

const round = (share: number): number => Math.round(share * 1000) / 1000;
