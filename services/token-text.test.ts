import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isTokenText, newToken, secretHash } from './token-text.ts';

it('a token has a prefix and 256 random bits, never the same twice', () => {
  const tokens = new Set(Array.from({ length: 1_000 }, newToken));
  expect(tokens.size).toBe(1_000);
  for (const token of tokens) {
    expect(token).toMatch(/^setl_[\w-]{49}$/);
    expect(isTokenText(token)).toBe(true);
  }
});

it('a letter that is wrong, missing or too many is known by the checksum', () => {
  const token = newToken();
  fc.assert(
    fc.property(fc.integer({ min: 0, max: token.length - 1 }), fc.constantFrom(...'aZ0_-!'), (at, letter) => {
      const changed = token.slice(0, at) + letter + token.slice(at + 1);
      expect(isTokenText(changed)).toBe(changed === token);
      expect(isTokenText(token.slice(0, at) + token.slice(at + 1))).toBe(false);
    }),
    { seed: 7 },
  );
  expect(isTokenText(`${token}a`)).toBe(false);
  expect(isTokenText('')).toBe(false);
});

it('what is kept is its SHA-256', () => {
  expect(secretHash('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});
