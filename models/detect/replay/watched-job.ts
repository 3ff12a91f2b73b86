import type { JobFacts, RunFact } from '../job-facts.ts';
import type { SlotFact, SlotOutcome } from '../schedule/slot.ts';
import { begunBy, type JobFeed, runFactAt } from './feed.ts';
import { OpenFindings } from './open-findings.ts';
import type { Profile, Rules } from './rules.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Finished runs that the rules of a job are shown: more change nothing of what they find. */
const RECENT_RUNS = 24;
/** Runs that are kept, to tell of other jobs that did well meanwhile: so many at least, and so long. */
const KEPT_RUNS = 40;
const KEPT_MS = 30 * HOUR_MS;
/** Ended slots that stay in sight, and for how long. */
const RECENT_SLOTS = 12;
/** A job of so few known runs is learned anew every day. */
const YOUNG_RUNS = 40;
const SLOTS_AHEAD_MS = 2 * DAY_MS;
/** A run that is under way is looked at again after so long, or after this share of the time it has taken. */
const POLL_LEAST_MS = MINUTE_MS;
const POLL_SHARE = 0.04;
const POLL_MOST_MS = 6 * HOUR_MS;
/** What never ends is looked at no more after this. */
const FORGOTTEN_MS = 30 * DAY_MS;

/** How slots ended, in all. */
export type SlotCounts = Record<SlotOutcome, number>;

/** One job of a replay: what is known of it now, and what is wrong with it. */
export class WatchedJob {
  readonly feed: JobFeed;
  readonly open: OpenFindings;
  readonly counts: SlotCounts = { met: 0, late: 0, missing: 0, extra: 0, waived: 0 };
  /** Known runs by start: the last finished ones, and all that are under way. */
  runs: RunFact[] = [];
  profile: Profile | null = null;
  learned = 0;
  readonly #rules: Rules;
  readonly #relearnEveryMs: number;
  #learnAtMs = Number.POSITIVE_INFINITY;
  #known = 0;
  #forgetAt = 2 * KEPT_RUNS;
  /** Slots that have begun, and those to come. */
  #slots: SlotFact[] = [];
  #coming: SlotFact[] = [];
  #slotsUntilMs = Number.NEGATIVE_INFINITY;
  #lookedMs: number;

  /** @param fromMs what was over before is no news */
  constructor(feed: JobFeed, rules: Rules, relearnEveryMs: number, fromMs: number) {
    this.feed = feed;
    this.open = new OpenFindings({ type: 'job', jobId: feed.jobId });
    this.#rules = rules;
    this.#relearnEveryMs = relearnEveryMs;
    this.#lookedMs = fromMs;
  }

