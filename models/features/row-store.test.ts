import { describe, expect, it } from 'vitest';
import { RowStore } from './row-store.ts';

describe('RowStore', () => {
  it('keeps rows and columns while it grows', () => {
    const store = new RowStore(3);
    for (let r = 0; r < 1_000; r++) store.add().set([r, -r, 0.5]);
    expect(store.count).toBe(1_000);
    expect([...store.at(0)]).toEqual([0, -0, 0.5]);
    expect([...store.at(999)]).toEqual([999, -999, 0.5]);
    expect(store.column(1)).toEqual(Float64Array.from({ length: 1_000 }, (_, r) => -r));
  });

  it('has no column entries without a row', () => {
    expect(new RowStore(2).column(0)).toHaveLength(0);
  });
});
