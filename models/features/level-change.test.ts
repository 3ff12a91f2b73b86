import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../random.ts';
import { CHANGE_STEPS, LEVELS, type LevelTrials, levelsOf, poolLevels } from './level-change.ts';

const even = { weights: new Float64Array(LEVELS.length).fill(1 / LEVELS.length), hazard: 1 / 1000 };
const meanOf = (levels: Float64Array) => levels.reduce((sum, share, k) => sum + share * LEVELS[k]!, 0);

/** `recent` as the failures among the last 14, 28, … steps. */
const trialsOf = (failed: number, tried: number, recent: number[]): LevelTrials => ({
  all: { failed, tried },
  recent: CHANGE_STEPS.map((steps, k) => ({ failed: recent[k]!, tried: Math.min(steps, tried) })),
});

/** Steps that fail by chance, as the counts are told. */
function played(tried: number, levelAt: (step: number) => number, seed: number): LevelTrials {
  const random = seededRandom(seed);
  const fails = Array.from({ length: tried }, (_, step) => (random.uniform() < levelAt(step) ? 1 : 0));
  const among = (steps: number) =>
    fails.slice(Math.max(0, tried - steps)).reduce<number>((sum, one) => sum + one, 0);
  return trialsOf(among(tried), tried, CHANGE_STEPS.map(among));
}

describe('levelsOf', () => {
  // Values of NumPy: the same stories, summed up in logarithms by scipy.special.logsumexp.
  it('believes that the level rose when five of six failures are of the last fortnight', () => {
    const levels = levelsOf(even, trialsOf(6, 200, [5, 6, 6, 6, 6]));
    expect(meanOf(levels)).toBeCloseTo(0.2605930140860938, 12);
    expect(levels[11]).toBeCloseTo(0.396321, 6);
  });

  it('does not believe it when they are spread', () => {
    const levels = levelsOf(even, trialsOf(6, 200, [0, 1, 2, 3, 6]));
    expect(meanOf(levels)).toBeCloseTo(0.02968564580106031, 12);
    expect(levels[6]).toBeCloseTo(0.374222, 6);
  });

  it('knows of a job without a step what it knows of all', () => {
    expect([...levelsOf(even, trialsOf(0, 0, [0, 0, 0, 0, 0]))]).toEqual(
      [...even.weights].map((weight) => expect.closeTo(weight, 12)),
    );
  });

  it('gives shares, more of a high level the more failed', () => {
    const job = fc
      .tuple(fc.integer({ min: 1, max: 400 }), fc.double({ min: 0, max: 0.6, noNaN: true }), fc.nat())
      .map(([tried, level, seed]) => played(tried, () => level, seed));
    fc.assert(
      fc.property(job, (trials) => {
        const levels = levelsOf(even, trials);
        expect(levels.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
        expect(Math.min(...levels)).toBeGreaterThanOrEqual(0);
        const { failed, tried } = trials.all;
        if (failed === tried) return;
        // One more failure in the last fortnight, whatever the story.
        const worse = trialsOf(
          failed + 1,
          tried,
          trials.recent.map((last) => last.failed + 1),
        );
        if (worse.recent[0]!.failed > worse.recent[0]!.tried) return;
        expect(meanOf(levelsOf(even, worse))).toBeGreaterThan(meanOf(levels) - 1e-9);
      }),
    );
  });
});

describe('poolLevels', () => {
  it('finds two kinds of jobs where there are two', () => {
    const jobs = Array.from({ length: 120 }, (_, j) => played(180, () => (j % 6 === 0 ? 0.2 : 0.01), j));
    const { weights, hazard } = poolLevels(jobs);
    const above = weights.reduce((sum, weight, k) => sum + (LEVELS[k]! > 0.06 ? weight : 0), 0);
    expect(above).toBeGreaterThan(0.12);
    expect(above).toBeLessThan(0.22);
    const mean = weights.reduce((sum, weight, k) => sum + weight * LEVELS[k]!, 0);
    expect(mean).toBeCloseTo(0.2 / 6 + (0.01 * 5) / 6, 2);
    expect(hazard).toBeCloseTo(1 / 3000, 9);
  });

  it('finds changes where levels change', () => {
    const changing = Array.from({ length: 120 }, (_, j) =>
      played(180, (step) => (step > 100 && j % 3 === 0 ? 0.25 : 0.01), j),
    );
    expect(poolLevels(changing).hazard).toBeCloseTo(1 / 300, 9);
  });

  it('says something of no job at all', () => {
    const { weights } = poolLevels([]);
    expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12);
  });
});
