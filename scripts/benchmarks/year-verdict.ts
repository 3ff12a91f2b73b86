/** What a year came to: how good the forecasts were before the causes changed, right after it, and when they had settled. */
import { type Figure, figure } from './document.ts';
import { median, rounded } from './statistics.ts';

/** A week that was forecast and is over. */
export interface YearWeek {
  /** Counted from 0. */
  week: number;
  /** The version that forecast it. */
  version: number;
  kind: string;
  /** Average precision on the score card less that of the best base rate; null: not enough data. */
  skill: number | null;
  /** Of what one who knows the true chances would gain over one chance for all, the share that was gained. */
  oracleShare: number;
  /** As the look on its Tuesday found the champion. */
  state: string;
  /** Signs that were found then. */
  signs: string[];
  /** The retraining of its Monday: what the gate said of which learner. */
  verdict: string;
  promoted: number | null;
  /** The look of its Tuesday opened an incident, asked for a retraining. */
  opened: boolean;
  retraining: boolean;
}

export interface ShiftFound {
  /** The first week with another cause. */
  week: number;
  before: Skill;
  /** The first weeks with it. */
  after: Skill;
  /** The last weeks before the next change, or of all. */
  settled: Skill;
  /** Weeks from the change until each; null: not reached before the next change. */
  weeksToIncident: number | null;
  weeksToRetraining: number | null;
  weeksToPromotion: number | null;
  /** The score card showed that it had become worse. */
  isFallShown: boolean;
  hasRecovered: boolean;
}

export interface Skill {
  weeks: number;
  mean: number;
  median: number;
  min: number;
  /** Mean. */
  oracleShare: number;
}

/** Weeks that are looked at together: of one alone, chance is half. */
const BEFORE = 6;
const AFTER = 4;
const SETTLED = 5;
/** Of what it was before. */
const RECOVERED = 0.8;
const FALLEN = 0.6;

/** @param shifts weeks in which causes change; those without a week before or after are left out */
export function judgeYear(weeks: readonly YearWeek[], shifts: readonly number[]): ShiftFound[] {
  const last = Math.max(-1, ...weeks.map(({ week }) => week));
  return shifts.flatMap((shift, i) => {
    const until = Math.min(shifts[i + 1] ?? last + 1, last + 1);
    const within = (from: number, to: number) => weeks.filter(({ week }) => week >= from && week < to);
    const before = skillOf(within(shift - BEFORE, shift));
    const after = skillOf(within(shift, Math.min(until, shift + AFTER)));
    const settled = skillOf(within(Math.max(shift + AFTER, until - SETTLED), until));
    if (before === null || after === null || settled === null) return [];
    const weeksTo = (isIt: (week: YearWeek) => boolean, from: number) =>
      within(shift + from, until).find(isIt)?.week ?? null;
    const since = (week: number | null) => (week === null ? null : week - shift);
    return [
      {
        ...{ week: shift, before, after, settled },
        weeksToIncident: since(weeksTo(({ opened }) => opened, 1)),
        weeksToRetraining: since(weeksTo(({ retraining }) => retraining, 1)),
        // What is promoted in the week of the change knows nothing of it.
        weeksToPromotion: since(weeksTo(({ promoted }) => promoted !== null, 1)),
        isFallShown: after.mean <= FALLEN * before.mean,
        hasRecovered:
          settled.mean >= RECOVERED * before.mean && settled.oracleShare >= RECOVERED * before.oracleShare,
      },
    ];
  });
}

function skillOf(weeks: readonly YearWeek[]): Skill | null {
  const skills = weeks.flatMap(({ skill }) => skill ?? []);
  if (skills.length === 0) return null;
  const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  return {
    weeks: skills.length,
    mean: rounded(meanOf(skills)),
    median: rounded(median(skills)),
    min: rounded(Math.min(...skills)),
    oracleShare: rounded(meanOf(weeks.map(({ oracleShare }) => oracleShare))),
  };
}

/** `year_recovered` must be 1; null where not every change was lived through. */
export function yearFigures(found: readonly ShiftFound[], shifts: readonly number[]): Figure[] {
  const isWhole = shifts.length > 0 && found.length === shifts.length;
  const all = (isIt: (shift: ShiftFound) => boolean) => (isWhole ? Number(found.every(isIt)) : null);
  return [
    figure(
      'year_recovered',
      all(({ hasRecovered }) => hasRecovered),
      'yes',
      'higher',
    ),
    figure(
      'year_fall_shown',
      all(({ isFallShown }) => isFallShown),
      'yes',
      'higher',
    ),
    ...found.flatMap((shift, i) => [
      ...skillFigures(`shift_${i + 1}`, shift),
      figure(`shift_${i + 1}_incident_weeks`, shift.weeksToIncident, 'weeks', 'lower'),
      figure(`shift_${i + 1}_retraining_weeks`, shift.weeksToRetraining, 'weeks', 'lower'),
      figure(`shift_${i + 1}_promotion_weeks`, shift.weeksToPromotion, 'weeks', 'lower'),
    ]),
  ];
}

const skillFigures = (name: string, shift: ShiftFound): Figure[] =>
  (['before', 'after', 'settled'] as const).flatMap((when) => {
    const { mean, min, oracleShare } = shift[when];
    return [
      figure(`${name}_skill_${when}`, mean, 'average precision', 'higher', { min }),
      figure(`${name}_skill_median_${when}`, shift[when].median, 'average precision', 'higher'),
      figure(`${name}_oracle_share_${when}`, oracleShare, 'share', 'higher'),
    ];
  });

/**
 * The share of an oracle's gain that a forecast has: by how much its expected Brier score is below that of one chance
 * for all, beside the same of the true chances. No outcome is looked at. 1: it knew them, 0: it knew nothing, below: it
 * misled.
 */
export function oracleShareOf(told: ArrayLike<number>, truth: ArrayLike<number>): number {
  const rows = Array.from({ length: truth.length }, (_, r) => r);
  const mean = rows.reduce((sum, r) => sum + truth[r]!, 0) / rows.length;
  const distance = (of: (row: number) => number) =>
    rows.reduce((sum, r) => sum + (of(r) - truth[r]!) ** 2, 0);
  return 1 - distance((r) => told[r]!) / distance(() => mean);
}
