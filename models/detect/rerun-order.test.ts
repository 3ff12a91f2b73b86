import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { orderReruns, type RerunVictim } from './rerun-order.ts';

const victim = (jobId: number, ...upstreams: number[]): RerunVictim => ({ jobId, upstreams });
const ids = (victims: readonly { jobId: number }[]) => victims.map(({ jobId }) => jobId);

describe('orderReruns', () => {
  it('has nothing to order of nothing', () => {
    expect(orderReruns([])).toEqual({ victims: [], cycles: [] });
  });

  it('runs what others follow first, and links between victims alone', () => {
    const order = orderReruns([victim(1, 3), victim(2, 1, 99), victim(3, 99)]);
    expect(order).toEqual({
      victims: [
        { jobId: 3, after: [] },
        { jobId: 1, after: [3] },
        { jobId: 2, after: [1] },
      ],
      cycles: [],
    });
  });

  it('orders equals by their ids, whatever the order they came in', () => {
    expect(ids(orderReruns([victim(7), victim(2), victim(5)]).victims)).toEqual([2, 5, 7]);
  });

  it('takes a job that follows itself for one that follows none', () => {
    expect(orderReruns([victim(1, 1)])).toEqual({ victims: [{ jobId: 1, after: [] }], cycles: [] });
  });

  it('breaks a circle at its smallest job, and says so', () => {
    const order = orderReruns([victim(4, 6), victim(5, 4), victim(6, 5), victim(1, 6)]);
    expect(order.cycles).toEqual([{ jobIds: [4, 5, 6], leftOut: { jobId: 4, upstream: 6 } }]);
    expect(ids(order.victims)).toEqual([4, 5, 6, 1]);
  });

  it('names every victim once and none before those it waits for, whatever the links', () => {
    const links = fc.array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 9 })), {
      maxLength: 30,
    });
    fc.assert(
      fc.property(links, fc.integer({ min: 0, max: 10 }), (pairs, count) => {
        const victims = Array.from({ length: count }, (_, jobId) =>
          victim(jobId, ...pairs.filter(([job]) => job === jobId).map(([, upstream]) => upstream)),
        );
        const order = orderReruns(victims);
        expect(ids(order.victims).sort((a, b) => a - b)).toEqual(ids(victims));
        const place = new Map(ids(order.victims).map((jobId, at) => [jobId, at]));
        for (const { jobId, after } of order.victims) {
          for (const upstream of after) expect(place.get(upstream)!).toBeLessThan(place.get(jobId)!);
        }
        const told = order.victims.reduce((sum, { after }) => sum + after.length, 0) + order.cycles.length;
        const asked = victims.flatMap(({ jobId, upstreams }) =>
          [...new Set(upstreams)].filter((upstream) => upstream !== jobId && upstream < count),
        );
        expect(told).toBe(asked.length);
        expect(orderReruns(victims.toReversed())).toEqual(order);
      }),
    );
  });
});
