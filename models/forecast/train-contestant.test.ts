import { describe, expect, it } from 'vitest';
import { decideGate } from '../evaluation/decide-gate.ts';
import { GATE_THRESHOLDS } from '../evaluation/gate-thresholds.ts';
import { DAY_MS } from '../features/feature.ts';
import { MADE_UP_START, madeUpEstate, madeUpJob } from '../features/made-up-jobs.ts';
import { BASE_RATE_KINDS, isBaseRate, LEARNER_KINDS, type LearnerKind } from '../learners/learner.ts';
import { NO_OUTSIDE_FACTS } from '../records/outside-facts.ts';
import { decodeArtifact } from './artifact.ts';
import { checkServed } from './check-served.ts';
import { chooseChallenger } from './choose-challenger.ts';
import { TooFewRuns } from './fit-examples.ts';
import { fitModel, recipeOf } from './fit-model.ts';
import { gateInput } from './gate-input.ts';
import { prepareTraining } from './prepare-training.ts';
import { replayChampion } from './replay-champion.ts';
import { scoreForecast } from './score.ts';
import { decodeSnapshot, encodeSnapshot } from './snapshot.ts';
import { testWeekly } from './test-weekly.ts';
import { trainContestant } from './train-contestant.ts';

const snapshot = madeUpEstate({ jobs: 25, days: 110, seed: 21 });
const trained = new Map(
  LEARNER_KINDS.map((kind) => [kind, trainContestant(snapshot, { kind, seed: 4 })] as const),
);
const of = (kind: LearnerKind) => ({ kind, predictions: trained.get(kind)!.testPredictions });

describe.each(LEARNER_KINDS.map((kind) => ({ kind })))('$kind', ({ kind }) => {
  const { artifact, report, testPredictions } = trained.get(kind)!;

  it('is tested on windows later than all it learned from', () => {
    expect(report.cutoffs.firstTest).toBeGreaterThan(report.cutoffs.first!);
    expect(Math.min(...testPredictions.cutoff)).toBe(report.cutoffs.firstTest);
    expect(Math.max(...testPredictions.cutoff)).toBe(snapshot.cutoff - 7 * DAY_MS);
    expect(report.day.test.rows).toBe(7 * report.week.test.rows);
    expect(report.week.test.averagePrecision).toBeGreaterThan(0);
    expect(testPredictions.probability.every((p) => p > 0 && p < 1)).toBe(true);
  });

  it('has the same bytes from the encoded snapshot, and is as champion what was tested', () => {
    const again = decodeSnapshot(encodeSnapshot({ ...snapshot, histories: snapshot.histories.toReversed() }));
    if (kind === 'ml-random-forest') return; // Far slower than all others together.
    expect(replayChampion(artifact, prepareTraining(again))).toEqual(testPredictions);
    if (kind === 'forest') return;
    expect(trainContestant(again, { kind, seed: 4 }).artifact).toEqual(artifact);
  });

  it('says no worse of the test what happened once it has learned from it', () => {
    const check = checkServed(prepareTraining(snapshot), artifact, testPredictions, GATE_THRESHOLDS)!;
    expect(check.passed, check.explanation.en).toBe(true);
    const { brier } = report.week.test;
    // A base rate learns hardly anything from five weeks more.
    expect(check.value! / brier!).toBeLessThan(isBaseRate(kind) ? 1.01 : 0.99);
  });

  it('has a report that is JSON without holes', () => {
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  });
});

it('knows of a window in the test nothing that became known after its week began, and serves with all of it', () => {
  const { firstTest } = trained.get('boosting')!.report.cutoffs;
  const thirdWeek = firstTest! + 14 * DAY_MS;
  const changed = {
    ...snapshot,
    histories: snapshot.histories.map((job) => ({
      ...job,
      status: job.status.map((status, i) => (job.knownAt[i]! > thirdWeek ? 3 - status : status)),
    })),
  };
  for (const kind of ['base-window-rate', 'logistic', 'boosting'] as const) {
    const { artifact, testPredictions: tested } = trained.get(kind)!;
    const other = trainContestant(changed, { kind, seed: 4 });
    const told = (from: number, to: number) =>
      [tested, other.testPredictions].map(({ probability, cutoff }) =>
        probability.filter((_, row) => cutoff[row]! >= from && cutoff[row]! <= to),
      );
    const [before, beforeChanged] = told(0, thirdWeek);
    expect(before!.length).toBeGreaterThan(100);
    expect(beforeChanged).toEqual(before);
    const [after, afterChanged] = told(thirdWeek + 1, snapshot.cutoff);
    expect(afterChanged).not.toEqual(after);
    const [changedModel, model] = [other.artifact, artifact].map(decodeArtifact);
    expect(model!.trainedAt).toBe(snapshot.cutoff);
    for (const head of ['week', 'day'] as const) {
      expect(JSON.stringify(changedModel![head].model)).not.toBe(JSON.stringify(model![head].model));
    }
  }
});

