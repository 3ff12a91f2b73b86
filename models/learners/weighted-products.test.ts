import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { weightedProducts } from './weighted-products.ts';

describe('weightedProducts', () => {
  it('are what adding up in four parts gives, to the last bit, for any number of rows and columns', () => {
    const sizes = fc.record({
      rows: fc.oneof(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 500, max: 1_100 })),
      columns: fc.integer({ min: 1, max: 5 }),
      stretch: fc.double({ min: 0.1, max: 1e6, noNaN: true }),
    });
    fc.assert(
      fc.property(sizes, ({ rows, columns: size, stretch }) => {
        const columns = Array.from({ length: size }, (_, c) =>
          Float64Array.from({ length: rows }, (_, r) => Math.sin(stretch * (r + 1) * (c + 1))),
        );
        const weights = Float64Array.from({ length: rows }, (_, r) => 0.5 + 0.4 * Math.cos(stretch * r));
        const products = weightedProducts(columns, weights);
        for (let a = 0; a < size; a++) {
          for (let b = 0; b <= a; b++) {
            const parts = [0, 0, 0, 0];
            const whole = rows - (rows % 4);
            for (let r = 0; r < rows; r++) {
              parts[r < whole ? r % 4 : 0]! += columns[a]![r]! * weights[r]! * columns[b]![r]!;
            }
            expect(products[a * size + b]).toBe(parts[0]! + parts[1]! + (parts[2]! + parts[3]!));
          }
        }
      }),
      { numRuns: 60 },
    );
  });
});
