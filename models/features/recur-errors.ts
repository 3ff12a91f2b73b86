import { logit } from '../log-odds.ts';
import type { JobHistory } from '../records/job-history.ts';
import { CANCELLED, FAILED } from '../records/run.ts';
import { ERROR_FAMILIES, errorFamily } from './error-family.ts';
import { DAY_MS, type FeatureDefinition } from './feature.ts';
import { poolShares, type SharePrior, shrunken } from './pooled-share.ts';
import type { VisibleHistory } from './visible-history.ts';

export const errorDefinitions: readonly FeatureDefinition[] = [
  {
    name: 'same_error_streak',
    meaning: {
      en: 'last failures with the same kind of error, at most 100',
      fr: "derniers échecs avec le même genre d'erreur, au plus 100",
    },
    unit: 'count',
    window: 'all',
  },
  {
    name: 'error_families_28d',
    meaning: { en: 'kinds of errors in the last 28 days', fr: "genres d'erreurs des 28 derniers jours" },
    unit: 'count',
    window: '28 d',
  },
  {
    name: 'family_recurrence_odds',
    meaning: {
      en: 'log-odds that a run fails after an error like its last, over all jobs, above those after any error; missing when it never failed',
      fr: "log-cote d'échec après une erreur comme sa dernière, sur tous les traitements, au-dessus de celle après toute erreur ; absent si jamais échoué",
    },
    unit: 'log-odds',
    window: 'all',
  },
];

const NONE = -1;
const LONGEST_STREAK = 100;
/** Beyond e⁹ to one nothing is known better. */
const MOST_ODDS = 9;
/** Texts whose family is remembered: most errors are told many times. */
const MOST_REMEMBERED = 20_000;

/** Per family, beside each other: failed runs that were followed by a run, and by a failed run. */
const PER_FAMILY = 2;

/**
 * The kinds of errors of each job, and how often over all jobs a kind was followed by another failed run.
 *
 * Job by job: `start`, then `add` at every cutoff, candidates or not; when all are added, `recurrenceOdds`. What is
 * counted at a cutoff is what was visible at it. A cancelled run says nothing, here too.
 */
export class ErrorRecurrence {
  private readonly pools: (Uint32Array | undefined)[];
  private readonly odds = new Map<number, { prior: SharePrior; ofFamily: Map<number, number> }>();
  private readonly remembered = new Map<string, number>();
  private readonly seenAt = new Int32Array(ERROR_FAMILIES);
  private seen = 0;

  private families = new Int16Array(0);
  private counts = new Map<number, [followed: number, failed: number]>();
  private counted = 0;
  private before = NONE;

  constructor(cutoffs: number) {
    this.pools = Array.from({ length: cutoffs });
  }

  start(job: JobHistory): void {
    this.families = new Int16Array(job.status.length);
    for (let run = 0; run < job.status.length; run++) {
      if (job.status[run] === FAILED) this.families[run] = this.familyOf(job.error[run] ?? '');
    }
    this.counts = new Map();
    this.counted = 0;
    this.before = NONE;
  }

  /** Writes the values of `errorDefinitions`, the last as the number of the family; NaN when the job never failed. */
  add(cutoffIndex: number, cutoff: number, history: VisibleHistory, values: Float64Array): void {
    this.countSteps(cutoffIndex, history);
    const last = history.lastFailed[history.count]!;
    values[0] = 0;
    values[1] = 0;
    values[2] = Number.NaN;
    if (last < 0) return;
    const family = this.familyAt(history, last);
    let streak = 0;
    for (let i = last; i >= 0 && streak < LONGEST_STREAK; i = history.lastFailed[i]!) {
      if (this.familyAt(history, i) !== family) break;
      streak++;
    }
    values[0] = streak;
    values[1] = this.distinctSince(history, last, cutoff - 28 * DAY_MS);
    values[2] = family;
  }

  /** Log-odds that a run fails after a failed run of the family, drawn to the mean of all families, above that mean. */
  recurrenceOdds(cutoffIndex: number, family: number): number {
    const pool = this.pools[cutoffIndex];
    let known = this.odds.get(cutoffIndex);
    if (known === undefined) {
      known = { prior: priorOf(pool), ofFamily: new Map() };
      this.odds.set(cutoffIndex, known);
    }
    let odds = known.ofFamily.get(family);
    if (odds === undefined) {
      const at = PER_FAMILY * family;
      const share = shrunken(known.prior, pool?.[at + 1] ?? 0, pool?.[at] ?? 0);
      // Beside that of all errors: what all jobs share at a cutoff would be learned by heart where cutoffs are few.
      odds = Math.max(-MOST_ODDS, Math.min(MOST_ODDS, logit(share) - logit(known.prior.mean)));
      known.ofFamily.set(family, odds);
    }
    return odds;
  }

  /** What is settled is counted once; what an awaited run may still come before, at each cutoff again. */
  private countSteps(cutoffIndex: number, history: VisibleHistory): void {
    const { status, settledCount, count } = history;
    for (; this.counted < settledCount; this.counted++) {
      const i = this.counted;
      if (status[i] === CANCELLED) continue;
      if (this.before !== NONE) {
        const counts = this.counts.get(this.before) ?? [0, 0];
        counts[0]++;
        if (status[i] === FAILED) counts[1]++;
        this.counts.set(this.before, counts);
      }
      this.before = status[i] === FAILED ? this.familyAt(history, i) : NONE;
    }
    if (this.counts.size === 0 && this.before === NONE && history.totals.failed[count] === 0) return;
    const pool = this.poolAt(cutoffIndex);
    for (const [family, [followed, failed]] of this.counts) {
      pool[PER_FAMILY * family]! += followed;
      pool[PER_FAMILY * family + 1]! += failed;
    }
    let before = this.before;
    for (let i = settledCount; i < count; i++) {
      if (status[i] === CANCELLED) continue;
      if (before !== NONE) {
        pool[PER_FAMILY * before]! += 1;
        if (status[i] === FAILED) pool[PER_FAMILY * before + 1]! += 1;
      }
      before = status[i] === FAILED ? this.familyAt(history, i) : NONE;
    }
  }

  private distinctSince(history: VisibleHistory, last: number, since: number): number {
    this.seen++;
    let distinct = 0;
    for (let i = last; i >= 0 && history.startedAt[i]! >= since; i = history.lastFailed[i]!) {
      const family = this.familyAt(history, i);
      if (this.seenAt[family] === this.seen) continue;
      this.seenAt[family] = this.seen;
      distinct++;
    }
    return distinct;
  }

  private familyAt(history: VisibleHistory, visible: number): number {
    return this.families[history.runAt[visible]!]!;
  }

  private familyOf(error: string): number {
    let family = this.remembered.get(error);
    if (family === undefined) {
      if (this.remembered.size >= MOST_REMEMBERED) this.remembered.clear();
      family = errorFamily(error);
      this.remembered.set(error, family);
    }
    return family;
  }

  private poolAt(cutoffIndex: number): Uint32Array {
    this.pools[cutoffIndex] ??= new Uint32Array(PER_FAMILY * ERROR_FAMILIES);
    return this.pools[cutoffIndex];
  }
}

function priorOf(pool: Uint32Array | undefined): SharePrior {
  const followed: number[] = [];
  const failed: number[] = [];
  for (let at = 0; pool !== undefined && at < pool.length; at += PER_FAMILY) {
    if (pool[at] === 0) continue;
    followed.push(pool[at]!);
    failed.push(pool[at + 1]!);
  }
  return poolShares(failed, followed);
}