  /** A start, or an end, is known. */
  learnOf(place: number, isEnded: boolean, asOfMs: number): void {
    const fact = runFactAt(this.feed, place, isEnded);
    const { runs } = this;
    let at = runs.length;
    while (at > 0 && runs[at - 1]!.startedAtMs > fact.startedAtMs) at--;
    const known = isEnded ? runs.findLastIndex(({ runKey }) => runKey === fact.runKey) : -1;
    if (known >= 0) runs[known] = fact;
    else runs.splice(at, 0, fact);
    if (isEnded) this.#known++;
    if (runs.length > this.#forgetAt) this.#forget(asOfMs);
    if (this.#learnAtMs === Number.POSITIVE_INFINITY) this.#learnAtMs = asOfMs;
  }

  /** Looks at everything. @returns whether something began or ended to be wrong */
  look(asOfMs: number): boolean {
    if (asOfMs >= this.#learnAtMs) this.#learn(asOfMs);
    this.#settle(asOfMs);
    const { jobId, namespace, job, owner, host, criticality } = this.feed;
    const facts: JobFacts = {
      jobId,
      namespace,
      job,
      owner,
      host,
      criticality,
      runs: this.#recent(),
      slots: this.#slots,
    };
    const found = this.#rules.detectJob(facts, this.profile, asOfMs, this.#lookedMs, this.open.keys);
    this.#lookedMs = asOfMs;
    return this.open.take(found, asOfMs);
  }

  /** When it has to be looked at though nothing new is known. */
  nextLookMs(): number {
    const asOfMs = this.#lookedMs;
    let next = Math.min(
      this.#learnAtMs,
      this.profile?.schedule == null ? Number.POSITIVE_INFINITY : this.#slotsUntilMs - HOUR_MS,
    );
    for (const { outcome, startDeadlineMs, deadlineMs, closesMs } of this.#slots) {
      if (outcome !== null) continue;
      // A deadline has passed when it is over, not when it is reached.
      for (const instant of [startDeadlineMs, deadlineMs, closesMs]) {
        if (instant !== null && instant + 1 > asOfMs) next = Math.min(next, instant + 1);
      }
    }
    const coming = this.#coming[0];
    if (coming !== undefined) next = Math.min(next, (coming.startDeadlineMs ?? coming.deadlineMs) + 1);
    for (const { status, startedAtMs } of this.runs) {
      const underWayMs = asOfMs - startedAtMs;
      if (status !== 'running' || underWayMs > FORGOTTEN_MS) continue;
      const wait = Math.min(POLL_MOST_MS, Math.max(POLL_LEAST_MS, POLL_SHARE * underWayMs));
      next = Math.min(next, asOfMs + wait);
    }
    return next > asOfMs ? next : asOfMs + 1;
  }

  /** Usual time from one start to the next, of the known runs; null: too few. */
  get usualGapMs(): number | null {
    const gaps = this.runs.slice(1).map(({ startedAtMs }, i) => startedAtMs - this.runs[i]!.startedAtMs);
    return gaps.length < 3 ? null : gaps.sort((a, b) => a - b)[gaps.length >> 1]!;
  }

  /** How all slots that are still in sight ended, as counted with those before. */
  finalCounts(): SlotCounts {
    const counts = { ...this.counts };
    for (const { outcome } of this.#slots) if (outcome !== null) counts[outcome]++;
    return counts;
  }

  #learn(asOfMs: number): void {
    // A job that is new is understood a little more with every run.
    const isYoung = this.#known < YOUNG_RUNS;
    this.#learnAtMs = asOfMs + (isYoung ? Math.min(DAY_MS, this.#relearnEveryMs) : this.#relearnEveryMs);
    this.#begin(asOfMs);
    this.profile = this.#rules.learn(begunBy(this.feed, asOfMs), asOfMs);
    this.learned++;
    this.#coming = [];
    this.#slotsUntilMs = Number.NEGATIVE_INFINITY;
  }

  #settle(asOfMs: number): void {
    const schedule = this.profile?.schedule ?? null;
    if (schedule === null) {
      this.#slots = [];
      return;
    }
    if (this.#slotsUntilMs <= asOfMs + HOUR_MS) {
      const last = this.#coming.at(-1) ?? this.#slots.findLast(({ outcome }) => outcome !== 'extra');
      const lastDueMs = last?.dueMs ?? Number.NEGATIVE_INFINITY;
      const untilMs = asOfMs + SLOTS_AHEAD_MS;
      for (const slot of this.#rules.slots(schedule, Math.max(asOfMs, this.#slotsUntilMs), untilMs)) {
        // Learned anew, a slot that has begun may be due a few seconds later: it is the same.
        if (slot.earliestMs <= lastDueMs) continue;
        this.#coming.push({ ...slot, outcome: null, runKey: null, endedMs: null });
      }
      this.#slotsUntilMs = untilMs;
    }
    this.#begin(asOfMs);
    if (this.#slots.length === 0) return;
    const firstMs = this.#slots[0]!.earliestMs;
    const runs = this.runs.filter(({ startedAtMs }) => startedAtMs >= firstMs);
    this.#slots = this.#rules.settle(this.#slots, runs, schedule, asOfMs);
    this.#forgetSlots();
  }

  /** Slots whose time has begun stay as they are, whatever is learned. */
  #begin(asOfMs: number): void {
    let begun = 0;
    while (begun < this.#coming.length && this.#coming[begun]!.earliestMs <= asOfMs) begun++;
    if (begun > 0) this.#slots.push(...this.#coming.splice(0, begun));
  }

  #forgetSlots(): void {
    if (this.#slots.length <= 2 * RECENT_SLOTS) return;
    const firstOpen = this.#slots.findIndex(({ outcome }) => outcome === null);
    const ended = firstOpen < 0 ? this.#slots.length : firstOpen;
    for (const { outcome } of this.#slots.splice(0, Math.max(0, ended - RECENT_SLOTS)))
      this.counts[outcome!]++;
  }

  /** The last finished runs, and all that are under way. */
  #recent(): readonly RunFact[] {
    const from = this.runs.length - RECENT_RUNS;
    if (from <= 0) return this.runs;
    const recent = this.runs.slice(from);
    for (let i = from - 1; i >= 0; i--) if (this.runs[i]!.status === 'running') recent.unshift(this.runs[i]!);
    return recent;
  }

  #forget(asOfMs: number): void {
    const kept = this.runs.length - KEPT_RUNS;
    this.runs = this.runs.filter(({ status, startedAtMs }, i) => {
      if (i >= kept || startedAtMs > asOfMs - KEPT_MS) return true;
      return status === 'running' && asOfMs - startedAtMs < FORGOTTEN_MS;
    });
    this.#forgetAt = this.runs.length + KEPT_RUNS;
  }
}