it('learns, for each week of the test, from the weeks of the test before it', () => {
  const { artifact, testPredictions, report } = trained.get('base-window-rate')!;
  const prepared = prepareTraining(snapshot);
  const { firstTest } = report.cutoffs;
  const recipe = recipeOf(decodeArtifact(artifact));
  const first = fitModel(recipe, prepared, firstTest!, { sampled: true });
  const never = testWeekly(prepared, () => first);
  const isSame = testPredictions.probability.map((p, row) => Number(p === never.probability[row]));
  const weekOf = (row: number) => Math.floor((testPredictions.cutoff[row]! - firstTest!) / (7 * DAY_MS));
  for (const [row, same] of isSame.entries()) if (weekOf(row) === 0) expect(same).toBe(1);
  expect(isSame.includes(0)).toBe(true);
});

it('tells its progress from features to test', () => {
  const stages: string[] = [];
  let told = 0;
  trainContestant(snapshot, {
    kind: 'base-run-rate',
    seed: 1,
    onProgress: ({ stage, share }) => {
      stages.push(stage);
      expect(share).toBeGreaterThanOrEqual(told);
      told = share;
    },
  });
  expect(stages.filter((stage, i) => stage !== stages[i - 1])).toEqual([
    ...['features', 'day', 'week', 'test', 'fit'],
  ]);
  expect(told).toBeLessThanOrEqual(1);
});

describe('the contest', () => {
  const reports = [...trained.values()].map(({ report }) => report);

  it('sends the best of the test to the gate, which promotes somebody when nobody serves', () => {
    const challenger = chooseChallenger(reports);
    const chosen = trained.get(challenger)!.report;
    const input = gateInput({
      challenger: of(challenger),
      champion: null,
      baseRates: BASE_RATE_KINDS.map(of),
    });
    expect(input.labels.length).toBe(chosen.week.test.rows);
    expect(decideGate(input).verdict).toBe('promote');
  });

  it('does not compare what was tested on other rows', () => {
    const shorter = trainContestant(
      { ...snapshot, histories: snapshot.histories.slice(1) },
      { kind: 'base-run-rate', seed: 1 },
    );
    const other = { kind: 'base-run-rate' as const, predictions: shorter.testPredictions };
    expect(() => gateInput({ challenger: of('boosting'), champion: null, baseRates: [other] })).toThrow(
      'test of base-run-rate: expected',
    );
  });
});

describe('too little to learn from', () => {
  const three = {
    cutoff: MADE_UP_START + 3 * DAY_MS,
    hostSeries: [],
    facts: NO_OUTSIDE_FACTS,
    histories: [
      madeUpJob(
        1,
        [0, 1, 2].map((day) => ({ startedAt: MADE_UP_START + day * DAY_MS, status: 'succeeded' as const })),
      ),
    ],
  };

  it.each(BASE_RATE_KINDS.map((kind) => ({ kind })))('$kind serves one job with three runs', ({ kind }) => {
    const { artifact, report } = trainContestant(three, { kind, seed: 1 });
    expect(report.week.test).toMatchObject({ rows: 0, averagePrecision: null, brier: null });
    const { candidates, days, weeks } = scoreForecast(artifact, three, three.cutoff);
    expect([candidates, days.length, weeks.length]).toEqual([1, 7, 1]);
    expect(weeks[0]).toMatchObject({ basis: 'group-rate', rank: 1 });
  });

  it('is said by name: too short a history, too few failures', () => {
    expect(() => trainContestant(three, { kind: 'boosting', seed: 1 })).toThrow(TooFewRuns);
    expect(() => trainContestant(three, { kind: 'boosting', seed: 1 })).toThrow(
      'training requires at least 3 weeks of runs, got 3.0 days',
    );
    const quiet = madeUpEstate({ jobs: 3, days: 60, seed: 1 });
    for (const job of quiet.histories) job.status.fill(1);
    expect(() => trainContestant(quiet, { kind: 'logistic', seed: 1 })).toThrow(
      'training requires at least 10 past windows with a failed run and 10 without, got 0 with and',
    );
  });

  it('is an empty estate, too', () => {
    const nothing = { cutoff: MADE_UP_START, histories: [], hostSeries: [], facts: NO_OUTSIDE_FACTS };
    const { artifact } = trainContestant(nothing, { kind: 'base-window-rate', seed: 1 });
    expect(scoreForecast(artifact, nothing, MADE_UP_START)).toEqual({ candidates: 0, days: [], weeks: [] });
  });
});

it('on estates of pure noise no learner is promoted', () => {
  const kinds = [...BASE_RATE_KINDS, 'logistic', 'boosting'] as const;
  for (let seed = 1; seed <= 4; seed++) {
    const noise = madeUpEstate({ jobs: 20, days: 100, seed, noise: true });
    const results = kinds.map((kind) => ({
      kind,
      ...trainContestant(noise, { kind, seed, testOnly: true }),
    }));
    const tested = results.map(({ kind, testPredictions: predictions }) => ({ kind, predictions }));
    for (const challenger of tested.slice(3)) {
      const decision = decideGate(gateInput({ challenger, champion: null, baseRates: tested.slice(0, 3) }));
      expect(decision.promote).toMatch(/^base-/);
    }
  }
}, 60_000);
