import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { advanceDay, createEstate } from '../estate/estate.ts';
import { oracleForecast } from '../estate/oracle.ts';
import type { RunRow } from '../estate/run-row.ts';
import { buildMatrices } from '../features/build-matrices.ts';
import { madeUpEstate, madeUpJob } from '../features/made-up-jobs.ts';
import { NO_OUTSIDE_FACTS } from '../records/outside-facts.ts';
import { decodeArtifact, encodeArtifact } from './artifact.ts';
import { type HeadInterval, intervalAround } from './interval.ts';
import { predictCandidates } from './predict-candidates.ts';
import { trainContestant } from './train-contestant.ts';

const steps = { from: [0.2, 0.5, 0.8], low: [0.1, 0.3, 0.6], high: [0.3, 0.5, 0.9] };

describe('intervalAround', () => {
  const share = fc.double({ min: 1e-4, max: 1 - 1e-4, noNaN: true });
  const spread = fc.double({ min: 0, max: 2, noNaN: true });

  it('holds the probability and the Venn-Abers prediction, within 0 and 1', () => {
    fc.assert(
      fc.property(share, share, spread, (raw, told, width) => {
        const [low, high] = intervalAround({ vennAbers: steps, spread: width }, raw, told);
        const alone = intervalAround({ vennAbers: steps, spread: 0 }, raw, told);
        expect(low).toBeLessThanOrEqual(told);
        expect(high).toBeGreaterThanOrEqual(told);
        expect(low).toBeLessThanOrEqual(alone[0]);
        expect(high).toBeGreaterThanOrEqual(alone[1]);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('moves up with the probability', () => {
    fc.assert(
      fc.property(share, share, spread, (one, other, width) => {
        const interval: HeadInterval = { vennAbers: steps, spread: width };
        const lower = intervalAround(interval, Math.min(one, other), Math.min(one, other));
        const higher = intervalAround(interval, Math.max(one, other), Math.max(one, other));
        expect(higher[0]).toBeGreaterThanOrEqual(lower[0] - 1e-12);
        expect(higher[1]).toBeGreaterThanOrEqual(lower[1] - 1e-12);
      }),
    );
  });

  it('is one point where all is known', () => {
    const known = { vennAbers: { from: [0.5], low: [0.5], high: [0.5] }, spread: 0 };
    const [low, high] = intervalAround(known, 0.5, 0.5);
    expect(low).toBe(0.5);
    expect(high).toBeCloseTo(0.5, 12);
  });
});

describe('a trained model', () => {
  it('keeps its intervals in its bytes, and reads models that were made before there were any', () => {
    const estate = madeUpEstate({ jobs: 20, days: 100, seed: 31 });
    const { artifact } = trainContestant(estate, { kind: 'logistic', seed: 1 });
    const model = decodeArtifact(artifact);
    expect(model.week.interval!.vennAbers.from.length).toBeGreaterThan(10);
    expect(model.week.interval!.spread).toBe(model.day.interval!.spread);
    const older = JSON.parse(new TextDecoder().decode(artifact));
    older.version = 1;
    delete older.week.interval;
    delete older.day.interval;
    const read = decodeArtifact(new TextEncoder().encode(JSON.stringify(older)));
    expect([read.week.interval, read.day.interval]).toEqual([null, null]);
    const matrices = buildMatrices(estate.histories, [], [estate.cutoff]);
    expect(predictCandidates(read, matrices).weekInterval.every((interval) => interval === null)).toBe(true);
    expect(predictCandidates(model, matrices).week).toEqual(predictCandidates(read, matrices).week);
    expect(decodeArtifact(encodeArtifact(read)).day.interval).toBeNull();
  });

  it('has none where there is too little later time', () => {
    const estate = madeUpEstate({ jobs: 3, days: 30, seed: 5 });
    const model = decodeArtifact(trainContestant(estate, { kind: 'base-window-rate', seed: 1 }).artifact);
    expect([model.week.interval, model.day.interval]).toEqual([null, null]);
  });

  it('holds most true probabilities of a simulated estate', () => {
    const estate = createEstate({ jobs: 60, hosts: 4, days: 190, seed: 4 });
    const runs = new Map<string, RunRow[]>(estate.jobs.map(({ name }) => [name, []]));
    for (let day = 0; day < 182; day++) {
      for (const run of advanceDay(estate, { sampled: false }).runs) runs.get(run.job)!.push(run);
    }
    const histories = [...runs].map(([job, list], j) => {
      const made = list.toSorted((a, b) => a.startedAt - b.startedAt);
      return madeUpJob(
        j + 1,
        made.map(({ startedAt, status, knownAt }) => ({ startedAt, status, knownAt })),
        { job, owner: list[0]?.owner ?? null },
      );
    });
    const cutoff = estate.nextDayMs;
    const model = decodeArtifact(
      trainContestant(
        { cutoff, histories, hostSeries: [], facts: NO_OUTSIDE_FACTS },
        { kind: 'chains', seed: 1 },
      ).artifact,
    );
    const matrices = buildMatrices(histories, [], [cutoff]);
    const { week, weekInterval, dayInterval } = predictCandidates(model, matrices);
    const truths = new Map(oracleForecast(estate, 200).map((one) => [one.job, one]));
    const truthOf = (row: number) => truths.get(histories[matrices.week.jobIndex[row]!]!.job)!;
    const shareHeld = (rows: number, bounds: typeof weekInterval, truth: (row: number) => number) => {
      let told = 0;
      let holds = 0;
      for (let r = 0; r < rows; r++) {
        const interval = bounds[r];
        if (!interval) continue;
        told++;
        if (interval[0] <= truth(r) && truth(r) <= interval[1]) holds++;
      }
      expect(told).toBeGreaterThan(0.9 * rows);
      return holds / told;
    };
    expect(shareHeld(week.length, weekInterval, (r) => truthOf(r).week)).toBeGreaterThan(0.75);
    const ofDay = (r: number) => truthOf(Math.floor(r / 7)).days[r % 7]!;
    expect(shareHeld(7 * week.length, dayInterval, ofDay)).toBeGreaterThan(0.65);
  }, 60_000);
});
