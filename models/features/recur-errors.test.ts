import { describe, expect, it } from 'vitest';
import { buildMatrices } from './build-matrices.ts';
import { DAY_MS } from './feature.ts';
import { columnNamed } from './feature-matrix.ts';
import { MADE_UP_START, type MadeUpRun, madeUpJob } from './made-up-jobs.ts';
import { poolShares, shrunken } from './pooled-share.ts';

const DISK = 'No space left on device';
const NET = 'connection reset by peer';
const CUTOFF = MADE_UP_START + 40 * DAY_MS;

/** One run a day up to the day before the cutoff: `.` good, `d` disk, `n` net, `c` cancelled. */
const runs = (outcomes: string, more: Partial<MadeUpRun> = {}): MadeUpRun[] =>
  [...outcomes].map((outcome, i) => ({
    startedAt: CUTOFF - (outcomes.length - i - 0.5) * DAY_MS,
    status: outcome === '.' ? 'succeeded' : outcome === 'c' ? 'cancelled' : 'failed',
    error: outcome === 'd' ? `${DISK}: '/tmp/${i}'` : `${NET} ${i}`,
    ...more,
  }));

const featuresOf = (...jobs: MadeUpRun[][]) => {
  const { week } = buildMatrices(
    jobs.map((list, j) => madeUpJob(j + 1, list)),
    [],
    [CUTOFF],
  );
  return (name: string) => [...columnNamed(week, name)];
};

describe('kinds of errors', () => {
  it('counts the last failures of one kind, whatever lies between them', () => {
    const at = featuresOf(runs('n.d.dcd.'), runs('dnn'), runs('...'), runs('d'.repeat(30)));
    expect(at('same_error_streak')).toEqual([3, 2, 0, 30]);
  });

  it('counts the kinds of the last 28 days', () => {
    const at = featuresOf(runs('n.d.'), runs(`n${'.'.repeat(28)}d`), runs(`n${'.'.repeat(26)}d`), runs('.'));
    expect(at('error_families_28d')).toEqual([2, 1, 2, 0]);
  });

  it('says how often a kind was followed by a failed run, over all jobs', () => {
    // Disk was followed 5 times, 3 of them by a failed run; net 3 times and once. A cancelled run says nothing.
    const at = featuresOf(runs('ddd.'), runs('.dcd.n'), runs('nn.n.d'), runs('..'));
    const prior = poolShares([3, 1], [5, 3]);
    const odds = (share: number) => Math.log(share / (1 - share));
    const disk = odds(shrunken(prior, 3, 5)) - odds(prior.mean);
    const net = odds(shrunken(prior, 1, 3)) - odds(prior.mean);
    const [first, second, third, fourth] = at('family_recurrence_odds');
    expect(first).toBeCloseTo(disk, 12);
    expect(second).toBeCloseTo(net, 12);
    expect(third).toBe(first);
    expect(fourth).toBeNaN();
    expect(disk).toBeGreaterThan(net);
  });

  it('has heard of nothing when no failure was followed', () => {
    const [odds] = featuresOf(runs('..d'))('family_recurrence_odds');
    expect(odds).toBeCloseTo(0, 12);
  });

  it('counts a run that arrives late between two others once it is known', () => {
    const late = runs('d.d.d.').map((run, i) => (i === 1 ? { ...run, knownAt: CUTOFF - 1 } : run));
    const cutoffs = [CUTOFF - 2 * DAY_MS, CUTOFF - DAY_MS, CUTOFF];
    const together = buildMatrices([madeUpJob(1, late)], [], cutoffs).week;
    for (const [r, cutoff] of cutoffs.entries()) {
      const alone = buildMatrices([madeUpJob(1, late)], [], [cutoff]).week;
      const name = 'family_recurrence_odds';
      expect(columnNamed(together, name)[r]).toBe(columnNamed(alone, name)[0]);
    }
  });
});
