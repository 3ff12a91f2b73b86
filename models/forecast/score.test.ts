import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY_MS } from '../features/feature.ts';
import { madeUpEstate, madeUpJob } from '../features/made-up-jobs.ts';
import { decodeArtifact, encodeArtifact } from './artifact.ts';
import { reconcile } from './predict-candidates.ts';
import { scoreForecast } from './score.ts';
import { trainContestant } from './train-contestant.ts';

const estate = madeUpEstate({ jobs: 20, days: 100, seed: 31 });
const { cutoff } = estate;
const young = madeUpJob(99, [{ startedAt: cutoff - DAY_MS, status: 'succeeded' }], { owner: 'owner-1' });
const gone = madeUpJob(98, [{ startedAt: cutoff - 20 * DAY_MS, status: 'failed' }]);
const known = { ...estate, histories: [...estate.histories, young, gone] };
const { artifact } = trainContestant(estate, { kind: 'boosting', seed: 1 });
const forecast = scoreForecast(artifact, known, cutoff);

describe('scoreForecast', () => {
  it('has seven days and one week for every job that ran in the last seven days', () => {
    expect(forecast.candidates).toBe(21);
    expect(forecast.days.length).toBe(7 * 21);
    expect(forecast.weeks.map(({ jobId }) => jobId)).not.toContain(98);
    forecast.weeks.forEach(({ jobId }, c) => {
      const days = forecast.days.slice(7 * c, 7 * c + 7);
      expect(days.map((day) => [day.jobId, day.horizonDay])).toEqual(
        [1, 2, 3, 4, 5, 6, 7].map((h) => [jobId, h]),
      );
    });
  });

  it('agrees with itself: no day above its week, no week above the sum of its days', () => {
    forecast.weeks.forEach(({ probability, expectedFailedRuns }, c) => {
      const days = forecast.days.slice(7 * c, 7 * c + 7).map((day) => day.probability);
      expect(Math.max(...days)).toBeLessThanOrEqual(probability);
      expect(probability).toBeLessThanOrEqual(days.reduce((sum, p) => sum + p, 0) + 1e-12);
      expect(Math.min(...days)).toBeGreaterThan(0);
      expect(probability).toBeLessThan(1);
      expect(expectedFailedRuns).toBeGreaterThanOrEqual(probability - 1e-12);
    });
  });

  it('says with an artifact of an earlier release what that release said', () => {
    const file = path.join(import.meta.dirname, '../../tests/fixtures/forecast/chains-of-78-features.json');
    const then = madeUpEstate({ jobs: 12, days: 100, seed: 5 });
    const { weeks } = scoreForecast(new Uint8Array(readFileSync(file)), then, then.cutoff);
    [0.3325041418431392, 0.3696652223984116, 0.23575483306146855, 0.5174918746893603].forEach((told, c) => {
      expect(weeks[c]!.probability).toBeCloseTo(told, 9);
    });
  });

  it('puts an interval around every probability of the model, none around that of a group', () => {
    const all = [...forecast.weeks, ...forecast.days];
    for (const { probability, interval, basis } of all) {
      expect(interval === null).toBe(basis === 'group-rate');
      if (interval === null) continue;
      expect(interval[0]).toBeGreaterThanOrEqual(0);
      expect(interval[0]).toBeLessThanOrEqual(probability);
      expect(interval[1]).toBeGreaterThanOrEqual(probability);
      expect(interval[1]).toBeLessThanOrEqual(1);
    }
    expect(all.filter(({ interval }) => interval === null)).toHaveLength(8);
  });

  it('tells the minutes that failures are expected to cost, of a young job as well', () => {
    for (const { expectedFailedRuns, expectedLostMinutes } of forecast.weeks) {
      expect(expectedLostMinutes).toBeGreaterThan(0);
      expect(expectedLostMinutes).toBeLessThanOrEqual(10_080);
      expect(Number.isFinite(expectedFailedRuns)).toBe(true);
    }
  });

  it('serves on with a model that was trained before some features existed', () => {
    const model = decodeArtifact(trainContestant(estate, { kind: 'base-window-rate', seed: 1 }).artifact);
    const older = JSON.parse(new TextDecoder().decode(encodeArtifact(model)));
    for (const head of [older.week, older.day]) {
      head.model.names = head.model.names.filter(
        (name: string) => !/odds|^source_|_change$|peak_7d|to_full/.test(name),
      );
    }
    const bytes = new TextEncoder().encode(JSON.stringify(older));
    expect(scoreForecast(bytes, known, cutoff)).toEqual(scoreForecast(encodeArtifact(model), known, cutoff));
  });

  it('ranks the weeks from 1 on by probability', () => {
    const byRank = forecast.weeks.toSorted((a, b) => a.rank - b.rank);
    expect(byRank.map(({ rank }) => rank)).toEqual(Array.from({ length: 21 }, (_, i) => i + 1));
    byRank.slice(1).forEach(({ probability }, i) => {
      expect(probability).toBeLessThanOrEqual(byRank[i]!.probability);
    });
  });

  it('gives at most three reasons in two languages, without holes', () => {
    for (const { reasons, basis } of [...forecast.weeks, ...forecast.days]) {
      expect(reasons.length).toBeLessThanOrEqual(3);
      if (basis === 'model') expect(reasons.length).toBeGreaterThan(0);
      for (const { en, fr, contribution } of reasons) {
        expect(`${en} ${fr}`).not.toMatch(/NaN|undefined|null|Infinity/);
        expect(fr).not.toBe(en);
        expect(Number.isFinite(contribution)).toBe(true);
      }
    }
  });

  it('answers for a young job with the rate of its group, and says so', () => {
    const week = forecast.weeks.find(({ jobId }) => jobId === 99)!;
    expect(week.basis).toBe('group-rate');
    expect(week.reasons[0]!.en).toMatch(/^only 1 run so far: jobs of its group fail in [\d.]+ % of weeks$/);
    expect(week.reasons[0]!.fr).toMatch(
      /^1 passage seulement : les traitements de son groupe échouent [\d,]+ % des semaines$/,
    );
  });

  it('answers with the model for a job that failed at once', () => {
    const broken = madeUpJob(97, [{ startedAt: cutoff - DAY_MS, status: 'failed' }], { owner: 'owner-1' });
    const { weeks } = scoreForecast(artifact, { ...known, histories: [...known.histories, broken] }, cutoff);
    expect(weeks.find(({ jobId }) => jobId === 97)!.basis).toBe('model');
  });

  it('does not see what is known after the cutoff', () => {
    const later = known.histories.map((job) => ({
      ...job,
      status: job.status.map((status, i) => (job.knownAt[i]! > cutoff - 30 * DAY_MS ? 2 : status)),
    }));
    const at = cutoff - 30 * DAY_MS;
    expect(scoreForecast(artifact, { ...known, histories: later }, at)).toEqual(
      scoreForecast(artifact, known, at),
    );
  });
});

