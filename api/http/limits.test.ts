import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressKey, createBackoff, createRateLimit } from './limits.ts';

describe('a rate limit', () => {
  it('lets a burst through, then as many as it fills again with, and says how long to wait', () => {
    const limit = createRateLimit({ burst: 3, perMinute: 60, most: 10 });
    expect([0, 0, 0, 0].map(() => limit.take('a', 0))).toEqual([0, 0, 0, 1_000]);
    expect(limit.take('b', 0)).toBe(0);
    expect(limit.take('a', 500)).toBe(500);
    expect(limit.take('a', 1_000)).toBe(0);
    expect(limit.take('a', 1_000)).toBe(1_000);
    expect([0, 0, 0, 0].map(() => limit.take('a', 1e9))).toEqual([0, 0, 0, 1_000]);
  });

  it('never lets more through in a time than the burst and what filled again meanwhile', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 2_000 }), { maxLength: 200 }), (steps) => {
        const limit = createRateLimit({ burst: 5, perMinute: 120, most: 3 });
        let at = 0;
        let passed = 0;
        for (const step of steps) {
          at += step;
          if (limit.take('a', at) === 0) passed++;
        }
        expect(passed).toBeLessThanOrEqual(5 + at / 500 + 1e-6);
      }),
      { seed: 4 },
    );
  });

  it('remembers no more keys than it may', () => {
    const limit = createRateLimit({ burst: 1, perMinute: 1, most: 2 });
    for (const key of ['a', 'b', 'b', 'c']) limit.take(key, 0);
    // "a" was asked for least lately.
    expect([limit.take('b', 0) > 0, limit.take('c', 0) > 0, limit.take('a', 0)]).toEqual([true, true, 0]);
  });
});

describe('a backoff', () => {
  const options = { free: 3, firstMs: 1_000, longestMs: 8_000, forgetMs: 60_000, most: 10 };
  it('has each attempt after the free ones wait twice as long, up to the longest', () => {
    const backoff = createBackoff(options);
    const waits: number[] = [];
    let at = 0;
    for (let attempt = 0; attempt < 9; attempt++) {
      const waitMs = backoff.attempt('ann', at);
      waits.push(waitMs);
      at += waitMs;
      if (waitMs > 0) expect(backoff.attempt('ann', at)).toBe(0);
    }
    expect(waits).toEqual([0, 0, 0, 1_000, 2_000, 4_000, 8_000, 8_000, 8_000]);
  });

  it('is not made longer by who does not wait, and is per key', () => {
    const backoff = createBackoff(options);
    for (let attempt = 0; attempt < 3; attempt++) backoff.attempt('ann', 0);
    for (let at = 0; at < 1_000; at += 10) expect(backoff.attempt('ann', at)).toBe(1_000 - at);
    expect(backoff.attempt('ann', 1_000)).toBe(0);
    expect(backoff.attempt('bob', 1_000)).toBe(0);
  });

  it('counts many at once, forgets after silence, after success, and what is taken back', () => {
    const backoff = createBackoff(options);
    const three = () => [1, 2, 3, 4].map(() => backoff.attempt('ann', 0) === 0);
    expect(three()).toEqual([true, true, true, false]);
    expect(backoff.attempt('ann', 60_000)).toBe(0);
    backoff.forget('ann');
    expect(three()).toEqual([true, true, true, false]);
    backoff.undo('ann');
    expect(backoff.attempt('ann', 0)).toBe(0);
  });

  it('remembers no more keys than it may', () => {
    const backoff = createBackoff({ ...options, free: 1, most: 2 });
    for (const key of ['a', 'b', 'c']) backoff.attempt(key, 0);
    expect([backoff.attempt('c', 0), backoff.attempt('b', 0), backoff.attempt('a', 0)]).toEqual([
      1_000, 1_000, 0,
    ]);
  });
});

it.each([
  ['127.0.0.1', '127.0.0.1'],
  ['::ffff:10.0.0.7', '10.0.0.7'],
  ['2001:db8:1:2:aaaa:bbbb:cccc:dddd', '2001:db8:1:2'],
  ['2001:db8:1:2::1', '2001:db8:1:2'],
  ['2001:0DB8:0001:0002::1', '2001:db8:1:2'],
  ['2001:db8::1', '2001:db8:0:0'],
  ['::1', '0:0:0:0'],
  ['fe80::1%eth0', 'fe80:0:0:0'],
])('%s counts as %s', (address, key) => expect(addressKey(address)).toBe(key));
