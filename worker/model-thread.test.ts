import { describe, expect, it } from 'vitest';
import { madeUpEstate } from '../models/features/made-up-jobs.ts';
import {
  BASE_RATE_KINDS,
  encodeSnapshot,
  GATE_THRESHOLDS,
  judgeTraining,
  type LearnerKind,
  prepareTraining,
  scoreForecast,
  trainContestant,
} from '../models/forecast/index.ts';
import { createModelThread } from './model-thread.ts';

const estate = madeUpEstate({ jobs: 20, days: 100, seed: 5 });
const other = madeUpEstate({ jobs: 20, days: 100, seed: 6 });
const limits = { threads: 2, heapMb: 1_024, longestMs: 60_000 };
const never = new AbortController().signal;
const kinds: LearnerKind[] = ['base-run-rate', 'boosting'];
/** Long enough to be stopped in the middle. */
const large = encodeSnapshot(madeUpEstate({ jobs: 150, days: 200, seed: 7 }));

describe('createModelThread', () => {
  it('trains side by side, one thread for many, what is trained alone: to the last byte', async () => {
    const thread = createModelThread(limits);
    const trained = await Promise.all(
      [estate, other, estate].flatMap((snapshot) =>
        kinds.map((kind) => thread.trainContestant(encodeSnapshot(snapshot), { kind, seed: 3 }, never)),
      ),
    );
    const alone = [estate, other].flatMap((snapshot) =>
      kinds.map((kind) => trainContestant(snapshot, { kind, seed: 3 })),
    );
    for (const [i, one] of [...alone, ...alone.slice(0, kinds.length)].entries()) {
      expect(Buffer.compare(trained[i]!.artifact, one.artifact)).toBe(0);
      expect(trained[i]!.testPredictions).toEqual(one.testPredictions);
      expect(trained[i]!.cost.fitMs).toBeGreaterThan(0);
      expect(trained[i]!.cost.peakMemoryBytes).toBeGreaterThan(1_000_000);
    }
  });

  it('stops one that is cancelled at once, and gives its turn to the next', async () => {
    const thread = createModelThread({ ...limits, threads: 1 });
    const running = new AbortController();
    const waiting = new AbortController();
    const first = thread.trainContestant(large, { kind: 'blend', seed: 1 }, running.signal);
    const second = thread.trainContestant(large, { kind: 'blend', seed: 1 }, waiting.signal);
    const third = thread.trainContestant(encodeSnapshot(estate), { kind: 'base-run-rate', seed: 1 }, never);
    waiting.abort();
    await expect(second).rejects.toMatchObject({ name: 'AbortError' });
    running.abort();
    await expect(first).rejects.toMatchObject({ name: 'AbortError' });
    expect((await third).report.kind).toBe('base-run-rate');
  });

  it('forecasts what is forecast alone', async () => {
    const { artifact } = trainContestant(estate, { kind: 'boosting', seed: 3 });
    const thread = createModelThread(limits);
    const scored = await thread.scoreForecast(artifact, encodeSnapshot(estate), never);
    expect(scored).toEqual(scoreForecast(artifact, estate, estate.cutoff));
    expect(scored.candidates).toBe(20);
    await expect(thread.scoreForecast(new Uint8Array(3), encodeSnapshot(estate), never)).rejects.toThrow(
      'forecast model: expected JSON',
    );
  });

  it('judges what is judged alone', async () => {
    const tested = [...BASE_RATE_KINDS, 'chains' as const].map((kind) => ({
      kind,
      predictions: trainContestant(estate, { kind, seed: 3 }).testPredictions,
    }));
    const { artifact } = trainContestant(estate, { kind: 'base-run-rate', seed: 3 });
    const training = {
      challenger: tested.at(-1)!,
      champion: { kind: 'base-run-rate' as const, artifact },
      baseRates: tested.slice(0, -1),
      thresholds: GATE_THRESHOLDS,
    };
    const judged = await createModelThread(limits).judgeTraining(encodeSnapshot(estate), training, never);
    expect(judged).toEqual(judgeTraining(prepareTraining(estate), training));
    expect(judged.checks.length).toBeGreaterThan(15);
  });

  it('stops one whose time is up', async () => {
    const thread = createModelThread({ ...limits, longestMs: 500 });
    await expect(thread.trainContestant(large, { kind: 'blend', seed: 1 }, never)).rejects.toMatchObject({
      name: 'TrainingTooSlow',
      message: 'training may take 0.5 s, and took longer',
    });
  });

  it('passes on by name what a training could not do, and goes on', async () => {
    const thread = createModelThread({ ...limits, threads: 1 });
    const young = encodeSnapshot(madeUpEstate({ jobs: 5, days: 12, seed: 1 }));
    const error = await thread.trainContestant(young, { kind: 'boosting', seed: 1 }, never).catch((e) => e);
    expect([error.name, error.constructor.name]).toEqual(['TooFewRuns', 'TooFewRuns']);
    expect(error).toBeInstanceOf(Error);
    await expect(
      thread.trainContestant(new Uint8Array(9), { kind: 'boosting', seed: 1 }, never),
    ).rejects.toThrow('training snapshot');
    const after = thread.trainContestant(young, { kind: 'base-run-rate', seed: 1 }, never);
    expect((await after).report.kind).toBe('base-run-rate');
  });
});
