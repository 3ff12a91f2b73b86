import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { actSentence, suggestedAct } from './watch-acts.ts';
import { type JobDay, watchList } from './watch-list.ts';

const day = (jobId: number, horizonDay: number, probability: number | null): JobDay => ({
  ...{ jobId, horizonDay, probability, basis: 'model' },
  reasons: [{ feature: 'host_disk_used', contribution: 0.4 }],
});

describe('watchList', () => {
  it('takes the fewest job-days that hold 70 % of the failures expected', () => {
    const list = watchList([day(1, 1, 0.5), day(2, 3, 0.3), day(3, 2, 0.1), day(4, 7, 0.1)]);
    expect(list.items.map(({ jobId }) => jobId)).toEqual([1, 2]);
    expect(list.expected).toBeCloseTo(1);
    expect(list.share).toBeCloseTo(0.8);
    expect(list.items[0]).toMatchObject({ share: 0.5, act: 'free-disk' });
  });

  it('tells what the list holds where all would be too many', () => {
    const list = watchList(Array.from({ length: 100 }, (_, i) => day(i, 1, 0.2)));
    expect(list.items).toHaveLength(12);
    expect(list.share).toBeCloseTo(0.12);
    expect(list.asLikely).toBe(88);
  });

  it('orders equal ones by day, then by job, however they came', () => {
    const days = [day(2, 2, 0.3), day(9, 1, 0.3), day(1, 2, 0.3)];
    const places = (list: JobDay[]) =>
      watchList(list, { enough: 1 }).items.map((item) => [item.horizonDay, item.jobId]);
    expect(places(days)).toEqual([
      [1, 9],
      [2, 1],
      [2, 2],
    ]);
    expect(places(days.toReversed())).toEqual(places(days));
  });

  it('is empty without jobs, and leaves out what is not known or certain not to fail', () => {
    expect(watchList([])).toEqual({ items: [], expected: 0, share: 0, asLikely: 0 });
    expect(watchList([day(1, 1, null), day(1, 2, Number.NaN), day(1, 3, 0)]).items).toEqual([]);
    expect(watchList([day(1, 1, null), day(2, 1, 0.2), day(2, 1, 0.9)]).items).toHaveLength(1);
  });

  it('whatever is forecast, nothing outside is likelier, and one item less would not be enough', () => {
    const days = fc.array(
      fc
        .tuple(
          fc.integer({ min: 1, max: 40 }),
          fc.integer({ min: 1, max: 7 }),
          fc.double({ min: 0, max: 1, noNaN: true }),
        )
        .map(([jobId, horizonDay, probability]) => day(jobId, horizonDay, probability)),
    );
    fc.assert(
      fc.property(days, (told) => {
        const list = watchList(told);
        const on = new Set(list.items.map((item) => `${item.jobId} ${item.horizonDay}`));
        const named = new Map(
          told.toReversed().map((one) => [`${one.jobId} ${one.horizonDay}`, one] as const),
        );
        const least = list.items.at(-1)?.probability ?? 1;
        for (const [key, { probability }] of named)
          if (!on.has(key)) expect(probability!).toBeLessThanOrEqual(least);
        expect(list.items.length).toBeLessThanOrEqual(12);
        const held = list.items.reduce((sum, { probability }) => sum + probability, 0);
        if (list.items.length > 0) expect(held - least).toBeLessThan(0.7 * list.expected);
        expect(list.share).toBeGreaterThanOrEqual(0);
        expect(list.share).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe('suggestedAct', () => {
  const raised = (feature: string, contribution = 0.3) => ({ feature, contribution });
  it.each([
    ['host_disk_used', 'free-disk'],
    ['upstream_failed', 'check-upstream'],
    ['same_error_days', 'mend-error'],
    ['failed_7d', 'mend-now'],
    ['rows_ratio', 'check-data'],
    ['month_end_excess', 'watch-calendar'],
    ['weekday_failure_rate', 'watch-calendar'],
    ['owner_rate', 'keep-rerun-ready'],
  ])('%s: %s', (feature, act) => {
    expect(suggestedAct('model', [raised(feature)])).toBe(act);
  });

  it('follows what raises the forecast, not what lowers it', () => {
    expect(suggestedAct('model', [raised('host_disk_used', -0.5), raised('upstream_failed')])).toBe(
      'check-upstream',
    );
    expect(suggestedAct('model', [])).toBe('keep-rerun-ready');
    expect(suggestedAct('group-rate', [raised('host_disk_used')])).toBe('watch-first-runs');
  });

  it('is told in words, an unknown one too', () => {
    expect(actSentence('free-disk').en).toContain('disk');
    expect(actSentence('of-tomorrow')).toEqual(actSentence('keep-rerun-ready'));
    expect(actSentence('constructor')).toEqual(actSentence('keep-rerun-ready'));
  });
});
