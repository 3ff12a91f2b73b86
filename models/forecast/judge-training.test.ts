import { describe, expect, it } from 'vitest';
import type { GateThresholds } from '../evaluation/gate-thresholds.ts';
import { GATE_THRESHOLDS } from '../evaluation/gate-thresholds.ts';
import { madeUpEstate } from '../features/made-up-jobs.ts';
import { BASE_RATE_KINDS, type LearnerKind } from '../learners/learner.ts';
import { decodeArtifact, encodeArtifact } from './artifact.ts';
import type { TestedContestant } from './gate-input.ts';
import { gateSlices } from './gate-slices.ts';
import { judgeTraining } from './judge-training.ts';
import { prepareTraining } from './prepare-training.ts';
import type { TestPredictions } from './test-predictions.ts';
import { trainPrepared } from './train-contestant.ts';

const prepared = prepareTraining(madeUpEstate({ jobs: 25, days: 110, seed: 21 }));
const trained = new Map(
  ([...BASE_RATE_KINDS, 'chains'] as LearnerKind[]).map((kind) => [
    kind,
    trainPrepared(prepared, { kind, seed: 4 }),
  ]),
);
const tested = (kind: LearnerKind): TestedContestant & { artifact: Uint8Array } => ({
  kind,
  predictions: trained.get(kind)!.testPredictions,
  artifact: trained.get(kind)!.artifact,
});
const baseRates = BASE_RATE_KINDS.map(tested);
const serving = (kind: LearnerKind) => ({ kind, artifact: trained.get(kind)!.artifact });
const judge = (
  challenger: TestedContestant & { artifact?: Uint8Array } = tested('chains'),
  champion: ReturnType<typeof serving> | null = null,
  thresholds: GateThresholds = GATE_THRESHOLDS,
) => judgeTraining(prepared, { challenger, champion, baseRates, thresholds });
const checkOf = (decision: ReturnType<typeof judge>, name: string) =>
  decision.checks.find((check) => check.name === name);

describe('judgeTraining', () => {
  it('promotes a learner that is better, alone and beside a champion, with every number of every check', () => {
    for (const champion of [null, serving('base-run-rate')]) {
      const decision = judge(tested('chains'), champion);
      expect(decision).toMatchObject({ verdict: 'promote', promote: 'chains' });
      const names = decision.checks.map(({ name }) => name);
      expect(new Set(names).size).toBe(names.length);
      expect(names.slice(-9)).toEqual([
        'no-slice-worse',
        'serves-as-tested',
        'features-known-in-time',
        'no-column-tells-all',
        'volume-usual',
        'failures-usual',
        'no-flood',
        'columns-alive',
        'thresholds-fixed-before',
      ]);
      for (const { passed, value, threshold, explanation } of decision.checks) {
        expect([passed, Number.isFinite(value), Number.isFinite(threshold)]).toEqual([true, true, true]);
        expect(explanation.en).not.toBe(explanation.fr);
      }
      expect(JSON.parse(JSON.stringify(decision))).toEqual(decision);
    }
    const { explanation } = checkOf(judge(tested('chains'), serving('base-run-rate')), 'no-slice-worse')!;
    expect(explanation.en).toContain('that of the champion');
    expect(checkOf(judge(), 'no-slice-worse')!.explanation.en).toContain('that of the base rate "base-');
  });

  it('asks what was fixed before, and keeps it', () => {
    const strict = { ...GATE_THRESHOLDS, maxColumnAuc: 0.8 };
    const decision = judge(tested('chains'), serving('base-run-rate'), strict);
    expect(decision).toMatchObject({ verdict: 'keep', promote: null });
    expect(checkOf(decision, 'no-column-tells-all')).toMatchObject({ passed: false, threshold: 0.8 });
    expect(checkOf(decision, 'thresholds-fixed-before')!.thresholds).toEqual(strict);
  });

  it('refuses one that is better on the whole and worse for one server', () => {
    const hosts = new Map(prepared.histories.map(({ jobId, host }) => [jobId, host]));
    const { predictions } = tested('chains');
    // Sure of the opposite on one server of three.
    const probability = predictions.probability.map((p, r) =>
      hosts.get(predictions.jobId[r]!) === 'srv-1' ? (predictions.label[r] === 1 ? 0.02 : 0.95) : p,
    );
    const spoiled: TestPredictions = { ...predictions, probability };
    const check = checkOf(
      judge({ kind: 'chains', predictions: spoiled }, serving('base-run-rate')),
      'no-slice-worse',
    )!;
    expect(check.passed).toBe(false);
    expect(check.explanation.en).toContain('server srv-1');
  });

  it('refuses one that was fitted once more and went wrong, and asks nothing of one that serves as it was tested', () => {
    const model = decodeArtifact(tested('chains').artifact);
    const wrong = { ...model.week, calibrator: { ...model.week.calibrator, shift: 6 } };
    const judged = (artifact: Uint8Array) =>
      judge({ ...tested('chains'), artifact }, serving('base-run-rate'));
    const refused = judged(encodeArtifact({ ...model, week: wrong }));
    expect(refused).toMatchObject({ verdict: 'keep', promote: null });
    expect(refused.checks.filter(({ passed }) => passed !== true).map(({ name }) => name)).toEqual([
      'serves-as-tested',
    ]);
    const asBefore = judged(trainPrepared(prepared, { kind: 'chains', seed: 4, testOnly: true }).artifact);
    expect(asBefore.verdict).toBe('promote');
    expect(checkOf(asBefore, 'serves-as-tested')).toBeUndefined();
  });

  it('is undecided where something could not be known, and the champion stays', () => {
    const unknown = { ...GATE_THRESHOLDS, sliceMinRows: 100_000 };
    expect(judge(tested('chains'), serving('base-run-rate'), unknown)).toMatchObject({
      verdict: 'undecided',
      promote: null,
    });
    expect(judge(tested('chains'), null, unknown).promote).toMatch(/^base-/);
  });

  it('asks no slices of a base rate that serves first', () => {
    const decision = judge(tested('base-window-rate'));
    expect(decision.promote).toMatch(/^base-/);
    expect(checkOf(decision, 'no-slice-worse')).toBeUndefined();
  });
});

describe('gateSlices', () => {
  const { predictions } = tested('chains');
  const slices = gateSlices(prepared, predictions, tested('base-run-rate').predictions);
  const named = (name: string) => slices.find((slice) => slice.name.en === name)!;

  it('parts the weeks by owner, by server and by what was before, and the days by how far ahead they are', () => {
    const weeks = predictions.horizon.filter((horizon) => horizon === 0).length;
    const rows = (...names: string[]) => names.reduce((sum, name) => sum + named(name).labels.length, 0);
    expect(rows('server srv-0', 'server srv-1', 'server srv-2')).toBe(weeks);
    expect(rows('owner owner-0', 'owner owner-1', 'owner owner-2', 'owner owner-3')).toBe(weeks);
    expect(rows('jobs that failed the week before', 'jobs without a failure the week before')).toBe(weeks);
    expect(rows('criticality 3')).toBe(weeks);
    for (let day = 1; day <= 7; day++) expect(rows(`day ${day} ahead`)).toBe(weeks);
  });

  it('refuses a test that is not of the snapshot', () => {
    const jobId = predictions.jobId.with(0, 999);
    expect(() => gateSlices(prepared, { ...predictions, jobId }, predictions)).toThrow(
      'slices: row 0: expected the test of the snapshot, found job 999',
    );
  });
});
