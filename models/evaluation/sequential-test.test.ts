import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Random, seededRandom } from '../random.ts';
import { type SequentialPair, sequentialTest } from './sequential-test.ts';

const options = { alpha: 0.05, minBlocks: 1 };
const HOSTS = 10;
const JOBS_PER_HOST = 5;

/** Weeks of blocks, one per host, whose jobs share a good or a bad week: the true risk of each is `risk` on average. */
function shadow(
  random: Random,
  weeks: number,
  forecast: (risk: number) => { ours: number; theirs: number },
): SequentialPair[] {
  return Array.from({ length: weeks * HOSTS }, (_, block) => {
    const weather = random.uniform() < 0.5 ? 0.5 : 1.5;
    return Array.from({ length: JOBS_PER_HOST }, (): SequentialPair => {
      const risk = 0.05 + 0.4 * random.uniform() ** 2;
      const label = random.uniform() < risk * weather ? 1 : 0;
      return { ...forecast(risk), label, block };
    });
  }).flat();
}

const clipped = (p: number) => Math.min(0.99, Math.max(0.01, p));

const anyPair: fc.Arbitrary<SequentialPair> = fc.record({
  ours: fc.double({ min: 0, max: 1, noNaN: true }),
  theirs: fc.double({ min: 0, max: 1, noNaN: true }),
  label: fc.constantFrom(0 as const, 1 as const),
  block: fc.integer({ min: 0, max: 12 }),
});

