import { describe, expect, it } from 'vitest';
import { noiseWorld, simulateWorld, WORLD_JOBS } from './estate-world.ts';
import { figuresOf, type Model, measureWorld, pooledFigures, type TestedWorld } from './worlds.ts';

const LABELS = Uint8Array.from([1, 0, 1, 0, 0, 1]);
const KNOWN = Float64Array.from([0.9, 0.1, 0.7, 0.2, 0.3, 0.6]);

/** W answers with one number for all; the others say what the oracle says, but for `forecast`. */
function worldWith(forecast: number[], labels = LABELS): TestedWorld {
  const told = (probabilities: ArrayLike<number>) => Float64Array.from(probabilities);
  const probabilities: Record<Model, Float64Array> = {
    oracle: KNOWN,
    'base-window-rate': new Float64Array(6).fill(0.5),
    logistic: told(KNOWN),
    boosting: told(KNOWN),
    chains: told(KNOWN),
    blend: told(KNOWN),
    forecast: told(forecast),
  };
  return { labels, quiet: Uint8Array.from([1, 1, 0, 0, 1, 1]), probabilities };
}

describe('a measured world', () => {
  const { models, ...rest } = measureWorld(7, worldWith([0.9, 0.1, 0.2, 0.7, 0.3, 0.6]));

  it('counts rows, and those that begin quiet', () => {
    expect(rest).toEqual({ seed: 7, rows: 6, positives: 3, onsetRows: 4, onsetPositives: 2 });
  });

  it('sets everybody beside the oracle and W', () => {
    expect(models.chains).toMatchObject({ rocAuc: 1, aucShare: 1, regret: 0 });
    expect(models['base-window-rate']).toMatchObject({ aucShare: 0.5, brierSkill: 0 });
    expect(models.oracle.brierSkill).toBeCloseTo(
      1 - (0.01 + 0.01 + 0.09 + 0.04 + 0.09 + 0.16) / 6 / 0.25,
      12,
    );
    // 0.2 is below 0.7 and 0.3, 0.6 below 0.7: three of nine pairs.
    expect(models.forecast.aucShare).toBeCloseTo(6 / 9, 12);
    expect(models.forecast.regret).toBeCloseTo(0.5 / 6, 12);
    expect(models.forecast.onsetAveragePrecision).toBe(1);
  });
});

describe('figures of worlds', () => {
  const worlds = [worldWith([...KNOWN]), worldWith([0.5, 0.5, 0.5, 0.5, 0.5, 0.5])];
  const figures = figuresOf(worlds.map((world, w) => measureWorld(w, world)));
  const named = (name: string) => figures.find((one) => one.name === name);

  it('are means, with the smallest and the largest world', () => {
    expect(named('auc_share_forecast')).toMatchObject({ value: 0.75, min: 0.5, max: 1, better: 'higher' });
    expect(named('auc_oracle')).toMatchObject({ value: 1 });
    expect(named('auc_share_oracle')).toBeUndefined();
  });

  it('count the worlds with skill', () => {
    expect(named('worlds_with_skill_chains')?.value).toBe(2);
    expect(named('worlds_with_skill_forecast')?.value).toBe(1);
  });

  it('are null where no world has both labels', () => {
    const one = measureWorld(1, worldWith([...KNOWN], new Uint8Array(6)));
    expect(figuresOf([one]).find(({ name }) => name === 'auc_share_chains')?.value).toBeNull();
  });

  it('pool the calibration of all worlds', () => {
    const pooled = pooledFigures(worlds);
    expect(pooled.find(({ name }) => name === 'ece_pooled_w')).toMatchObject({ value: 0, better: 'lower' });
    expect(pooled.find(({ name }) => name === 'ece_pooled_chains')?.value).toBeCloseTo(1.4 / 6, 4);
  });
});

describe('worlds', () => {
  it('have an oracle for every job and cutoff of the test, and all weeks passed', () => {
    const { histories, cutoffs, split, endsAt, oracle } = simulateWorld({ seed: 2, futures: 1 });
    expect(cutoffs).toHaveLength(26);
    expect([...oracle.keys()]).toEqual(split.test);
    expect(split.test).toHaveLength(5);
    for (const told of oracle.values()) {
      expect(told.size).toBe(WORLD_JOBS);
      for (const { job } of histories) expect([0, 1]).toContain(told.get(job));
    }
    expect(
      Math.max(...histories.map(({ knownAt }) => knownAt.reduce((a, b) => Math.max(a, b)))),
    ).toBeLessThan(endsAt);
  });

  it('of noise have the same plan', () => {
    const { cutoffs, split, histories } = noiseWorld({ seed: 2 });
    expect(cutoffs).toHaveLength(26);
    expect(split.test).toHaveLength(5);
    expect(histories).toHaveLength(WORLD_JOBS);
  });
});