describe('artifact', () => {
  it('comes back from its bytes to the same bytes', () => {
    expect(encodeArtifact(decodeArtifact(artifact))).toEqual(artifact);
  });

  it('is refused when it is something else', () => {
    const bytes = (text: string) => new TextEncoder().encode(text);
    expect(() => decodeArtifact(bytes('PK'))).toThrow('forecast model: expected JSON, found');
    for (const [format, version] of [
      ['onnx', 3],
      ['smart-etl-forecast', 4],
    ]) {
      expect(() => decodeArtifact(bytes(JSON.stringify({ format, version })))).toThrow(
        `forecast model: expected smart-etl-forecast version 1, 2, 3, found ${format} version ${version}`,
      );
    }
  });
});

it('reconcile: max of the days <= week <= sum of the days, whatever comes in', () => {
  const probability = fc.double({ min: 1e-4, max: 1 - 1e-4, noNaN: true });
  fc.assert(
    fc.property(probability, fc.array(probability, { minLength: 7, maxLength: 7 }), (week, list) => {
      const days = Float64Array.from(list);
      const reconciled = reconcile(week, days);
      expect(Math.max(...days)).toBeLessThanOrEqual(reconciled);
      expect(reconciled).toBeLessThanOrEqual(days.reduce((sum, p) => sum + p, 0) + 1e-15);
      expect(reconciled).toBeCloseTo(week, 12);
    }),
  );
});
