import fc from 'fast-check';
import { expect, test } from 'vitest';
import { textDigest } from './text-digest.ts';

// Reference: mmh3 5.3.1 hash_bytes(text.encode('utf-16-le'), 0, x64arch=False).
test.each([
  ['', '00000000000000000000000000000000'],
  ['a', '96b13b03e14fefcce14fefcce14fefcc'],
  ['héllo', '9cc5a9777c066d3bcd0378b9a3c58f1e'],
  ['abcdefgh', '5576356ca198f88d0d236da714711442'],
  ['abcdefghi', '32d7a31786e4ee37e19ed304dc6d7fee'],
  ['JOB_001;2025-01-01T00:00:00Z;€', 'cdb7e1f8c557a04a13d06b5f0f9d67f8'],
  ['x'.repeat(100), '2292d57523cc9ad8f2360a92affad875'],
])('%j', (text, expected) => {
  expect(textDigest(text)).toBe(expected);
});

test('different texts have different digests', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
      expect(textDigest(a) === textDigest(b)).toBe(a === b);
    }),
    { numRuns: 2000 },
  );
});