describe('sequentialTest', () => {
  it('decides among equals in at most alpha of 2,000 shadows, looked at after every block', () => {
    // Both are off by as much, the one upwards, which is better in bad weeks, the other downwards.
    const random = seededRandom(33);
    let decided = 0;
    for (let n = 0; n < 2_000; n++) {
      const isUp = random.uniform() < 0.5;
      const pairs = shadow(random, 12, (risk) => {
        const [up, down] = [clipped(risk + 0.04), clipped(risk - 0.04)];
        return isUp ? { ours: up, theirs: down } : { ours: down, theirs: up };
      });
      if (sequentialTest(pairs, options).decision !== 'undecided') decided += 1;
    }
    expect(decided).toBeGreaterThan(0);
    expect(decided / 2_000).toBeLessThanOrEqual(options.alpha);
  });

  it('never lets the capital of a fair bet grow: its mean over 4,000 shadows stays below what both began with', () => {
    const random = seededRandom(34);
    let capital = 0;
    // A certain forecast and one of a half, of a coin that falls to the sure side three times in four: even.
    for (let n = 0; n < 4_000; n++) {
      const pairs = Array.from({ length: 6 }, (_, block): SequentialPair => {
        return { ours: 1, theirs: 0.5, label: random.uniform() < 0.75 ? 1 : 0, block };
      });
      const { eValue, blocks } = sequentialTest(pairs, { alpha: 0.999_999, minBlocks: 6 });
      expect(blocks).toBe(6);
      capital += eValue;
    }
    // The larger of two sides, whose sum is one on average.
    expect(capital / 4_000).toBeLessThan(1);
  });

  it('finds a real difference in most shadows of twelve weeks, and says which side', () => {
    const random = seededRandom(35);
    const verdicts = Array.from({ length: 200 }, () =>
      sequentialTest(
        shadow(random, 12, (risk) => ({ ours: risk, theirs: clipped(risk + 0.25 * random.normal()) })),
        options,
      ),
    );
    const better = verdicts.filter(({ decision }) => decision === 'better');
    expect(better.length).toBeGreaterThan(190);
    expect(verdicts.some(({ decision }) => decision === 'worse')).toBe(false);
    expect(better.every(({ eValue, blocks }) => eValue >= 20 && blocks <= 12 * HOSTS)).toBe(true);
  });

  it('turns around when the two change places, in whatever order the rows of a block come', () => {
    const turned = { better: 'worse', worse: 'better', undecided: 'undecided' };
    fc.assert(
      fc.property(fc.array(anyPair, { maxLength: 80 }), fc.nat(), (pairs, seed) => {
        const random = seededRandom(seed);
        const shuffled = pairs
          .map((pair) => ({ pair, at: random.uniform() }))
          .sort((a, b) => a.at - b.at)
          .map(({ pair }) => pair);
        const found = sequentialTest(pairs, options);
        const again = sequentialTest(shuffled, options);
        const swapped = sequentialTest(
          pairs.map(({ ours, theirs, ...rest }) => ({ ...rest, ours: theirs, theirs: ours })),
          options,
        );
        expect([again.decision, again.blocks]).toEqual([found.decision, found.blocks]);
        expect(again.eValue).toBeCloseTo(found.eValue, 6 - Math.log10(Math.max(1, found.eValue)));
        expect([swapped.decision, swapped.blocks]).toEqual([turned[found.decision], found.blocks]);
        expect(Number.isFinite(found.eValue)).toBe(true);
        expect(found.explanation.en).not.toMatch(/NaN|Infinity/);
      }),
      { numRuns: 300 },
    );
  });

  it('stands by what it decided, whatever comes later, and decides nothing before the least number of blocks', () => {
    const won = (block: number): SequentialPair => ({ ours: 1, theirs: 0, label: 1, block });
    const lost = (block: number): SequentialPair => ({ ours: 1, theirs: 0, label: 0, block });
    const wins = Array.from({ length: 10 }, (_, block) => won(block));
    const first = sequentialTest(wins, options);
    expect(first.decision).toBe('better');
    const later = [...wins, ...Array.from({ length: 50 }, (_, n) => lost(10 + n))];
    expect(sequentialTest(later, options)).toEqual(first);
    expect(sequentialTest(later, { ...options, minBlocks: 30 }).decision).not.toBe('better');
    expect(sequentialTest(wins, { ...options, minBlocks: 11 })).toMatchObject({ decision: 'undecided' });
  });

  it('knows nothing of no rows, of ties, and of a single block however large', () => {
    const none = { decision: 'undecided', eValue: 0.5, blocks: 0 };
    expect(sequentialTest([], options)).toMatchObject(none);
    const same = Array.from(
      { length: 60 },
      (_, block) => ({ ours: 0.3, theirs: 0.3, label: 1, block }) as const,
    );
    expect(sequentialTest(same, options)).toMatchObject({ ...none, blocks: 60 });
    const together = Array.from(
      { length: 500 },
      () => ({ ours: 0.9, theirs: 0.5, label: 1, block: 7 }) as const,
    );
    expect(sequentialTest(together, options)).toMatchObject({ decision: 'undecided', blocks: 1 });
  });

  it.each([
    [[], { alpha: 0, minBlocks: 1 }, 'alpha: expected a number between 0 and 1, found 0'],
    [[], { alpha: 0.1, minBlocks: 0 }, 'minBlocks: expected a whole number from 1, found 0'],
    [
      [{ ours: Number.NaN, theirs: 0, label: 0, block: 0 }],
      options,
      'row 0: ours: expected a probability, found NaN',
    ],
    [
      [{ ours: 0, theirs: 1.5, label: 0, block: 0 }],
      options,
      'row 0: theirs: expected a probability, found 1.5',
    ],
    [[{ ours: 0, theirs: 1, label: 2, block: 0 }], options, 'row 0: label: expected 0 or 1, found 2'],
    [
      [{ ours: 0, theirs: 1, label: 1, block: 0.5 }],
      options,
      'row 0: block: expected a whole number, found 0.5',
    ],
  ])('refuses what it cannot judge: %j', (pairs, given, message) => {
    expect(() => sequentialTest(pairs as SequentialPair[], given)).toThrow(
      new RangeError(`sequential test: ${message}`),
    );
  });
});
